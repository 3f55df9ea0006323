"""Letters say what happened, lead to the installation alone, and let nobody else speak through them."""

import gettext
import re
import struct
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.letters.texts import OF_SOMEBODY_ELSE, TEXTS
from coprra.adapters.letters.writer import GettextWriter
from coprra.domain.mail.message import Message
from coprra.domain.users.email import EmailAddress
from coprra.domain.users.language import Language
from coprra.domain.users.letter import Letter, LetterKind
from coprra.domain.users.link import LIFETIMES, LinkPurpose
from coprra.domain.users.user import NAME_LENGTH

HOME = "https://prices.example.org"
SECRET = "s" * 43
PATHS = {
    LetterKind.VERIFY_EMAIL: "/verify-email",
    LetterKind.RESET_PASSWORD: "/reset-password",
    LetterKind.CHANGE_EMAIL: "/change-email",
    LetterKind.SECOND_FACTOR_LOCKED: "/unlock-second-factor",
    LetterKind.RESET_SECOND_FACTOR: "/reset-second-factor",
}
UNPROVED = {LetterKind.VERIFY_EMAIL, LetterKind.CHANGE_EMAIL}
PURPOSES = {
    LetterKind.VERIFY_EMAIL: LinkPurpose.VERIFY_EMAIL,
    LetterKind.RESET_PASSWORD: LinkPurpose.RESET_PASSWORD,
    LetterKind.CHANGE_EMAIL: LinkPurpose.CHANGE_EMAIL,
    LetterKind.SECOND_FACTOR_LOCKED: LinkPurpose.UNLOCK_SECOND_FACTOR,
    LetterKind.RESET_SECOND_FACTOR: LinkPurpose.RESET_SECOND_FACTOR,
}


def a_letter(kind: LetterKind, name: str = "Ana", note: str = "", language: Language = Language.ENGLISH) -> Letter:
    secret = SECRET if kind in PATHS else None
    return Letter(kind, EmailAddress.read("ana@example.com"), name, secret, note, language)


def written(kind: LetterKind, name: str = "Ana", note: str = "") -> Message:
    return GettextWriter(HOME).write(a_letter(kind, name, note))


def link_in(message: Message) -> str:
    return next((line for line in message.text.splitlines() if SECRET in line), "")


def html_of(message: Message) -> str:
    assert message.html is not None
    return message.html


def test_without_a_name_nobody_is_greeted() -> None:
    assert written(LetterKind.RESET_PASSWORD, name="").text.startswith("Hello,")


@pytest.mark.parametrize("kind", LetterKind)
def test_every_letter_has_a_text_and_the_same_as_html(kind: LetterKind) -> None:
    message = written(kind, note="7")
    paragraphs = message.text.strip().split("\n\n")
    assert paragraphs[0] == ("Hello," if kind in UNPROVED else "Hello Ana,")
    assert all("{" not in one for one in paragraphs)
    assert len(paragraphs) == html_of(message).count("<p>")
    assert message.to == "ana@example.com"


@pytest.mark.parametrize("kind", PATHS)
def test_a_link_leads_to_its_page_and_carries_the_secret(kind: LetterKind) -> None:
    message = written(kind)
    (link,) = [line for line in message.text.splitlines() if SECRET in line]
    parts = urlsplit(link)
    assert (f"{parts.scheme}://{parts.netloc}", parts.path) == (HOME, PATHS[kind])
    assert parse_qs(parts.query) == {"token": [SECRET]}
    assert f'<a href="{link}">{link}</a>' in html_of(message)


@pytest.mark.parametrize("kind", PURPOSES)
def test_a_letter_says_how_long_its_link_is_good(kind: LetterKind) -> None:
    lasts = LIFETIMES[PURPOSES[kind]]
    hours = lasts // timedelta(hours=1)
    assert (f"{hours} hours" if hours else f"{lasts // timedelta(minutes=1)} minutes") in written(kind).text


