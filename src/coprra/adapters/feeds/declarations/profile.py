"""Feed profiles: how one chain's lists are read, declared in a small TOML file."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePath
from typing import ClassVar

from coprra.adapters.feeds.anchors import AnchorForm
from coprra.adapters.feeds.declarations.declaration import InvalidDeclaration, Table
from coprra.adapters.feeds.declarations.file_names import (
    DATE_ORDERS,
    GROUPS,
    NamePattern,
    Origin,
    house_patterns,
    is_endless,
)
from coprra.adapters.feeds.declarations.history import HistoryForm
from coprra.adapters.feeds.formats.csv_reader import CsvFormat
from coprra.adapters.feeds.formats.heisse_preise import HeissePreiseFormat
from coprra.adapters.feeds.formats.records import Format
from coprra.adapters.feeds.formats.xlsx_reader import XlsxFormat
from coprra.adapters.feeds.formats.xml_reader import XmlFormat
from coprra.adapters.feeds.merchant.format import MerchantFormat
from coprra.adapters.feeds.merchant.rules import MERCHANT_TERMS, MerchantRules, shop_patterns
from coprra.adapters.feeds.numbers import NumberFormat
from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.money import Currency
from coprra.domain.prices.chain import Branch, BranchId, Chain, Channel
from coprra.domain.prices.ports import Profile
from coprra.domain.products.category import CATEGORIES
from coprra.domain.products.folding import fold

SHIPPED = "shipped"

TERMS = (
    *("sku", "title", "brand", "pack", "pack_unit", "sold_by", "price", "special"),
    *("lowest_30_days", "anchor", "unit_price", "unit_price_per", "special_unit_price", "gtin", "category"),
)
"""What a profile's [columns] can name, in the order in which records carry them. See `FeedProfile`."""

MAY_BE_ZERO = ("special", "lowest_30_days", "anchor", "unit_price", "special_unit_price")
MAY_BE_NOTHING = TERMS[2:]

FORMATS = {
    CsvFormat.kind: CsvFormat.declared,
    XmlFormat.kind: XmlFormat.declared,
    XlsxFormat.kind: XlsxFormat.declared,
    MerchantFormat.kind: MerchantFormat.declared,
    HeissePreiseFormat.kind: HeissePreiseFormat.declared,
}
_NOBODY = Chain("unknown", "unknown", "ZZ", Currency("XXX"))
_NAME = r"[a-z0-9][a-z0-9_-]{0,31}"


class InvalidProfile(InvalidDeclaration):
    """Feed profiles with mistakes."""

    code: ClassVar[str] = "invalid_profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedProfile:
    """A profile as it was declared, ready to be used.

    branch: of a chain with one list for all branches: what its code is. columns: for each term the names that its
    column has, the first one found counts. sku: the chain's article number; pack: the net quantity, with its unit or
    beside `pack_unit`; sold_by: the unit that the price is for, where some articles are sold by weight; price: the
    regular one; special: a lower one in its stead; lowest_30_days, anchor, unit_price: the list's claims;
    unit_price_per: the unit that its unit price is for; special_unit_price: what it claims while there is a special
    price. required: the terms whose columns must be there. nothing: for a term the texts that say that there is
    nothing; zero_means_none: the terms whose "0" says so. pack_decimals: how many the list rounds its packs to.
    about_is_by_weight: a pack of "ca. 2 kg" is priced by the kilogram. special_repeated: while there is a special
    price, `price` repeats it and the regular one is not told. anchor_on, anchor_form: of which day the anchor price is,
    for the whole list, or as each of them says. categories: the list's own words, folded, and coprra's code; without
    any, the list is expected to use the codes.

    merchant: what only the feeds of shops need; None for price lists. template: it says how feeds are written and not
    whose, so that its chain is a placeholder.
    """

    name: str
    title: str
    source: str
    chain: Chain
    timezone: str
    channel: Channel
    branch: str | None
    complete: bool
    format: Format
    history: HistoryForm | None
    numbers: NumberFormat
    patterns: tuple[NamePattern, ...]
    columns: Mapping[str, tuple[str, ...]]
    required: frozenset[str]
    nothing: Mapping[str, frozenset[str]]
    zero_means_none: frozenset[str]
    pack_decimals: int | None
    about_is_by_weight: bool
    special_repeated: bool
    anchor_on: date | None
    anchor_form: AnchorForm | None
    categories: Mapping[str, str]
    merchant: MerchantRules | None = None
    template: bool = False

    @property
    def summary(self) -> Profile:
        """What the domain knows of it."""
        chain = None if self.template else self.chain
        return Profile(self.name, self.title, chain, self.format.kind, self.source)

    def origin(self, path: PurePath) -> Origin | None:
        """What the path says of the list; None for one that is not named like this chain's files."""
        return next((origin for pattern in self.patterns if (origin := pattern.read(path))), None)


def load_profiles(own: Path | None) -> dict[str, FeedProfile]:
    """Every profile by name, sorted; one of the user's own stands for a shipped one of the same name.

    Raises: InvalidProfile with every mistake in every file.
    """
    profiles = {**_shipped(), **(_load_folder(own) if own is not None else {})}
    return dict(sorted(profiles.items()))


