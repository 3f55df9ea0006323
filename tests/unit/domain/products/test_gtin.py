"""GTINs: identity, check digits, what a spreadsheet ate, and numbers that mean nothing outside one company."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.errors import Invalid
from coprra.domain.products.gtin import Gtin, InvalidGtin, read_gtin


def check_digit(body: str) -> str:
    """The slow way, from the definition: weights 3, 1, 3 … from the right."""
    return str(-sum(int(digit) * (1, 3)[i % 2 == 0] for i, digit in enumerate(reversed(body))) % 10)


def with_check(body: str) -> str:
    return body + check_digit(body)


def bodies(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=length, max_size=length).filter(lambda body: body.strip("0") != "")


codes = st.one_of(*(bodies(length - 1) for length in (8, 12, 13, 14))).map(with_check)


@given(codes)
def test_padding_keeps_the_identity(code: str) -> None:
    padded = [code.zfill(length) for length in (8, 12, 13, 14)]
    assert {read_gtin(text).gtin for text in [code, f" {code}\t", *padded]} == {Gtin(code.zfill(14))}


@given(codes, st.data())
def test_one_wrong_digit_is_always_refused(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != code[place]]))
    with pytest.raises(InvalidGtin):
        read_gtin(code[:place] + other + code[place + 1 :])


@given(codes)
def test_the_short_form_reads_back_to_the_same_gtin(code: str) -> None:
    gtin = read_gtin(code).gtin
    assert read_gtin(gtin.short).gtin == gtin
    assert len(gtin.short) in {8, 13, 14}


@given(st.one_of(codes, st.text(max_size=20)))
def test_anything_is_read_as_it_stands_or_refused(text: str) -> None:
    try:
        reading = read_gtin(text)
    except InvalidGtin:
        return
    assert reading.text == text
    assert reading.gtin.value.endswith(text.strip())


@pytest.mark.parametrize(
    ("code", "value", "short"),
    [
        ("3850104038662", "03850104038662", "3850104038662"),
        ("49814521", "00000049814521", "49814521"),
        ("0000042158486", "00000042158486", "42158486"),
        ("036000291452", "00036000291452", "0036000291452"),
        ("03859890853633", "03859890853633", "3859890853633"),
        ("93850220111396", "93850220111396", "93850220111396"),
    ],
)
def test_every_printed_form_has_one_identity_and_one_customary_form(code: str, value: str, short: str) -> None:
    gtin = read_gtin(code).gtin
    assert (gtin.value, gtin.short, str(gtin)) == (value, short, value)


@pytest.mark.parametrize("code", ["10010328476", "11210006508", "78895123975"])
def test_zeros_that_a_spreadsheet_ate_are_put_back_and_reported(code: str) -> None:
    reading = read_gtin(code)
    assert reading.repaired
    assert reading.gtin == read_gtin(code.zfill(12)).gtin
    assert not read_gtin(code.zfill(12)).repaired


def test_cut_codes_are_not_repaired_when_the_check_digit_does_not_fit() -> None:
    with pytest.raises(InvalidGtin, match="check digit"):
        read_gtin("85469300018")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Nothing"),
        ("   ", "Nothing"),
        ("053112131", "9 characters"),
        ("123456789012345", "15 characters"),
        ("3850104038663", "check digit is 3, expected 2"),
        ("3,85010E+12", "11 characters|only the digits"),
        ("385010403866X", "only the digits"),
        ("+850104038662", "only the digits"),
        ("3850 10403866", "only the digits"),
        ("٣٨٥٠١٠٤٠٣٨٦٦٢", "only the digits"),
        ("385010403866²", "only the digits"),
        ("00000000", "zeros"),
        ("0000000000000", "zeros"),
    ],
)
def test_a_refusal_says_why(text: str, why: str) -> None:
    with pytest.raises(InvalidGtin, match=why) as refusal:
        read_gtin(text)
    assert isinstance(refusal.value, Invalid)
    assert refusal.value.code == "invalid_gtin"


def test_a_refusal_does_not_repeat_a_long_text() -> None:
    with pytest.raises(InvalidGtin) as refusal:
        read_gtin("9" * 10_000)
    assert len(refusal.value.message) < 200


@pytest.mark.parametrize("value", ["3850104038662", "03850104038663", "0385010403866X", "0" * 14, ""])
def test_a_gtin_is_built_from_fourteen_right_digits_only(value: str) -> None:
    with pytest.raises(InvalidGtin):
        Gtin(value)


@pytest.mark.parametrize("body", ["0123456", "2010203", "2024168"])
def test_eight_digits_beginning_with_0_or_2_belong_to_one_company(body: str) -> None:
    assert read_gtin(with_check(body)).restricted


@pytest.mark.parametrize("start", ["2", "4", "5"])
def test_upc_number_systems_2_4_and_5_are_restricted(start: str) -> None:
    code = with_check(start + "1234567890")
    assert read_gtin(code).restricted
    assert read_gtin("0" + code).restricted, "the same code in its 13-digit form"


@pytest.mark.parametrize("start", ["02", "04", "05", "20", "21", "28", "29", "98", "99"])
def test_thirteen_digits_with_an_internal_prefix_are_restricted(start: str) -> None:
    code = with_check(start + "1234567890")
    assert read_gtin(code).restricted
    assert read_gtin("0" + code).restricted, "indicator 0 only pads"


@pytest.mark.parametrize("start", ["00", "01", "03", "06", "30", "38", "40", "50", "76", "97"])
def test_other_prefixes_name_a_product_everywhere(start: str) -> None:
    assert not read_gtin(with_check(start + "1234567890")).restricted


@pytest.mark.parametrize(
    ("code", "restricted"), [("0000020241681", True), ("20241681", True), ("0000042158486", False)]
)
def test_a_short_code_that_a_list_padded_is_judged_as_the_short_one(code: str, restricted: bool) -> None:
    assert read_gtin(code).restricted is restricted
    assert read_gtin(code.zfill(14)).restricted is restricted


def test_a_restricted_number_stays_restricted_in_a_carton() -> None:
    assert read_gtin(with_check("1" + "281234567890")).restricted


def test_a_repaired_code_is_judged_as_twelve_digits() -> None:
    cut = with_check("02612345678")[1:]
    assert read_gtin(cut).repaired
    assert not read_gtin(cut).restricted, "a UPC-A beginning 026, not an article beginning 26"


@pytest.mark.parametrize(("code", "indicator"), [("30011210000156", 3), ("93850220111396", 9), ("3850104038662", 0)])
def test_the_indicator_tells_packaging_levels_apart(code: str, indicator: int) -> None:
    gtin = read_gtin(code).gtin
    assert gtin.indicator == indicator
    assert not gtin.restricted


@pytest.mark.parametrize("start", ["978", "979"])
def test_books_are_recognised(start: str) -> None:
    assert read_gtin(with_check(start + "123456789")).book
    assert not read_gtin("3850104038662").book


@given(st.lists(codes, min_size=2))
def test_gtins_sort_by_their_fourteen_digits(found: list[str]) -> None:
    gtins = [read_gtin(code).gtin for code in found]
    assert [gtin.value for gtin in sorted(gtins)] == sorted(gtin.value for gtin in gtins)
