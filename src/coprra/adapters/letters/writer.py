"""Writer: letters of accounts as text and as HTML, in the language of each."""

import gettext
import re
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from coprra.adapters.letters.texts import HELLO, HELLO_TO_NOBODY, OF_SOMEBODY_ELSE, SENT_BY, TEXTS, Text
from coprra.domain.mail.message import Message
from coprra.domain.mail.ports import Writer
from coprra.domain.users.language import Language
from coprra.domain.users.letter import Letter, LetterKind

DOMAIN = "coprra"
LOCALE = Path(__file__).with_name("locale")
"""Where catalogues are looked for: ``<language>/LC_MESSAGES/coprra.mo``. English needs none."""

_LINK_LIKE = re.compile(r"://|www\.|\w\.\w|[/\\@]", re.IGNORECASE)
"""What mail programs make a link of, although nobody wrote one."""
_TURNING = re.compile("[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Marks that turn the direction of what follows them, or begin a line."""
_TO_STRANGERS = frozenset({LetterKind.VERIFY_EMAIL, LetterKind.CHANGE_EMAIL})
"""Letters to mailboxes that nobody has proved: whose name it is, is not known."""
_CONCEALED = "…"


class GettextWriter(Writer):
    """home: the address at which people reach the installation, without a slash at its end; links lead there alone."""

    def __init__(self, home: str, *, folder: Path = LOCALE) -> None:
        self._home = home
        self._words = {one: gettext.translation(DOMAIN, folder, [one], fallback=True) for one in Language}

    def write(self, letter: Letter) -> Message:
        text = _text_of(letter)
        before = [self._greeting(letter), *(self._said(one, letter) for one in text.before)]
        after = [self._said(one, letter) for one in (*text.after, SENT_BY)]
        subject = self._in_words(text.subject, letter)
        link = [f"{self._home}/{text.path}?{urlencode({'token': letter.secret})}"] if text.path else []
        return Message(
            to=letter.to.text,
            subject=subject,
            text="\n\n".join([*before, *link, *after]) + "\n",
            html=_html(letter.language, subject, before, link, after),
        )

    def _greeting(self, letter: Letter) -> str:
        """By name, unless a stranger could speak through it to the owner of a mailbox."""
        if not letter.name or letter.kind in _TO_STRANGERS or _LINK_LIKE.search(letter.name):
            return self._in_words(HELLO_TO_NOBODY, letter)
        return self._in_words(HELLO, letter).format(name=_TURNING.sub("", letter.name))

    def _said(self, text: str, letter: Letter) -> str:
        return self._in_words(text, letter).format(home=self._home, note=_note_of(letter))

    def _in_words(self, text: str, letter: Letter) -> str:
        """The letter's language, or English where nobody has translated it."""
        return self._words[letter.language].gettext(text)


def _html(language: Language, subject: str, before: list[str], link: list[str], after: list[str]) -> str:
    anchors = [f'<a href="{escape(one)}">{escape(one)}</a>' for one in link]
    paragraphs = [*(escape(one) for one in before), *anchors, *(escape(one) for one in after)]
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{language}" dir="auto">',
            f'<head><meta charset="utf-8"><title>{escape(subject)}</title></head>',
            "<body>",
            *(f"<p>{one}</p>" for one in paragraphs),
            "</body>",
            "</html>",
            "",
        ]
    )


def _text_of(letter: Letter) -> Text:
    return (OF_SOMEBODY_ELSE if letter.note else TEXTS).get(letter.kind, TEXTS[letter.kind])


def _note_of(letter: Letter) -> str:
    """Addresses were looked at by us, and are what admins need to know; names that people gave may be anything."""
    if letter.kind is not LetterKind.TOKEN_REUSED:
        return letter.note
    return _CONCEALED if _LINK_LIKE.search(letter.note) else _TURNING.sub("", letter.note)
