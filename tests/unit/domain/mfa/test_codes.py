"""Codes as people write them: of a device, and on paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.mfa.device import read_code
from coprra.domain.mfa.recovery_code import draw_codes, read_recovery_code
from coprra.testing.users import CountedRandomness


@pytest.mark.parametrize(("written", "code"), [("123456", "123456"), (" 123 456 ", "123456"), ("000000", "000000")])
def test_a_code_is_read_with_and_without_blanks(written: str, code: str) -> None:
    assert read_code(written) == code


@pytest.mark.parametrize(
    "written",
    [
        *("", "12345", "1234567", "12345a", "-12345", "123456\n", "123\u00a0456", "1_2345", "+12345"),
        "\uff11\uff12\uff13\uff14\uff15\uff16",
        "\u2460\u2461\u2462\u2463\u2464\u2465",
        "\u00b9\u00b2\u00b3\u2074\u2075\u2076",
        "\u0661\u0662\u0663\u0664\u0665\u0666",
        "\U0001d7d9\U0001d7da\U0001d7db\U0001d7dc\U0001d7dd\U0001d7de",
    ],
)
def test_digits_of_another_script_are_no_code(written: str) -> None:
    assert read_code(written) is None


def test_ten_codes_of_eighty_bits_in_groups_that_are_all_different() -> None:
    codes = draw_codes(CountedRandomness())
    assert len(set(codes)) == 10
    assert all([len(part) for part in code.split("-")] == [4] * 4 for code in codes)
    assert not set("".join(codes)) & set("ILOU")


@given(st.integers(0, 9))
def test_a_recovery_code_is_read_in_any_case_and_grouping_and_with_look_alikes(which: int) -> None:
    code = draw_codes(CountedRandomness())[which]
    plain = code.replace("-", "")
    looks = plain.lower().replace("0", "o").replace("1", "l")
    grouped = " ".join((looks[:3], looks[3:9], looks[9:])) + "-"
    assert read_recovery_code(grouped) == read_recovery_code(code) == plain


@pytest.mark.parametrize(
    "written", ["", "A" * 15, "A" * 17, "U" * 16, "A" * 15 + "\u0131", "A" * 15 + "\uff21", "\ud800" * 16]
)
def test_anything_else_is_no_recovery_code(written: str) -> None:
    assert read_recovery_code(written) is None
