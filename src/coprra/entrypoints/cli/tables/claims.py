"""Claims of lists beside what the ledger knows, as lines and blocks for a screen."""

from coprra.domain.kernel.money import Money
from coprra.domain.prices.check_claims import CheckedClaims
from coprra.domain.prices.claim_check import ClaimCheck, ClaimKind
from coprra.domain.prices.ports import SoldSeries
from coprra.domain.prices.unit_price import UnitPrice
from coprra.entrypoints.cli.screen import Block, Column, Prose, Table, safe
from coprra.entrypoints.cli.wording import minute_utc, money, unit_price

_KINDS = {
    ClaimKind.LOWEST_30_DAYS: "lowest of 30 days",
    ClaimKind.ANCHOR: "anchor price",
    ClaimKind.UNIT_PRICE: "unit price",
}


def claim_line(sold: SoldSeries, check: ClaimCheck) -> str:
    """``konzum/0613 #17 Beans: lowest of 30 days 1.79 EUR, ours 1.69 EUR``."""
    listing, article = sold.series.listing, sold.series.article
    title = f" {article.title}" if article else ""
    on = f" of {check.on.isoformat()}" if check.on else ""
    kind = f"{_KINDS[check.kind]}{on}"
    return safe(f"{listing.branch.id} #{listing.sku}{title}: {kind} {_figure(check.claimed)}, {_ours(check)}")


def _ours(check: ClaimCheck) -> str:
    if check.agrees is None:
        seen = f" ({check.covered.days} of 30 days seen)" if check.covered is not None else ""
        return f"ours not known{seen}"
    return "ours agrees" if check.agrees else f"ours {_figure(check.ours)}"


def _figure(value: Money | UnitPrice | None) -> str:
    return unit_price(value) if isinstance(value, UnitPrice) else money(value)


def claim_counts(checked: CheckedClaims) -> list[Block]:
    """How many claims of each chain agree, disagree and can't be told."""
    about = Prose(f"As of {minute_utc(checked.as_of)}; what is not known may be either.", quiet=True)
    if not checked.counts:
        return [Prose("No list claims anything of the kind."), about]
    columns = (
        Column("Store"),
        Column("Claim", flexible=True),
        Column("Agree", numeric=True),
        Column("Disagree", numeric=True),
        Column("Not known", numeric=True),
    )
    rows = tuple(
        (count.chain, _KINDS[count.kind], f"{count.agree:,}", f"{count.disagree:,}", f"{count.unknown:,}")
        for count in checked.counts
    )
    return [Table(columns, rows), about]