@cache
def _shipped() -> Mapping[str, FeedProfile]:
    return _load_folder(files("coprra.adapters.feeds") / "profiles", SHIPPED)


def _base_names() -> tuple[str, ...]:
    paths = (files("coprra.adapters.feeds") / "profiles").iterdir()
    return tuple(sorted(path.name.removesuffix(".toml") for path in paths if path.name.endswith(".toml")))


@cache
def _base(name: str) -> Mapping[str, object]:
    """A shipped profile as it is written, for those that extend it, which are no templates any more."""
    content = tomllib.loads((files("coprra.adapters.feeds") / "profiles" / f"{name}.toml").read_text("utf-8"))
    content.pop("template", None)
    return content


def _load_folder(folder: Traversable, source: str | None = None) -> dict[str, FeedProfile]:
    try:
        paths = sorted((path for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda path: path.name)
    except OSError as error:
        raise InvalidProfile([f"{folder.name}: the folder of profiles can't be read: {error.strerror}."]) from error
    problems: list[str] = []
    found = [profile for path in paths if (profile := _load(path, source or str(path), problems))]
    if problems:
        raise InvalidProfile(problems)
    return {profile.name: profile for profile in found}


def _load(path: Traversable, source: str, problems: list[str]) -> FeedProfile | None:
    """None with problems."""
    before = len(problems)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path.name}: can't be read as UTF-8 text: {error}.")
        return None
    name = path.name.removesuffix(".toml")
    table = Table.parse(text, path.name, problems)
    if not re.fullmatch(_NAME, name):
        table.note(
            "", f"the file's name names the profile: 1 to 32 small letters, digits, '-' or '_', not {name[:40]!r}"
        )
    table = extended(table)
    if len(problems) > before:
        return None
    profile = declared(table, name, source)
    return profile if len(problems) == before else None


def extended(top: Table) -> Table:
    """The table laid over the shipped profile that it extends; as it is where it extends none."""
    if "extends" not in top.keys:
        return top
    base = top.text("extends", like="|".join(_base_names()), hint="the name of a shipped profile")
    return top.over(_base(base)) if base else top


def declared(top: Table, name: str, source: str) -> FeedProfile:
    """The profile that an `extended` table declares; of no use once the table has problems.

    `profile.schema.json` says the same.
    """
    top.text("extends", "")
    numbers = top.table("numbers")
    number_format = _numbers(numbers)
    form = _format(top.table("format", required=True), number_format.decimal)
    template = _is_template(top, form)
    chain_table = top.table("chain", required=True)
    chain = _NOBODY if template else _chain(chain_table)
    timezone = "UTC" if template else chain_table.text("timezone", hint="an IANA time zone such as Europe/Zagreb")
    channel = chain_table.text("channel", "in_store", like="|".join(Channel), hint=f"one of {', '.join(Channel)}")
    _check_zone(chain_table, timezone)
    branch = _only_branch(chain_table)
    merchant = MerchantRules.declared(top, chain_table) if isinstance(form, MerchantFormat) else None
    chain_table.close()
    terms = MERCHANT_TERMS if merchant else TERMS
    implied = form.COLUMNS if isinstance(form, HeissePreiseFormat) else {}
    columns = _columns(top.table("columns", required=not implied), terms, implied)
    required = _terms(top, "required", tuple(columns)) or tuple(columns)
    own = _patterns(top)
    patterns = () if template else (*own, *(shop_patterns if merchant else house_patterns)(chain.code))
    anchor_on = top.day("anchor_on")
    anchor = top.table("anchor")
    anchor_form = _anchor_form(anchor) if "anchor" in top.keys else None
    if "anchor" in columns and anchor_on is None and anchor_form is None:
        top.note("anchor_on", "is missing; of which day is the column anchor?")
    profile = FeedProfile(
        name=name,
        title=top.text("title", hint="a line that says what this reads"),
        source=source,
        chain=chain,
        timezone=timezone,
        channel=Channel(channel),
        branch=branch,
        complete=top.flag("complete", default=False),
        format=form,
        history=_history(top, form),
        numbers=number_format,
        patterns=patterns,
        columns=columns,
        required=frozenset(required) | ({"title"} if merchant else {"sku", "title"}),
        nothing=_nothing(top.table("nothing"), terms),
        zero_means_none=frozenset(_terms(numbers, "zero_means_none", MAY_BE_ZERO)),
        pack_decimals=numbers.whole("pack_decimals", 0, 6, None),
        about_is_by_weight=numbers.flag("about_is_by_weight", default=False),
        special_repeated=top.flag("special_repeated", default=False),
        anchor_on=anchor_on,
        anchor_form=anchor_form,
        categories=_categories(top.table("categories")),
        merchant=merchant,
        template=template,
    )
    numbers.close()
    top.close()
    return profile


def _is_template(top: Table, form: Format) -> bool:
    template = top.flag("template", default=False)
    if template and not isinstance(form, MerchantFormat):
        top.note("template", "is for the feeds of shops; a price list is always somebody's")
        return False
    return template


