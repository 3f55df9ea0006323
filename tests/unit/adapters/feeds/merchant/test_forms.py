"""One shop in every form: the same rows from RSS, Atom and text, packed or not; and the feeds of real shops."""

import gzip
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coprra.adapters.feeds.feeds import FileFeeds
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.kernel.money import Money
from coprra.domain.prices.list_run import ListRow, Tally
from coprra.domain.prices.observation import Shipping

if TYPE_CHECKING:
    from tests.unit.adapters.feeds.merchant.conftest import ShopFeeds

GOOGLE = "http://base.google.com/ns/1.0"
RSS = f"""\ufeff<?xml version="1.0" encoding="UTF-8"?>
<rss xmlns:g="{GOOGLE}" version="2.0">
  <channel>
    <title>Kettles &amp; Co</title>
    <link>https://kettles.example</link>
    <description>Everything that boils</description>
    <item>
      <g:id><![CDATA[K-1]]></g:id>
      <title><![CDATA[Kettle "Whistler" & lid]]></title>
      <link><![CDATA[https://kettles.example/k1?sku=1&utm_source=google]]></link>
      <g:price><![CDATA[25.5 EUR]]></g:price>
      <g:sale_price>19.99 EUR</g:sale_price>
      <g:sale_price_effective_date>2026-01-05T00:00+0100/2026-02-01T00:00+0100</g:sale_price_effective_date>
      <g:availability>in stock</g:availability>
      <g:condition>new</g:condition>
      <g:brand>Boil</g:brand>
      <g:gtin>4006381333931</g:gtin>
      <g:shipping><g:country>DE</g:country><g:service>Post</g:service><g:price>4.90 EUR</g:price></g:shipping>
      <g:shipping><g:country>AT</g:country><g:price>9.90 EUR</g:price></g:shipping>
      <g:free_shipping_threshold>
        <g:country>DE</g:country>
        <g:price_threshold>50 EUR</g:price_threshold>
      </g:free_shipping_threshold>
      <g:unit_pricing_measure>1ct</g:unit_pricing_measure>
    </item>
    <item>
      <g:id>K-2</g:id>
      <g:title>Old kettle</g:title>
      <g:link>https://kettles.example/k2</g:link>
      <g:price>7</g:price>
      <g:availability>out of stock</g:availability>
      <g:condition>used</g:condition>
      <g:identifier_exists>no</g:identifier_exists>
    </item>
  </channel>
</rss>
"""
ATOM = f"""<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:shop="{GOOGLE}">
  <title>Kettles</title>
  <link rel="self" href="https://feeds.example/kettles"/>
  <updated>2026-01-05T06:00:00Z</updated>
  <entry>
    <id>tag:kettles.example,2026:1</id>
    <shop:id>K-1</shop:id>
    <title type="html">Kettle "Whistler" &amp; lid</title>
    <link href="https://kettles.example/k1?sku=1"/>
    <shop:price>25.50 EUR</shop:price>
    <shop:sale_price>19.99 EUR</shop:sale_price>
    <shop:sale_price_effective_date>2026-01-04T23:00Z/2026-01-31T23:00Z</shop:sale_price_effective_date>
    <shop:availability>in_stock</shop:availability>
    <shop:brand>Boil</shop:brand>
    <shop:gtin>4006381333931</shop:gtin>
    <shop:shipping>DE::Post:4.90 EUR,AT:::9.90 EUR</shop:shipping>
    <shop:free_shipping_threshold>DE:50.00 EUR</shop:free_shipping_threshold>
    <shop:unit_pricing_measure>1 ct</shop:unit_pricing_measure>
  </entry>
  <entry>
    <shop:id>K-2</shop:id>
    <title>Old kettle</title>
    <link href="https://kettles.example/k2"/>
    <shop:price>7.00 EUR</shop:price>
    <shop:availability>out_of_stock</shop:availability>
    <shop:condition>used</shop:condition>
    <shop:identifier_exists>no</shop:identifier_exists>
  </entry>
</feed>
"""
COLUMNS = (
    *("id", "title", "link", "price", "sale price", "sale_price_effective_date", "availability", "condition", "brand"),
    *("gtin", "shipping(country:price)", "free_shipping_threshold", "unit_pricing_measure", "identifier_exists"),
)
TEXT = "\n".join(
    "\t".join(texts)
    for texts in (
        COLUMNS,
        (
            *("K-1", '"Kettle ""Whistler"" & lid"', "https://kettles.example/k1?sku=1&gclid=2", "25.50 EUR"),
            *("19.99", "2026-01-05T00:00/2026-02-01T00:00", "in stock", "new", "Boil", "4006381333931"),
            *("DE:4.90 EUR,AT:9.90 EUR", "DE:50 EUR", "1ct", ""),
        ),
        (
            *("K-2", "Old kettle", "https://kettles.example/k2", "7 EUR", "", "", "out of stock", "used", ""),
            *("", "", "", "", "no"),
        ),
        (),
    )
)
FORMS = {"rss": RSS, "atom": ATOM, "text": TEXT}


