"""What a file says of a day is new, known already, a correction, or overtaken by a newer file."""

from datetime import date

import pytest

from coprra.domain.exchange.revision import RateChanges, Revision, Stated, judge
from coprra.domain.kernel.money import Currency
from coprra.testing.rates import quoted

USD = Currency("USD")
DAY = date(2025, 12, 1)


@pytest.mark.parametrize(
    ("before", "said", "newest", "changes"),
    [
        (None, "1.16", 5, RateChanges(new=1)),
        (None, None, 5, RateChanges()),
        ("1.16", "1.16", 5, RateChanges(unchanged=1)),
        ("1.16", "1.16", 1, RateChanges(unchanged=1)),
        ("1.16", "1.15", 5, RateChanges(revised=1)),
        ("1.16", "1.15", 3, RateChanges(revised=1)),
        ("1.16", "1.15", 2, RateChanges(overtaken=1)),
        ("1.16", None, 3, RateChanges(revised=1)),
        ("1.16", None, 2, RateChanges(overtaken=1)),
    ],
)
def test_a_rate_is_held_against_what_is_believed_since_a_file_of_the_third(
    before: str | None, said: str | None, newest: int, changes: RateChanges
) -> None:
    believed = (
        {} if before is None else {USD: Stated(quoted("2025-12-01", USD=before).per_euro[USD], date(2025, 12, 3))}
    )
    verdict = judge(quoted("2025-12-01", USD=said), believed, date(2025, 12, newest))
    assert verdict.changes == changes
    written = verdict.additions is not None
    assert written == bool(changes.new or changes.revised)
    if verdict.additions:
        assert verdict.additions == quoted("2025-12-01", USD=said)


def test_only_what_changes_is_written_and_corrections_are_told() -> None:
    believed = {Currency(code): Stated(1_000_000, DAY) for code in ("USD", "CHF", "JPY")}
    verdict = judge(quoted("2025-12-01", USD="1", CHF="2", JPY=None, GBP="0.8", RUB=None), believed, DAY)
    assert verdict.additions == quoted("2025-12-01", CHF="2", JPY=None, GBP="0.8")
    assert verdict.changes == RateChanges(new=1, unchanged=1, revised=2)
    assert verdict.revisions == (
        Revision(Currency("CHF"), DAY, 1_000_000, 2_000_000),
        Revision(Currency("JPY"), DAY, 1_000_000, None),
    )


def test_counts_add_up() -> None:
    assert RateChanges(1, 2, 3, 4) + RateChanges(10, 20, 30, 40) == RateChanges(11, 22, 33, 44)
