"""Drafts: help with writing feed profiles, such as the beginning of one for a list that none fits."""

import json
import re
import textwrap
from collections.abc import Iterator
from datetime import date
from importlib.resources import files

from coprra.adapters.feeds.declarations.file_names import read_date
from coprra.adapters.feeds.declarations.profile import TERMS
from coprra.adapters.feeds.drafting.header_words import sounds_like
from coprra.adapters.feeds.drafting.look import Look, look_at
from coprra.adapters.feeds.formats.csv_reader import CsvFormat
from coprra.adapters.feeds.formats.records import shown
from coprra.adapters.feeds.formats.whole_file import open_whole
from coprra.adapters.feeds.formats.xlsx_reader import XlsxFormat
from coprra.adapters.feeds.formats.xml_reader import XmlFormat
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.prices.ports import Drafts
from coprra.domain.products.category import CATEGORIES

_MOST_WORDS = 12
_NEEDED = ("sku", "title", "price")
_AMOUNTS = {"price", "special", "lowest_30_days", "anchor", "unit_price"}
_LAST_SIGN = re.compile(r"([.,])[0-9]{1,2}(?![0-9.,])")

_HEAD = """\
# A draft for {source}, which looks like {seen}.
# Change what is marked "yours", look at what is marked "a guess", and save it as my_shop.toml in the folder that
# COPRRA_PROFILES names. Then: coprra feeds check {source} --profile my_shop
title = "My shop" # yours
complete = false # yours: true when the list carries everything you sell, so that what is absent is gone
{anchor_line}
[chain]
code = "my_shop" # yours: small letters and digits; files may be called my_shop_<branch>_2025-12-29.{ending}
name = "My shop" # yours
country = "ZZ" # yours: ISO 3166, such as HR
currency = "EUR" # yours: ISO 4217
timezone = "UTC" # yours: IANA, such as Europe/Zagreb
"""


class FileDrafts(Drafts):
    """Drafts for price lists in files."""

    def schema(self) -> str:
        return (files("coprra.adapters.feeds.declarations") / "profile.schema.json").read_text("utf-8")

    def draft(self, source: str) -> str:
        with open_whole(source) as file:
            look = look_at(file)
            if look is None:
                raise Unreadable(f"{file.name} does not look like a list: no columns were found in it.")
            return "\n".join(_lines(look, _plain(file.name))) + "\n"


def _lines(look: Look, source: str) -> Iterator[str]:
    terms = _terms(look)
    anchor_on = _day_of(look.columns[terms["anchor"]]) if "anchor" in terms else None
    anchor_line = f"anchor_on = {anchor_on} # a guess: the day of the anchor price\n" if anchor_on else ""
    yield _HEAD.format(source=source, seen=look.seen, anchor_line=anchor_line, ending=look.form.kind)
    yield "[format]"
    yield from _format(look)
    yield from ("", "[numbers]", f"decimal = {_quoted(_decimal(look, terms))} # a guess", "", "[columns] # guesses")
    for term in TERMS:
        if term == "anchor" and term in terms and not anchor_on:
            yield f"# anchor = {_quoted(look.columns[terms[term]])} # of which day? say anchor_on, or [anchor]"
        elif term in terms:
            column = terms[term]
            yield f"{term} = {_quoted(look.columns[column])}{_examples(look, column)}"
        elif term in _NEEDED:
            yield f'# {term} = "" # which of the columns below?'
    for index, name in enumerate(look.columns):
        if index not in terms.values():
            yield f"# not used: {_quoted(name)}{_examples(look, index)}"
    if "category" in terms:
        yield from ("", "# [categories] # give each of the list's own words one of these codes:")
        yield textwrap.fill(", ".join(CATEGORIES), 118, initial_indent="# # ", subsequent_indent="# # ")
        words = sorted({row[terms["category"]].strip() for row in look.rows} - {""})
        yield from (f'# {_quoted(word)} = ""' for word in words[:_MOST_WORDS])


def _format(look: Look) -> Iterator[str]:
    form = look.form
    yield f"kind = {_quoted(form.kind)}"
    if isinstance(form, CsvFormat):
        yield f"encoding = {_quoted(form.encoding)}{'' if form.encoding == 'utf-8' else ' # a guess'}"
        yield f"delimiter = {_quoted(form.delimiter)}"
    elif isinstance(form, XmlFormat):
        yield from (f"root = {_quoted(form.root)}", f"row = {_quoted(form.row)}")
    elif isinstance(form, XlsxFormat):
        yield f"header_row = {form.header_row}"


def _terms(look: Look) -> dict[str, int]:
    """For each term the first column that sounds like it, and has digits where amounts should be."""
    terms: dict[str, int] = {}
    for index, name in enumerate(look.columns):
        term = sounds_like(name)
        texts = "".join(row[index] for row in look.rows)
        if term and name.strip() and (term not in _AMOUNTS or not texts or re.search("[0-9]", texts)):
            terms.setdefault(term, index)
    return terms


def _day_of(column: str) -> date | None:
    """The day that stands in its name, such as 2.5.2025."""
    found = re.search(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}", column)
    return read_date(found[0], "dmy") if found else None


def _decimal(look: Look, terms: dict[str, int]) -> str:
    """The sign that stands more often before the last one or two digits of amounts."""
    if isinstance(look.form, XlsxFormat):
        return "."
    amounts = [row[column] for term, column in terms.items() if term in _AMOUNTS for row in look.rows]
    signs = [sign for amount in amounts for sign in _LAST_SIGN.findall(amount)[-1:]]
    return "," if signs.count(",") > signs.count(".") else "."


def _examples(look: Look, column: int) -> str:
    """A comment with the first texts of that column that differ."""
    texts = dict.fromkeys(" ".join(row[column].split()) for row in look.rows)
    found = [_plain(text)[:40] for text in texts if text][:2]
    return f" # {'; '.join(found)}" if found else " # empty in the first rows"


def _plain(text: str) -> str:
    """On one line, without what a comment can't hold."""
    return " ".join(shown(text).split())


def _quoted(text: str) -> str:
    """As TOML writes it: like JSON, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
