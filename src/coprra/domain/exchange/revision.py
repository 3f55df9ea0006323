"""Revision: what a file changes of the rates that are believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from coprra.domain.exchange.rate import Publication
from coprra.domain.kernel.money import Currency


@dataclass(frozen=True, slots=True)
class Stated:
    """What is believed of a currency on a day. per_euro: in millionths; None: that there is no rate.

    newest: the newest day in the file that said so.
    """

    per_euro: int | None
    newest: date


@dataclass(frozen=True, slots=True)
class Revision:
    """A rate of the past that a file changed; in millionths for one euro, None for none."""

    currency: Currency
    day: date
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class RateChanges:
    """What became of a file's rates. overtaken: contradicted by a newer file, so not taken."""

    new: int = 0
    unchanged: int = 0
    revised: int = 0
    overtaken: int = 0

    def __add__(self, other: "RateChanges") -> "RateChanges":
        return RateChanges(
            self.new + other.new,
            self.unchanged + other.unchanged,
            self.revised + other.revised,
            self.overtaken + other.overtaken,
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one day of a file changes. additions: the rates to write; None where there are none."""

    additions: Publication | None
    changes: RateChanges
    revisions: tuple[Revision, ...]


def judge(said: Publication, believed: Mapping[Currency, Stated], newest: date) -> Verdict:
    """Hold what a file says of a day against what is believed of it. newest: the newest day in the file.

    Of two files that contradict each other the one with the newer newest day is right, whichever came first; of two
    with the same, the one that came later, because it was corrected within the day. What a file says to have no rate is
    news only where there was one.
    """
    additions: dict[Currency, int | None] = {}
    revisions: list[Revision] = []
    unchanged = overtaken = 0
    for currency, per_euro in said.per_euro.items():
        before = believed.get(currency)
        if per_euro == (before.per_euro if before else None):
            unchanged += per_euro is not None
        elif before is None:
            additions[currency] = per_euro
        elif newest < before.newest:
            overtaken += 1
        else:
            additions[currency] = per_euro
            revisions.append(Revision(currency, said.day, before.per_euro, per_euro))
    changes = RateChanges(len(additions) - len(revisions), unchanged, len(revisions), overtaken)
    return Verdict(Publication(said.day, additions) if additions else None, changes, tuple(revisions))