def without_place(row: ListRow) -> tuple[object, ...]:
    """All that it says, and not where or how it was packed."""
    article = row.article
    assert article
    return (
        *(row.sku, article.title, article.brand, article.gtins, article.measure),
        *(row.terms, row.availability, row.problems),
    )


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_feed_gives_the_same_rows(shop: "ShopFeeds", form: str, packed: bool) -> None:
    expected = [without_place(row) for row in shop.rows(RSS)]
    source = shop.lists.write(FORMS[form], f"{form}.feed", packed=packed)
    with shop.lists.feeds.open(source) as (feed,):
        assert feed.profile.name == "kettles"
        rows = list(feed.rows())
    assert [without_place(row) for row in rows] == expected
    assert [row.problems for row in rows] == [(), ()]
    kettle, _ = rows
    assert kettle.terms
    assert kettle.terms.shipping == (
        Shipping("AT", Money.of("9.90", "EUR")),
        Shipping("DE", Money.of("4.90", "EUR"), Money.of("50", "EUR")),
    )


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
def test_a_cut_document_is_refused(shop: "ShopFeeds", keep: float) -> None:
    with pytest.raises(Unreadable, match="cut"):
        shop.rows(RSS[: int(len(RSS) * keep)])


@pytest.mark.parametrize("form", FORMS)
def test_cut_gzip_is_refused(shop: "ShopFeeds", form: str) -> None:
    source = shop.lists.folder / "kettles.gz"
    source.write_bytes(gzip.compress(FORMS[form].encode())[:-20])
    with pytest.raises(Unreadable, match="is cut"):
        shop.lists.rows(str(source))


# Real feeds. They are nobody's to hand on, so that only figures stand here: items, items not taken, problems by code.

SHOPS = {
    "cuttysark": ("google", "AU", "AUD", "Australia/Sydney", "cuttysark.com.au"),
    "importpc": ("google", "CZ", "CZK", "Europe/Prague", "importpc.cz"),
    "lecc": ("google", "US", "USD", "America/New_York", "lakeerieclothing.com"),
    "sooq": ("google", "KW", "KWD", "Asia/Kuwait", "sooq-alkuwait.arabsad.com"),
    "trailerparts": ("google", "AU", "AUD", "Australia/Sydney", "shop.trailerparts.net.au"),
    "caremobility": ("heureka", "SK", "EUR", "Europe/Bratislava", "caresuppliesonline.wixsite.com"),
    "obchod": ("heureka", "CZ", "CZK", "Europe/Prague", "obchodxx.cz"),
}
FACTS = {
    "cuttysark_au.xml.gz": ("cuttysark", 251, 0, {"no_gtin": 1}),
    "importpc_cz_2026-03-12_652f024.xml.gz": ("importpc", 1255, 0, {"cleaned_title": 2}),
    "importpc_cz_2026-03-12_68295b6.xml.gz": ("importpc", 1255, 0, {"cleaned_title": 2}),
    "importpc_cz_2026-03-15_a8cbcb2.xml.gz": ("importpc", 1255, 0, {"cleaned_title": 2}),
    "lecc_us_2026-05-07.tsv.gz": ("lecc", 160, 0, {"no_gtin": 160}),
    "sooq_kuwait_4a4a1b1.xml.gz": ("sooq", 2184, 0, {"no_gtin": 2184}),
    "trailerparts_au.xml.gz": (
        "trailerparts",
        3284,
        45,
        {"inexact_price": 1, "no_gtin": 3284, "special_not_lower": 170, "zero_price": 85},
    ),
    "caremobility_heureka.xml.gz": ("caremobility", 20, 0, {"restricted_gtin": 20}),
    "heureka_spec_example.xml.gz": ("obchod", 18, 0, {"invalid_gtin": 10, "no_gtin": 2, "sku_from_url": 18}),
}
MALFORMED = {
    "sooq_kuwait_cb166c5.xml.gz": "line 2: xmlns=\"{'g': 'http://base.google.com/ns/1.0'}\" is not the address",
    "google_sample_unbound_prefix_MALFORMED.xml.gz": "line 19: <g:id> has a prefix before its colon",
}

