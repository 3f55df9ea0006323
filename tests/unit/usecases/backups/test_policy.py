"""A policy on which backups could not rely is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coprra.domain.backups.policy import InvalidPolicy, Policy
from coprra.testing.backups import POLICY

ONE = POLICY.recipients[0]


@pytest.mark.parametrize("times", [1, 2])
def test_one_recipient_alone_is_refused_however_often_it_is_named(times: int) -> None:
    with pytest.raises(InvalidPolicy, match="two recipients at least"):
        replace(POLICY, recipients=times * (ONE,))


@pytest.mark.parametrize(
    ("change", "said"),
    [
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
