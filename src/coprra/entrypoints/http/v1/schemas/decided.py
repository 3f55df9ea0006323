"""Answers to what moderators decide."""

from marshmallow import fields
from marshmallow.validate import Length

from coprra.domain.prices.observation import Availability
from coprra.domain.products.move import MoveKind
from coprra.entrypoints.http.v1.schemas.decisions import Decision
from coprra.entrypoints.http.v1.schemas.fields import instant, many, number, one, one_of, text, truth
from coprra.entrypoints.http.v1.schemas.products import Product
from coprra.entrypoints.http.v1.schemas.values import Answer, Branch, Chain, Money


class Decided(Answer):
    """Whose price was decided about. dry_run: nothing was saved."""

    listing = text()
    chain = one(Chain)
    branch = one(Branch)
    sku = text()
    dry_run = truth()


class JudgedPrice(Decided):
    """A price that was confirmed or rejected. already: nothing was changed."""

    since = instant()
    price = one(Money)
    special = truth()
    decision = one(Decision)
    already = truth()


class SpecialPrice(Answer):
    """A special price, and when it holds."""

    price = one(Money)
    starts = instant(nullable=True, data_key="from")
    until = instant(nullable=True)


class State(Answer):
    """What is said of a listing at an instant."""

    availability = one_of(Availability)
    title = text(nullable=True)
    price = one(Money, nullable=True)
    special = one(SpecialPrice, nullable=True)


class RecordedPrice(Decided):
    """What a person saw, and what was believed before."""

    at = instant()
    before = one(State)
    after = one(State)
    decision = one(Decision, nullable=True)
    already = truth()


class Correction(Answer):
    """One sighting, before and after."""

    at = instant()
    before = one(State)
    after = one(State)
    decision = one(Decision)


class CorrectedPrice(Decided):
    """What became of each sighting."""

    corrections = many(Correction)
    unchanged = number()


class KeyMove(Answer):
    """A key that was led elsewhere."""

    key = text()
    source = text(data_key="from")
    target = text(data_key="to")


class Move(Answer):
    """A merge, a split, or an undoing."""

    id = text(pattern="m_[0-9a-f]{16}")
    kind = one_of(MoveKind)
    keys = fields.List(fields.Nested(KeyMove), required=True, validate=Length(min=1))
    moved_at = instant()
    by = text()
    note = text(nullable=True)
    undoes = text(nullable=True)


class LoggedMove(Move):
    """With what became of it."""

    undone_by = text(nullable=True)


class MovedKeys(Answer):
    """What became of a merge, split or undoing. move: null when it was so already."""

    move = one(Move, nullable=True)
    products = many(Product)
    dry_run = truth()


class Moves(Answer):
    """Who merged and split which products."""

    as_of = instant()
    moves = many(LoggedMove)
