"""Keys are random bytes with names; whatever is none is refused, all problems at once, without a word of its secret."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.keys.key import read_keys, write_key

ONE, TWO = (bytes((number * step + step) % 256 ^ number * number % 251 for number in range(32)) for step in (37, 101))


def encoded(secret: bytes) -> str:
    return base64.b64encode(secret).decode()


def test_keys_come_back_the_newest_first() -> None:
    text = f"{write_key('k2', TWO)},{write_key('k1', ONE)}\n"
    keys, problems = read_keys(text)
    assert problems == ()
    assert [(key.name, key.secret) for key in keys] == [("k2", TWO), ("k1", ONE)]
    assert encoded(ONE) not in repr(keys)


@pytest.mark.parametrize("spelled", [encoded(ONE), encoded(ONE).rstrip("="), base64.urlsafe_b64encode(ONE).decode()])
def test_every_spelling_of_base64_is_understood(spelled: str) -> None:
    assert read_keys(f"k1:{spelled}")[0][0].secret == ONE


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "key number 1 has no name"),
        (encoded(ONE), "key number 1 has no name"),
        (f"K 1:{encoded(ONE)}", "key number 1 has no name"),
        ("k1:", "key k1 is no base64"),
        ("k1:***", "key k1 is no base64"),
        ("k1:change-me!", "key k1 is a placeholder"),
        ("k1:<your-key>", "key k1 is a placeholder"),
        (f"k1:{encoded(ONE[:31])}", "key k1 has 31 bytes, and 32 are needed"),
        (f"k1:{encoded(b'correct horse battery staple, and so on')}", "key k1 is a text"),
        (f"k1:{'A' * 43}=", "key k1 is a pattern"),
        (f"k1:{encoded(bytes(range(32)))}", "key k1 is a pattern"),
        (f"k1:{encoded(bytes(range(8)) * 4)}", "key k1 is a pattern"),
        (f"k1:{encoded(ONE)},k1:{encoded(TWO)}", "two keys named k1"),
        (f"k1:{encoded(ONE)},k2:{encoded(ONE)}", "two keys are the same"),
    ],
)
def test_what_is_no_key_is_refused(text: str, problem: str) -> None:
    _, problems = read_keys(text)
    assert any(problem in one for one in problems), problems


def test_all_problems_are_told_at_once() -> None:
    assert len(read_keys(f"k1:AAAA,k2:{'A' * 43}=,:x,k3:{encoded(ONE)},k3:{encoded(ONE)}")[1]) == 5


@given(st.text(max_size=80))
def test_no_problem_repeats_what_was_given(secret: str) -> None:
    for problem in read_keys(f"k1:{secret}")[1]:
        assert len(secret) < 20 or secret not in problem


@given(st.randoms(use_true_random=True))
def test_random_bytes_are_good_enough(random: object) -> None:
    secret = random.randbytes(32)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert read_keys(write_key("k1", secret))[1] == ()
