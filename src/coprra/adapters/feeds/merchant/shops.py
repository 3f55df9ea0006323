"""Shops: whose a merchant feed is, and the profile to write where nobody has said so."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import TypeVar

from coprra.adapters.feeds.declarations.file_names import Origin
from coprra.adapters.feeds.declarations.profile import FeedProfile
from coprra.adapters.feeds.formats.whole_file import WholeFile
from coprra.adapters.feeds.merchant.format import MerchantFormat, listed
from coprra.adapters.feeds.merchant.prices import stated_currency
from coprra.adapters.feeds.merchant.rules import ONLINE
from coprra.adapters.feeds.merchant.values import every, parts_of
from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.money import Currency
from coprra.domain.prices.chain import Chain, UnknownShop
from coprra.domain.prices.links import host_of
from coprra.domain.prices.list_run import RowProblem

V = TypeVar("V")

_FIRST_ROWS = 50
_LOOKED_AT = ("url", "price", "special", "shipping")
_NO_NAMES = {"www", "shop", "store", "eshop", "obchod", "m"}
_COUNTRIES = {"uk": "GB", "eu": "ZZ"}
"""Of the domains that are no ISO 3166 codes."""
_NO_COUNTRY = "ZZ"
_NO_CURRENCY = Currency("XXX")
"""As ISO 4217 calls it."""


@dataclass(frozen=True, slots=True)
class Shop:
    """What a feed tells of whose it is, by its head and its first rows.

    hosts: of its links, the most frequent first; currency: the most frequent; country: the one to which it ships, or
    that of the host's name. listed_at: aware, or local; None: not told.
    """

    title: str | None
    hosts: tuple[str, ...]
    currency: Currency | None
    country: str | None
    listed_at: datetime | None


def look(profile: FeedProfile, file: WholeFile) -> Shop:
    """What the feed tells. Raises: Unreadable."""
    form = profile.format
    if not isinstance(form, MerchantFormat):
        raise TypeError(f"{profile.name} reads no merchant feeds.")
    reader = form.open(file.stream(), file.name)
    columns = [(term, name) for term in _LOOKED_AT for name in profile.columns.get(term, ())]
    rows = islice(reader.records([name for _, name in columns]), _FIRST_ROWS)
    texts: dict[str, list[str]] = {term: [] for term in _LOOKED_AT}
    for row in rows:
        if not isinstance(row, RowProblem):
            for (term, _), text in zip(columns, row[1], strict=True):
                texts[term].append(text)
    head = reader.masthead
    hosts = _by_frequency(host_of(text) for text in [*texts["url"], head.get("link", "")])
    currencies = _by_frequency(stated_currency(text) for text in texts["price"] + texts["special"])
    countries = {country for text in texts["shipping"] for country in _shipped_to(text)}
    return Shop(
        " ".join(head.get("title", "").split()) or None,
        hosts,
        currencies[0] if currencies else None,
        countries.pop() if len(countries) == 1 else _country_of(hosts) or _country_of_currency(currencies),
        _built_at(head),
    )


def stranger(profile: FeedProfile, shop: Shop) -> str | None:
    """Why the feed is not of the profile's shop, as far as the feed's links tell; None where it may well be."""
    if profile.merchant is None or profile.template:
        return None
    own = profile.merchant.hosts
    if not own:
        return "the profile names no hosts, so a feed must be named for it"
    if not any(host == one or host.endswith(f".{one}") for one in own for host in shop.hosts[:1]):
        there = f"to {shop.hosts[0]}" if shop.hosts else "nowhere"
        return f"its links lead {there}, and the shop's to {' or '.join(sorted(own))}"
    return None


def origin_of(profile: FeedProfile, shop: Shop, named: Origin | None) -> Origin:
    """The shop's one branch; and when the feed was built, or else what the file's name says."""
    return Origin(profile.branch or ONLINE, None, shop.listed_at or (named.listed_at if named else None))


def propose(profile: FeedProfile, shop: Shop, source: str) -> tuple[FeedProfile, UnknownShop]:
    """The profile as it would be for this shop; and the refusal to import for nobody, which says what to write."""
    code = _code_of(shop.hosts)
    host = shop.hosts[0] if shop.hosts else ""
    country, currency = shop.country or _NO_COUNTRY, shop.currency or _NO_CURRENCY
    try:
        chain = Chain(code, (shop.title or host)[:100], country, currency)
    except Invalid:
        chain = Chain(code, code, country, currency)
    # What the feed does not tell is left empty: a profile with a gap is refused, one with a guess would be used.
    lines = [
        f'extends = "{profile.name}"',
        "",
        "[chain]",
        f'code = "{code}"',
        f"name = {json.dumps(chain.name, ensure_ascii=False)} # yours",
        f'country = "{shop.country or ""}" # yours: ISO 3166, such as CZ',
        f'currency = "{shop.currency or ""}" # yours: ISO 4217, such as CZK',
        'timezone = "UTC" # yours: IANA, such as Europe/Prague',
        f"hosts = {json.dumps(host, ensure_ascii=False)} # where its links lead",
    ]
    refusal = UnknownShop(
        f"{source} is the feed of a shop, and no profile says of which. Save the lines below as {code}.toml in the "
        "folder that COPRRA_PROFILES names, see that they are right, and import it again.\n\n" + "\n".join(lines)
    )
    return replace(profile, chain=chain), refusal


def _by_frequency(values: Iterable[V | None]) -> tuple[V, ...]:
    return tuple(value for value, _ in Counter(value for value in values if value is not None).most_common())


def _shipped_to(text: str) -> Iterable[str]:
    for value in every(text):
        parts = parts_of(value)
        countries = [parts.get("country", "")] if parts is not None else [text[0] for text in listed(value)]
        yield from (country for country in countries if re.fullmatch("[A-Z]{2}", country))


def _country_of(hosts: tuple[str, ...]) -> str | None:
    """Of a national domain; those of companies and of anybody say nothing."""
    domain = hosts[0].rpartition(".")[2] if hosts else ""
    country = _COUNTRIES.get(domain, domain.upper())
    return country if re.fullmatch("[A-Z]{2}", country) and country != _NO_COUNTRY else None


def _country_of_currency(currencies: tuple[Currency, ...]) -> str | None:
    """ISO 4217 begins a currency's code with its country's, but for those of several countries."""
    code = currencies[0].code if currencies else "X"
    return None if code[0] == "X" or code == "EUR" else code[:2]


def _code_of(hosts: tuple[str, ...]) -> str:
    labels = [label for label in (hosts[0] if hosts else "").split(".")[:-1] if label not in _NO_NAMES]
    return re.sub("[^a-z0-9-]", "", labels[0] if labels else "").strip("-")[:32].strip("-") or "shop"


def _built_at(masthead: Mapping[str, str]) -> datetime | None:
    """When the feed was built: RSS writes it as mail does, Atom in ISO 8601."""
    for element in ("lastBuildDate", "updated", "pubDate"):
        text = masthead.get(element, "")
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
        try:
            built = parsedate_to_datetime(text)
        except ValueError:
            continue
        # RFC 5322: a time in "-0000" is in UTC, of an unknown place.
        return built if built.tzinfo else built.replace(tzinfo=UTC)
    return None
