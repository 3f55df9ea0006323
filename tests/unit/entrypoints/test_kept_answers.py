"""What is kept takes no more memory than it may, and what was asked for last is what stays."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.prices.edition import Edition
from coprra.entrypoints.http.kept_answers import KeptAnswer, Key, MemoryAnswers
from coprra.testing.builders import day

NOON = Edition("a", day(0.5), None)


def an_answer(
    size: int = 100, *, edition: Edition = NOON, until: float | None = None, dated: bool = False
) -> KeptAnswer:
    end = None if until is None else day(until)
    return KeptAnswer(edition, dated, end, (b"x" * size,), (("ETag", 'W/"1"'),), route=None)


def a_key(number: int) -> Key:
    return (f"/{number}", "", "")


def room_for(count: int) -> MemoryAnswers:
    return MemoryAnswers(count * (an_answer().size + len("".join(a_key(1)))))


def test_what_was_asked_for_longest_ago_makes_room() -> None:
    answers = room_for(3)
    for number in range(3):
        answers.put(a_key(number), an_answer())
    assert answers.get(a_key(0)) == an_answer()
    answers.put(a_key(3), an_answer())
    assert [answers.get(a_key(number)) is not None for number in range(4)] == [True, False, True, True]


def test_a_new_answer_takes_the_place_of_the_old_one() -> None:
    answers = room_for(3)
    answers.put(a_key(1), an_answer(size=50))
    before = answers.size
    answers.put(a_key(1), an_answer(size=100))
    assert answers.get(a_key(1)) == an_answer(size=100)
    assert answers.size == before + 50


def test_an_answer_that_is_larger_than_all_is_not_kept() -> None:
    answers = room_for(3)
    answers.put(a_key(1), an_answer(size=10**6))
    assert (answers.get(a_key(1)), answers.size) == (None, 0)


@given(
    puts=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9_000), st.integers(0, 4_000)), max_size=60),
    most=st.integers(0, 40_000),
)
def test_however_hostile_keys_and_answers_are_memory_is_bounded(puts: list[tuple[int, int, int]], most: int) -> None:
    answers = MemoryAnswers(most)
    keys = [(f"/{number}", "q" * longer, "") for number, _, longer in puts]
    for key, (_, size, _) in zip(keys, puts, strict=True):
        answers.put(key, an_answer(size))
        assert answers.size <= most
        assert answers.get(key) in {None, an_answer(size)}
    kept = {key: answer for key in keys if (answer := answers.get(key))}
    assert answers.size == sum(answer.size + len("".join(key)) for key, answer in kept.items())


@pytest.mark.parametrize(
    ("now", "stands"),
    [
        (Edition("a", day(0.5), None), True),
        (Edition("a", day(1), None), True),
        (Edition("a", day(2) - timedelta(microseconds=1), None), True),
        (Edition("a", day(2), None), False),
        (Edition("a", day(0.4), None), False),
        (Edition("b", day(0.5), None), False),
    ],
)
def test_an_answer_stands_from_its_instant_until_it_may_change_and_for_its_state_alone(
    now: Edition, stands: bool
) -> None:
    assert an_answer(until=2).stands(now) == stands
    assert an_answer(dated=True).stands(now) == (now.state == "a")


def test_the_instant_of_the_question_stands_where_the_answer_repeats_it() -> None:
    answer = KeptAnswer(NOON, False, None, (b"{", b',"x":1}'), (), route=None)
    assert answer.body_as_of(day(1)) == b'{"as_of":"2025-12-02T00:00:00Z","x":1}'
    assert answer.body_as_of(day(1) + timedelta(microseconds=7)) == b'{"as_of":"2025-12-02T00:00:00.000007Z","x":1}'
