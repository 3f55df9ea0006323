"""Commands about prices."""

from datetime import datetime

import click

from coprra.domain.kernel.money import Currency
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.check_claims import EVERY_KIND
from coprra.domain.prices.claim_check import ClaimKind
from coprra.domain.prices.landed_price import Order
from coprra.domain.prices.observation import read_conditions
from coprra.domain.prices.show_history import PriceHistory
from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.claims import ClaimsReport, ProgressLine
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.options import (
    as_of_option,
    branches_option,
    database_url_option,
    json_option,
    product_reference,
)
from coprra.entrypoints.cli.plot import history_plot
from coprra.entrypoints.cli.screen import Block, Prose, stdout_screen
from coprra.entrypoints.cli.wording import minute_utc


@click.group()
def prices() -> None:
    """Compare what stores ask, and look back."""


@prices.command()
@click.argument("reference", metavar="REF")
@as_of_option
@branches_option
@click.option("--country", metavar="CODE", help="Where it goes, such as HR. Default: each store's own country.")
@click.option("--quantity", type=int, metavar="N", default=1, show_default=True, help="How many pieces.")
@click.option("--condition", default="", metavar="LIST", help="Only what is new, refurbished or used. Default: all.")
@click.option("--currency", metavar="CODE", help="Convert to it and compare in it, such as USD. See `coprra fx`.")
@click.option("--unfold", is_flag=True, help="A row for each branch, not for each store and price.")
@database_url_option
@json_option
@click.pass_obj
def compare(
    invocation: Invocation,
    reference: str,
    as_of: datetime | None,
    branches: str,
    country: str | None,
    quantity: int,
    condition: str,
    currency: str | None,
    unfold: bool,
    database_url: str | None,
) -> None:
    """Compare what each store asks for a product, and say why one is cheapest.

    REF: its GTIN or id. What you pay counts: special prices in force, shipping and fees included.
    """
    known_as = product_reference(reference)
    within = BranchFilter.parse(branches)
    order = Order(quantity, country.upper() if country else None)
    conditions = read_conditions(condition)
    wanted = Currency(currency.upper()) if currency else None
    compared = invocation.open(database_url).compare_offers(
        known_as,
        as_of=as_of,
        branches=within,
        order=order,
        conditions=conditions,
        unfold=unfold,
        currency=wanted,
    )
    invocation.answer(compared, answers.comparison, lambda comparison: tables.comparison(comparison, within))


@prices.command()
@click.argument("reference", metavar="REF")
@as_of_option
@branches_option
@click.option("--days", type=int, metavar="N", help="How far back, 1 to 3660. Default: since tracking began.")
@click.option("--steps", is_flag=True, help="List each price with its time, too.")
@click.option("--plot/--no-plot", default=True, help="Draw the lowest price of each store over time.  [default: plot]")
@database_url_option
@json_option
@click.pass_obj
def history(
    invocation: Invocation,
    reference: str,
    as_of: datetime | None,
    branches: str,
    days: int | None,
    steps: bool,
    plot: bool,
    database_url: str | None,
) -> None:
    """Show what was asked for a product over time. REF: its GTIN or id.

    Mean and median are weighted by time: a price that held for a month counts thirty times as much as one of a day.
    """
    known_as = product_reference(reference)
    within = BranchFilter.parse(branches)
    shown = invocation.open(database_url).show_history(known_as, as_of=as_of, branches=within, days=days)

    def blocks(history: PriceHistory) -> list[Block]:
        drawn = history_plot(history, stdout_screen()) if plot else []
        return [*tables.history(history, within, steps=steps), *drawn]

    invocation.answer(shown, answers.history, blocks)


@prices.command()
@click.argument("reference", metavar="REF")
@as_of_option
@branches_option
@database_url_option
@json_option
@click.pass_obj
def discounts(
    invocation: Invocation, reference: str, as_of: datetime | None, branches: str, database_url: str | None
) -> None:
    """Judge whether a product's special prices are honest reductions. REF: its GTIN or id.

    Each is held against the lowest price that the same branch asked in the 30 days before the reduction began.
    """
    known_as = product_reference(reference)
    within = BranchFilter.parse(branches)
    judged = invocation.open(database_url).judge_discounts(known_as, as_of=as_of, branches=within)
    invocation.answer(judged, answers.discounts, lambda judged: tables.discounts(judged, within))


@prices.command()
@click.argument("reference", metavar="[REF]", required=False)
@as_of_option
@branches_option
@click.option(
    "--kind",
    "kinds",
    type=click.Choice([str(kind) for kind in ClaimKind]),
    multiple=True,
    help="Only claims of that kind; may be given more than once.",
)
@click.option("--all", "all_claims", is_flag=True, help="Print every claim, not only those that disagree.")
@database_url_option
@json_option
@click.pass_obj
def claims(
    invocation: Invocation,
    reference: str | None,
    as_of: datetime | None,
    branches: str,
    kinds: tuple[str, ...],
    all_claims: bool,
    database_url: str | None,
) -> None:
    """Check what lists claim of their own prices: the lowest of 30 days, the anchor price, the unit price.

    REF: a GTIN or id; without it, everything that is listed. Printed are the claims that the price history contradicts;
    then how many agree, disagree, and can't be told because too little was seen.
    """
    known_as = product_reference(reference) if reference else None
    within = BranchFilter.parse(branches)
    application = invocation.open(database_url)
    report = ClaimsReport(ProgressLine(), invocation.as_json, all_claims)
    checked = application.check_claims(
        known_as,
        as_of=as_of,
        branches=within,
        kinds=frozenset(ClaimKind(kind) for kind in kinds) or EVERY_KIND,
        watch=report,
    )
    report.end(checked)


@prices.command()
@as_of_option
@database_url_option
@json_option
@click.pass_obj
def chains(invocation: Invocation, as_of: datetime | None, database_url: str | None) -> None:
    """List the stores that are compared, their branches, and how fresh each one's prices are."""
    known = invocation.open(database_url).list_chains(as_of=as_of)
    invocation.answer(known, answers.chains, tables.chains)


@prices.command()
@database_url_option
@json_option
@click.pass_obj
def refresh(invocation: Invocation, database_url: str | None) -> None:
    """Work out the best prices of now, so that lists of products are answered fast.

    It changes no answer: what is not worked out is compared when it is asked for.
    """
    now = invocation.open(database_url).refresh_best_prices()
    document: answers.JsonObject = {"as_of": answers.instant(now)}
    invocation.answer(document, dict, lambda _: [Prose(f"The best prices are worked out, as of {minute_utc(now)}.")])