needs_real_feeds = pytest.mark.skipif(
    "COPRRA_EXTRA_DATA" not in os.environ, reason="real shops' feeds are not part of the repository"
)


@pytest.fixture
def real(tmp_path: Path) -> FileFeeds:
    for code, (base, country, currency, timezone, host) in SHOPS.items():
        chain = f'code = "{code}"\nname = "{code}"\ncountry = "{country}"\ncurrency = "{currency}"\n'
        where = f'timezone = "{timezone}"\nhosts = "{host}"\n'
        (tmp_path / f"{code}.toml").write_text(f'extends = "{base}"\n[chain]\n{chain}{where}', "utf-8")
    return FileFeeds(tmp_path)


def real_feed(name: str) -> str:
    return str(Path(os.environ["COPRRA_EXTRA_DATA"]) / "full" / "merchant_feeds" / name)


@needs_real_feeds
@pytest.mark.parametrize("name", sorted(FACTS))
def test_the_feed_of_a_real_shop_is_read(real: FileFeeds, name: str) -> None:
    profile, items, not_taken, by_code = FACTS[name]
    with real.open(real_feed(name)) as (feed,):
        assert feed.profile.name == profile
        rows = list(feed.rows())
    tally = Tally()
    for row in rows:
        tally.add(row)
    tally.judge()
    assert (tally.rows, tally.bad_rows, dict(sorted(tally.by_code.items()))) == (items, not_taken, by_code)


@needs_real_feeds
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cuttysark_au.xml.gz", {"in_stock new AUD unshipped": 144, "out_of_stock new AUD unshipped": 107}),
        ("lecc_us_2026-05-07.tsv.gz", {"in_stock new USD before tax unshipped": 160}),
        ("sooq_kuwait_4a4a1b1.xml.gz", {"in_stock new KWD special unshipped": 2184}),
        ("importpc_cz_2026-03-15_a8cbcb2.xml.gz", {"in_stock new CZK": 1246, "out_of_stock new CZK": 9}),
        (
            "trailerparts_au.xml.gz",
            {
                "in_stock new AUD special unshipped": 1702,
                "in_stock new AUD unshipped": 104,
                "out_of_stock new AUD special unshipped": 1299,
                "out_of_stock new AUD unshipped": 134,
            },
        ),
        ("caremobility_heureka.xml.gz", {"in_stock new EUR": 20}),
        ("heureka_spec_example.xml.gz", {"in_stock new CZK unshipped": 17, "in_stock used CZK unshipped": 1}),
    ],
)
def test_the_terms_of_a_real_shop_are_understood(real: FileFeeds, name: str, said: dict[str, int]) -> None:
    with real.open(real_feed(name)) as (feed,):
        rows = list(feed.rows())
    told = Counter(
        " ".join(
            [
                *(row.availability, row.terms.condition, row.terms.currency.code),
                *(["special"] if row.terms.special else []),
                *([] if row.terms.tax_included else ["before tax"]),
                *([] if row.terms.shipping else ["unshipped"]),
            ]
        )
        for row in rows
        if row.terms
    )
    assert dict(told) == said
    assert all(row.terms.url for row in rows if row.terms)


@needs_real_feeds
@pytest.mark.parametrize("name", sorted(MALFORMED))
@pytest.mark.parametrize("profile", [None, "google", "sooq"])
def test_a_malformed_real_feed_is_refused_with_what_to_write(real: FileFeeds, name: str, profile: str | None) -> None:
    with pytest.raises(Unreadable) as refused, real.open(real_feed(name), profile=profile):
        pass
    assert refused.value.message.startswith(f"{name}, {MALFORMED[name]}")
    assert refused.value.message.endswith(f'Write on line 2: <rss version="2.0" xmlns:g="{GOOGLE}">')


@needs_real_feeds
def test_a_real_feed_that_nobody_has_claimed_is_read_as_google_s_or_heureka_s() -> None:
    nobody = FileFeeds()
    for name in FACTS:
        with nobody.open(real_feed(name)) as (feed,):
            assert feed.profile.name in {"google", "heureka"}
            assert feed.profile.chain is None