def _history(top: Table, form: Format) -> HistoryForm | None:
    if isinstance(form, HeissePreiseFormat):
        return form.HISTORY
    history = top.table("history")
    if isinstance(form, MerchantFormat) and "history" in top.keys:
        top.note("history", "is for tables; the feed of a shop is of one day")
        return None
    return HistoryForm.declared(history)


def _chain(table: Table) -> Chain:
    values = {
        "code": table.text("code", hint="the chain's code, small letters and digits"),
        "name": table.text("name", hint="the chain's name"),
        "country": table.text("country", hint="an ISO 3166 code such as HR"),
        "currency": table.text("currency", hint="an ISO 4217 code such as EUR"),
    }
    stale_after = table.whole("stale_after_days", 1, 3660, 7) or 7
    if all(values.values()):
        try:
            return Chain(
                values["code"],
                values["name"],
                values["country"],
                Currency(values["currency"]),
                timedelta(days=stale_after),
            )
        except Invalid as error:
            table.note("", error.message.removesuffix("."))
    # Nobody meets it: the mistake is noted and refuses the profile, once the others have been found as well.
    return _NOBODY


def _only_branch(table: Table) -> str | None:
    code = table.text("branch", "", hint="a branch's code")
    try:
        return BranchId("unknown", code).code if code else None
    except Invalid as error:
        table.note("branch", error.message.removesuffix("."))
        return None


def _check_zone(table: Table, timezone: str) -> None:
    try:
        Branch(BranchId("unknown", "unknown"), timezone or "UTC")
    except Invalid as error:
        table.note("timezone", error.message.removesuffix("."))


def _format(table: Table, decimal: str) -> Format:
    kind = table.text("kind", like="|".join(FORMATS), hint=f"one of {', '.join(FORMATS)}")
    if not kind:
        return CsvFormat("utf-8", ",", "")
    form = FORMATS[kind](table)
    table.close()
    return replace(form, decimal=decimal) if isinstance(form, XlsxFormat) else form


def _numbers(table: Table) -> NumberFormat:
    decimal = table.text("decimal", ".", like="[.,]|[.],", hint='"." or "," or ".," for both')
    grouping = table.text("grouping", "", like="[ .,']*", hint="signs out of blank . , and '")
    if set(decimal) & set(grouping):
        table.note("grouping", f"{decimal!r} is the decimal sign already")
        return NumberFormat(decimal)
    return NumberFormat(decimal, grouping)


def _anchor_form(table: Table) -> AnchorForm | None:
    text = table.text("form", hint="a regular expression for anchor prices")
    order = table.text("date_order", "dmy", like="|".join(DATE_ORDERS), hint=f"one of {', '.join(DATE_ORDERS)}")
    table.close()
    expression = _expression(table, "form", text)
    if expression is None:
        return None
    if expression.groupindex.keys() != AnchorForm.GROUPS:
        table.note("form", f"needs the groups {' and '.join(sorted(AnchorForm.GROUPS))}, and no other")
    return AnchorForm(expression, order)


def _nothing(table: Table, terms: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """Of every term but sku and title, without which there is no row."""
    nothing = {term: frozenset(map(str.strip, texts)) for term in terms[2:] if (texts := table.texts(term))}
    table.close()
    return nothing


def _expression(table: Table, key: str, text: str) -> re.Pattern[str] | None:
    """None with a problem."""
    try:
        expression = re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        table.note(key, f"is no regular expression: {error}")
        return None
    if is_endless(text):
        table.note(key, "repeats a group that itself repeats or chooses, such as (a+)+; that may never end")
        return None
    return expression


def _patterns(top: Table) -> list[NamePattern]:
    patterns: list[NamePattern] = []
    for table in top.tables("files"):
        text = table.text("name", hint="a regular expression for file names")
        order = table.text("date_order", "ymd", like="|".join(DATE_ORDERS), hint=f"one of {', '.join(DATE_ORDERS)}")
        table.close()
        expression = _expression(table, "name", text)
        if expression is None:
            continue
        for group in expression.groupindex.keys() - GROUPS:
            table.note("name", f"the group {group} is not known; known are {', '.join(sorted(GROUPS))}")
        patterns.append(NamePattern.of(text, order))
    return patterns


def _columns(
    table: Table, terms: tuple[str, ...], implied: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    columns = {term: names for term in terms if (names := table.texts(term) or implied.get(term))}
    table.close()
    for term in ("sku", "title"):
        if term not in {*table.keys, *implied}:
            table.note(term, "is missing; give the name of the column")
    if not columns.keys() & {"price", "special"}:
        table.note("price", "is missing; give the name of the column")
    return columns


def _terms(table: Table, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    terms = table.texts(key)
    for term in terms:
        if term not in known:
            table.note(key, f"{term!r} is not one of {', '.join(known)}")
    return terms


def _categories(table: Table) -> dict[str, str]:
    codes = "|".join(CATEGORIES)
    return {fold(word): table.text(word, like=codes, hint=f"one of {', '.join(CATEGORIES)}") for word in table.keys}
