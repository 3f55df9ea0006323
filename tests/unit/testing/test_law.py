"""Laws of a contract are examined on as many examples as the adapter's class says, and a breach is noticed."""

import pytest
from hypothesis import strategies as st

from coprra.testing.contracts.law import Contract, law


class Doubling(Contract):
    """A contract with one law."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def double(self, number: int) -> int:
        return number * 2

    @law(number=st.integers(1, 10**9))
    def holds(self, number: int) -> None:
        """The double of what is positive is more."""
        self.seen.append(number)
        assert self.double(number) > number


class Slow(Doubling):
    examples = 3


class Wrong(Doubling):
    def double(self, number: int) -> int:
        return number


def test_a_law_is_tried_on_as_many_examples_as_the_class_says() -> None:
    whole, slow = Doubling(), Slow()
    whole.holds()
    slow.holds()
    assert (len(whole.seen), len(slow.seen)) == (40, 3)


def test_a_breach_is_noticed_and_shrunk_to_its_simplest_case() -> None:
    wrong = Wrong()
    with pytest.raises(AssertionError):
        wrong.holds()
    assert wrong.seen[-1] == 1


def test_a_law_keeps_its_name_and_its_promise() -> None:
    assert Doubling.holds.__name__ == "holds"
    assert Doubling.holds.__doc__ == "The double of what is positive is more."
