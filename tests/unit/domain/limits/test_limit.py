"""Limits: what is counted together, and what is not."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.limits.limit import Bucket, Limit
from coprra.domain.limits.origin import Origin
from coprra.testing.accounts import some_keys

PARTS = st.lists(st.text(max_size=4), max_size=3)


@given(texts=PARTS, others=PARTS)
def test_other_parts_are_another_bucket(texts: list[str], others: list[str]) -> None:
    limit = Limit("login", 5, timedelta(minutes=1))
    keys = [Bucket.of(some_keys(), limit, *parts).key for parts in (texts, others)]
    assert (keys[0] == keys[1]) == (texts == others)


def test_a_bucket_tells_nobody_what_it_counts() -> None:
    assert "ana" not in repr(Bucket.of(some_keys(), Limit("login", 5, timedelta(minutes=1)), "ana@example.com"))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("host", "host"),
        ("", ""),
    ],
)
def test_a_network_is_an_address_or_the_half_that_one_person_has(address: str, network: str) -> None:
    assert Origin(address).network == network


def test_an_origin_is_cut_and_holds_no_control_characters() -> None:
    origin = Origin("1" * 99, "Fire\x1b[31m\r\nfox" + "x" * 999)
    assert (len(origin.address), len(origin.user_agent)) == (45, 300)
    assert origin.user_agent.startswith("Fire?[31m??fox")
