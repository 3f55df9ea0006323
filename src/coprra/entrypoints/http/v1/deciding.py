"""Views of what moderators decide: which prices are true, and which products are one."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from coprra.application import Application
from coprra.domain.prices.correct_price import Amendment, InvalidCorrection
from coprra.domain.prices.judge_price import Judgement
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.observation import Availability
from coprra.domain.prices.record_price import Description
from coprra.domain.products.gtin import Gtin
from coprra.domain.products.move import MoveId
from coprra.domain.products.product import ProductId, ProductKey
from coprra.entrypoints import answers
from coprra.entrypoints.answers import JsonObject
from coprra.entrypoints.http.asked_again import asked_again
from coprra.entrypoints.http.callers import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementAsked:
    """Which price is true or not. at: a date or naive time is the branch's own; price: which is meant."""

    listing: ListingId
    judgement: Judgement
    at: date | datetime
    price: Decimal | None = None
    note: str | None = None
    dry_run: bool = False


def judge_price(application: Application, asked: JudgementAsked, caller: Caller) -> JsonObject:
    """Confirm or reject a price. Raises: what `JudgePrice` does."""
    judge = asked_again(application.judge_price, application, caller)
    judged = judge(
        asked.listing,
        asked.judgement,
        at=asked.at,
        by=caller.me.actor,
        price=asked.price,
        note=asked.note,
        dry_run=asked.dry_run,
    )
    return answers.judged_price(judged)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAsked:
    """What a person saw. at: None is now."""

    listing: ListingId
    price: Decimal | None = None
    special: Decimal | None = None
    availability: Availability = Availability.IN_STOCK
    at: date | datetime | None = None
    title: str | None = None
    brand: str | None = None
    pack: str | None = None
    gtins: tuple[Gtin, ...] = ()
    note: str | None = None
    dry_run: bool = False


def record_price(application: Application, asked: RecordAsked, caller: Caller) -> JsonObject:
    """Take what a person saw as an observation. Raises: what `RecordPrice` does."""
    record = asked_again(application.record_price, application, caller)
    recorded = record(
        asked.listing,
        by=caller.me.actor,
        price=asked.price,
        special=asked.special,
        availability=asked.availability,
        at=asked.at,
        described=Description(title=asked.title, brand=asked.brand, pack=asked.pack, gtins=asked.gtins),
        note=asked.note,
        dry_run=asked.dry_run,
    )
    return answers.recorded_price(recorded)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionAsked:
    """What lists should have said, at one sighting (`at`) or at each from `since` through `through`."""

    listing: ListingId
    at: date | datetime | None = None
    since: date | datetime | None = None
    through: date | datetime | None = None
    price: Decimal | None = None
    special: Decimal | None = None
    no_special: bool = False
    availability: Availability | None = None
    absent: bool = False
    note: str | None = None
    dry_run: bool = False

    @property
    def span(self) -> tuple[date | datetime, date | datetime]:
        """From when until when, both included. Raises: InvalidCorrection."""
        if self.at is not None and self.since is None and self.through is None:
            return self.at, self.at
        if self.at is None and self.since is not None and self.through is not None:
            return self.since, self.through
        raise InvalidCorrection("Say which sightings: at, or from and through.")


def correct_price(application: Application, asked: CorrectionAsked, caller: Caller) -> JsonObject:
    """Correct what lists said. Raises: what `CorrectPrice` does."""
    since, through = asked.span
    amendment = Amendment(
        price=asked.price,
        special=asked.special,
        no_special=asked.no_special,
        availability=asked.availability,
        absent=asked.absent,
    )
    correct = asked_again(application.correct_price, application, caller)
    corrected = correct(
        asked.listing,
        amendment,
        since=since,
        through=through,
        by=caller.me.actor,
        note=asked.note,
        dry_run=asked.dry_run,
    )
    return answers.corrected_price(corrected)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeAsked:
    """into: the product that stays; source: the one whose keys it gets."""

    into: ProductId | Gtin
    source: ProductId | Gtin
    note: str | None = None
    dry_run: bool = False


def merge_products(application: Application, asked: MergeAsked, caller: Caller) -> JsonObject:
    """Make two products one. Raises: what `MergeProducts` does."""
    merge = asked_again(application.merge_products, application, caller)
    moved = merge(asked.into, asked.source, by=caller.me.actor, note=asked.note, dry_run=asked.dry_run)
    return answers.moved_keys(moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitAsked:
    """Which keys are another product; into: which; None: the one that each was before any merge."""

    product: ProductId | Gtin
    keys: tuple[ProductKey, ...]
    into: ProductId | Gtin | None = None
    note: str | None = None
    dry_run: bool = False


def split_product(application: Application, asked: SplitAsked, caller: Caller) -> JsonObject:
    """Split keys off a product. Raises: what `SplitProduct` does."""
    split = asked_again(application.split_product, application, caller)
    moved = split(
        asked.product, asked.keys, by=caller.me.actor, into=asked.into, note=asked.note, dry_run=asked.dry_run
    )
    return answers.moved_keys(moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoAsked:
    """id: of the merge or split that was none."""

    id: MoveId
    note: str | None = None
    dry_run: bool = False


def undo_move(application: Application, asked: UndoAsked, caller: Caller) -> JsonObject:
    """Undo a merge or a split. Raises: what `UndoMove` does."""
    undo = asked_again(application.undo_move, application, caller)
    moved = undo(asked.id, by=caller.me.actor, note=asked.note, dry_run=asked.dry_run)
    return answers.moved_keys(moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovesAsked:
    """reference: only moves that touched this product; as_of goes on where a page ended."""

    reference: ProductId | Gtin | None = None
    limit: int = 20
    as_of: datetime | None = None


def list_moves(application: Application, asked: MovesAsked, _caller: Caller) -> JsonObject:
    """Who merged and split which products, the latest first. Raises: UnknownProduct, Unavailable."""
    return answers.moves(application.list_moves(asked.reference, as_of=asked.as_of, limit=asked.limit))