@pytest.mark.parametrize("name", ["You won, see evil.example", "www.evil", "https://evil", "eve@evil", "a\\b", "a/b"])
def test_a_name_that_would_become_a_link_is_not_repeated(name: str) -> None:
    message = written(LetterKind.RESET_PASSWORD, name)
    assert message.text.startswith("Hello,\n")
    assert name not in message.text + html_of(message)
    assert name not in written(LetterKind.TOKEN_REUSED, note=name).text


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn")), min_size=1, max_size=NAME_LENGTH))
def test_no_name_becomes_markup_or_turns_what_follows(name: str) -> None:
    message = written(LetterKind.TOKEN_REUSED, name, note=name)
    tags = set(re.findall(r"<[^>]*>", html_of(message)))
    assert tags == set(re.findall(r"<[^>]*>", html_of(written(LetterKind.TOKEN_REUSED))))
    assert not re.search("[\u2028-\u202e\u2066-\u2069]", message.text)
    assert set(re.findall(r"https?://[\w.]+", message.text)) == {HOME.rstrip(".")} | {f"{HOME}."}


def test_a_letter_fetches_nothing() -> None:
    for kind in LetterKind:
        assert not re.search(r"<(img|link|script|style|iframe)|src=|url\(", html_of(written(kind)))


def test_admins_are_told_whose_second_factor_was_reset() -> None:
    told = written(LetterKind.SECOND_FACTOR_RESET, note="bob@example.com")
    assert "bob@example.com" in told.text
    assert told.subject != written(LetterKind.SECOND_FACTOR_RESET).subject


@pytest.mark.parametrize("kind", LetterKind)
def test_a_letter_is_german_to_who_wants_german(kind: LetterKind) -> None:
    message = GettextWriter(HOME).write(a_letter(kind, note="7", language=Language.GERMAN))
    assert message.text.startswith("Guten Tag,")
    assert not set(message.text.split("\n\n")) & set(written(kind, note="7").text.split("\n\n")) - {link_in(message)}
    assert '<html lang="de"' in html_of(message)


def test_texts_come_from_a_catalogue_and_what_it_lacks_stays_english(tmp_path: Path) -> None:
    english = TEXTS[LetterKind.RESET_PASSWORD].subject
    _write_catalogue(
        tmp_path / "de/LC_MESSAGES/coprra.mo",
        {"": "Content-Type: text/plain; charset=utf-8\n"}
        | {english: "Wählen Sie ein anderes Passwort", "Hello {name},": "Guten Tag, {name}!"},
    )
    letter = a_letter(LetterKind.RESET_PASSWORD, "<Ana>", language=Language.GERMAN)
    message = GettextWriter(HOME, folder=tmp_path).write(letter)
    assert message.subject == "Wählen Sie ein anderes Passwort"
    assert message.text.startswith("Guten Tag, <Ana>!")
    assert "&lt;Ana&gt;" in html_of(message)
    assert '<html lang="de"' in html_of(message)
    assert "open this link within 30 minutes" in message.text


def test_every_text_can_be_filled_in() -> None:
    for text in (*TEXTS.values(), *OF_SOMEBODY_ELSE.values()):
        for part in (*text.before, *text.after):
            assert part.format(home=HOME, note="n")


def _write_catalogue(path: Path, texts: dict[str, str]) -> None:
    """As msgfmt does. Source: GNU gettext, The Format of GNU MO Files."""
    path.parent.mkdir(parents=True)
    keys = sorted(texts)
    ids, strings = [one.encode() for one in keys], [texts[one].encode() for one in keys]
    start = 7 * 4
    place = start + 16 * len(keys)
    table, blob = b"", b""
    for one in (*ids, *strings):
        table += struct.pack("<II", len(one), place + len(blob))
        blob += one + b"\0"
    header = struct.pack("<7I", 0x950412DE, 0, len(keys), start, start + 8 * len(keys), 0, start + 16 * len(keys))
    path.write_bytes(header + table + blob)
    assert gettext.find("coprra", str(path.parents[2]), ["de"]) == str(path)
