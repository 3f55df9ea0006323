"""What counts an attempt belongs to, and that it tells nobody."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.limits.limit import Bucket, Limit
from coprra.testing.accounts import some_keys

PARTS = st.lists(st.text(max_size=4), max_size=3)


@given(texts=PARTS, others=PARTS)
def test_other_parts_are_another_bucket(texts: list[str], others: list[str]) -> None:
    limit = Limit("login", 5, timedelta(minutes=1))
    keys = [Bucket.of(some_keys(), limit, *parts).key for parts in (texts, others)]
    assert (keys[0] == keys[1]) == (texts == others)


def test_a_bucket_tells_nobody_what_it_counts() -> None:
    assert "ana" not in repr(Bucket.of(some_keys(), Limit("login", 5, timedelta(minutes=1)), "ana@example.com"))
