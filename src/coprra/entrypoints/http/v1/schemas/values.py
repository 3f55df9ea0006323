"""What many answers hold."""

from marshmallow import Schema

from coprra.domain.prices.chain import Channel
from coprra.domain.prices.measure import Unit
from coprra.entrypoints.http.v1.schemas.fields import days, number, one, one_of, text, truth


class Answer(Schema):
    """Base of what is given: nothing that is not written down here."""


class Money(Answer):
    """An exact amount, with the currency's digits."""

    amount = text(pattern=r"-?\d{1,15}(\.\d{2,4})?")
    currency = text(pattern="[A-Z]{3}")


class Chain(Answer):
    """Whose price."""

    code = text(pattern="[a-z0-9][a-z0-9._-]{0,31}")
    name = text()
    country = text(pattern="[A-Z]{2}")


class Branch(Answer):
    """Where."""

    code = text(pattern="[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
    address = text(nullable=True)
    channel = one_of(Channel)


class Measure(Answer):
    """How much of it."""

    amount = text(pattern=r"\d{1,9}(\.\d{1,6})?")
    unit = one_of(Unit)


class UnitPrice(Answer):
    """The price of a base quantity; up to six decimals."""

    amount = text(pattern=r"\d{1,15}(\.\d{1,6})?")
    currency = text(pattern="[A-Z]{3}")
    per = one(Measure)


class Anchor(Answer):
    """The price on a fixed day, as the list claims."""

    price = one(Money)
    on = text(pattern=r"\d{4}-\d\d-\d\d", nullable=True)


class CheckedAnchor(Answer):
    """What we know of an anchor price."""

    ours = one(Money, nullable=True)
    agrees = truth(nullable=True)


class CheckedLowest(CheckedAnchor):
    """What we know of a lowest price, and of how many of the 30 days."""

    covered_days = days()


class CheckedUnitPrice(Answer):
    """What we know of a unit price."""

    ours = one(UnitPrice, nullable=True)
    agrees = truth(nullable=True)


class Checks(Answer):
    """What we know of each claim; null for what is not claimed."""

    lowest_30_days = one(CheckedLowest, nullable=True)
    anchor = one(CheckedAnchor, nullable=True)
    unit_price = one(CheckedUnitPrice, nullable=True)


class Claims(Answer):
    """What the list says about its own prices."""

    lowest_30_days = one(Money, nullable=True)
    anchor = one(Anchor, nullable=True)
    unit_price = one(UnitPrice, nullable=True)
    checks = one(Checks)


class Suspicion(Answer):
    """Why a price is not believed."""

    against = one_of(["own_history", "other_chains"])
    median = one(Money)
    points = number(3)
