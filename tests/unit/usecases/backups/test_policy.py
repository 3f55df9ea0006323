"""A policy on which backups could not rely is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coprra.domain.backups.policy import InvalidPolicy, Policy
from coprra.testing.backups import POLICY

ONE = POLICY.recipients[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"recipients": (ONE,)}, "two recipients at least"),
        ({"recipients": (ONE, ONE)}, "two recipients at least"),
        ({"lock": POLICY.retention.window - timedelta(days=1)}, "as long as the window"),
        ({"cluster": ""}, "small letters"),
        ({"cluster": "a/b"}, "small letters"),
        ({"cluster": "a" * 41}, "small letters"),
    ],
    ids=str,
)
def test_what_could_lose_backups_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidPolicy, match=said):
        replace(POLICY, **change)  # type: ignore[arg-type]  # fields by name


def test_a_lock_as_long_as_the_window_is_enough() -> None:
    assert isinstance(replace(POLICY, lock=POLICY.retention.window), Policy)
