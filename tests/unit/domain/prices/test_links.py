"""A link leads to the article and follows nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.prices.links import LINK_LENGTH, InvalidLink, host_of, read_link, strip_tracking

NAMES = st.sampled_from(["id", "sku", "utm_source", "UTM_Medium", "gclid", "fbclid", "amp;utm_term", "utm", "", "ä"])
PARAMETERS = st.lists(st.tuples(NAMES, st.sampled_from(["", "1", "a=b", "%20"])), max_size=5).map(
    lambda parts: "&".join(f"{name}={value}" for name, value in parts)
)
LINKS = st.tuples(PARAMETERS, PARAMETERS).map(lambda parts: f"https://shop.example/a?{parts[0]}#{parts[1]}")


@pytest.mark.parametrize(
    ("link", "stripped"),
    [
        ("https://s.example/a?utm_source=x&id=7&utm_medium=y", "https://s.example/a?id=7"),
        ("https://s.example/a?gclid=1&fbclid=2&msclkid=3&srsltid=4&gad_source=5", "https://s.example/a"),
        ("https://s.example/a?UTM_Source=x#reviews", "https://s.example/a#reviews"),
        ("https://s.example/a?id=7&amp;utm_source=x", "https://s.example/a?id=7"),
        ("https://s.example/a#utm_source=x", "https://s.example/a"),
        ("https://s.example/a?_gl=1*2*3", "https://s.example/a"),
    ],
)
def test_tracking_parameters_are_left_out(link: str, stripped: str) -> None:
    assert strip_tracking(link) == stripped


@pytest.mark.parametrize(
    "link",
    [
        "https://s.example/a?sku=49C-SM-CH&setCurrencyId=1",
        "https://s.example/a?b=%C4%8Daj+x&b=2&&c#top",
        "https://s.example/utm_source=x/a",
        "https://s.example/a?utmost=1&gclids=2&id=utm_source",
        "https://s.example/a?",
        "https://s.example/a?x#",
        "https://s.example/a#!/milk?id=1",
    ],
)
def test_everything_else_stays_letter_by_letter(link: str) -> None:
    assert strip_tracking(link) == link
    assert read_link(link) == link


@given(LINKS)
def test_what_is_stripped_once_is_stripped_for_good(link: str) -> None:
    once = strip_tracking(link)
    assert strip_tracking(once) == once
    assert "utm_" not in once.casefold()


@given(st.text(max_size=60))
def test_any_text_can_be_stripped(text: str) -> None:
    assert len(strip_tracking(text)) <= len(text)


def test_blanks_around_a_link_are_no_part_of_it() -> None:
    assert read_link("\n https://s.example/a?gclid=1 \t") == "https://s.example/a"
    assert read_link("https://s.example/a b - c/") == "https://s.example/a%20b%20-%20c/"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Link",
        "javascript:alert(1)",
        "ftp://s.example/a",
        "//s.example/a",
        "https://",
        "https:///a",
        "https://s.example /a",
        "https://s.example/a\tb",
        "https://s.example/a\u202eb",
        "https://s.example/a\x00",
        "https://user:secret@s.example/a",  # pragma: allowlist secret
        "https://bank.example\\@s.example/",
    ],
)
def test_what_is_no_address_of_a_page_is_refused(text: str) -> None:
    with pytest.raises(InvalidLink, match="no address such as"):
        read_link(text)


def test_a_link_has_at_most_2000_characters() -> None:
    longest = "https://s.example/" + "x" * (LINK_LENGTH - len("https://s.example/"))
    assert read_link(longest) == longest
    with pytest.raises(InvalidLink, match="2001 characters"):
        read_link(longest + "x")


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://www.Shop.example:8443/a", "shop.example"),
        ("http://shop.example?x", "shop.example"),
        (" HTTPS://shop.example#x", "shop.example"),
        ("https://me@shop.example/", "shop.example"),
        ("Link", None),
        ("", None),
        ("https://", None),
    ],
)
def test_a_host_is_read_without_port_and_www(link: str, host: str | None) -> None:
    assert host_of(link) == host
