"""Commands by which persons decide about prices."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import click

from coprra.domain.kernel.actor import Actor
from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.correct_price import Amendment
from coprra.domain.prices.judge_price import Judgement
from coprra.domain.prices.list_suspects import ListSuspects, Suspects
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.observation import Availability
from coprra.domain.prices.record_price import Description
from coprra.domain.products.gtin import read_gtin
from coprra.domain.products.ports import ProductCursor
from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.options import (
    amount,
    as_of_option,
    branches_option,
    by_option,
    database_url_option,
    dry_run_option,
    json_option,
    list_date,
    listing_argument,
    note_option,
    product_reference,
)


@click.command()
@click.argument("reference", metavar="[REF]", required=False)
@as_of_option
@branches_option
@click.option("--limit", type=int, metavar="N", default=20, show_default=True, help="How many products, 1 to 100.")
@click.option("--after", metavar="CURSOR", help="Go on behind an earlier page; that page names the cursor.")
@database_url_option
@json_option
@click.pass_obj
def suspects(
    invocation: Invocation,
    reference: str | None,
    as_of: datetime | None,
    branches: str,
    limit: int,
    after: str | None,
    database_url: str | None,
) -> None:
    """List the prices that are too odd to believe, for a person to confirm or reject.

    REF: a product, by GTIN or id. Without it all products are looked through, which takes a while.
    """
    known_as = product_reference(reference) if reference else None
    within = BranchFilter.parse(branches)
    cursor = answers.read_cursor(after) if after else None
    list_suspects = invocation.open(database_url).list_suspects
    if known_as is not None:
        found = list_suspects(known_as, as_of=as_of, branches=within, limit=limit)
    else:
        found = _first(limit, list_suspects, as_of, within, cursor)
    invocation.answer(found, answers.suspects, lambda listed: tables.suspects(listed, within))


def _first(
    limit: int, list_suspects: ListSuspects, as_of: datetime | None, within: BranchFilter, after: ProductCursor | None
) -> Suspects:
    """As many pages as it takes: one looks through so many products only, and may be empty."""
    found = list_suspects(as_of=as_of, branches=within, limit=limit, after=after)
    while found.next and len(found.products) < limit:
        rest = limit - len(found.products)
        more = list_suspects(as_of=found.as_of, branches=within, limit=rest, after=found.next)
        found = replace(more, products=(*found.products, *more.products), examined=found.examined + more.examined)
    return found


_price_option = click.option(
    "--price", type=amount, metavar="AMOUNT", help="The price that you mean, to be on the safe side."
)
_at_option = click.option(
    "--at",
    type=list_date,
    metavar="WHEN",
    required=True,
    help="When it was asked: an instant with a zone, the branch's local time, or a date (its beginning there).",
)


@click.command()
@listing_argument
@_at_option
@_price_option
@by_option
@note_option
@dry_run_option
@database_url_option
@json_option
@click.pass_obj
def confirm(
    invocation: Invocation,
    listing: ListingId,
    at: date | datetime,
    price: Decimal | None,
    by: Actor,
    note: str | None,
    dry_run: bool,
    database_url: str | None,
) -> None:
    """Believe the price that LISTING asked then, however odd it looks.

    LISTING: store/branch/sku, as `coprra prices suspects` names it. The latest judgement of a price counts.
    """
    judge_price = invocation.open(database_url).judge_price
    judged = judge_price(listing, Judgement.CONFIRMED, at=at, price=price, by=by, note=note, dry_run=dry_run)
    invocation.answer(judged, answers.judged_price, tables.judged_price)


@click.command()
@listing_argument
@_at_option
@_price_option
@by_option
@note_option
@dry_run_option
@database_url_option
@json_option
@click.pass_obj
def reject(
    invocation: Invocation,
    listing: ListingId,
    at: date | datetime,
    price: Decimal | None,
    by: Actor,
    note: str | None,
    dry_run: bool,
    database_url: str | None,
) -> None:
    """Never count the price that LISTING asked then: not in rankings, lows or statistics, suspect or not.

    LISTING: store/branch/sku, as `coprra prices suspects` names it. The latest judgement of a price counts.
    """
    judge_price = invocation.open(database_url).judge_price
    judged = judge_price(listing, Judgement.REJECTED, at=at, price=price, by=by, note=note, dry_run=dry_run)
    invocation.answer(judged, answers.judged_price, tables.judged_price)


_availability_option = click.option(
    "--availability",
    type=click.Choice(
        [str(one) for one in Availability if one not in {Availability.NOT_LISTED, Availability.CHECK_FAILED}]
    ),
    help="Whether it could be bought.",
)


@click.command()
@listing_argument
@click.option("--price", type=amount, metavar="AMOUNT", help="The regular price, in the store's currency.")
@click.option("--special", type=amount, metavar="AMOUNT", help="The special price, where there was one.")
@_availability_option
@click.option(
    "--at",
    type=list_date,
    metavar="WHEN",
    help="When you saw it: an instant with a zone, the branch's local time, or a date (its beginning there). "
    "Default: now.",
)
@click.option("--title", metavar="TEXT", help="What it is, where no list of the store ever carried that number.")
@click.option("--brand", metavar="TEXT", help="Its brand.")
@click.option("--pack", metavar="AMOUNT", help="How much of it, such as 0.25l.")
@click.option("--gtin", "gtins", multiple=True, metavar="GTIN", help="Its GTIN; more than once for several.")
@by_option
@note_option
@dry_run_option
@database_url_option
@json_option
@click.pass_obj
def record(
    invocation: Invocation,
    listing: ListingId,
    price: Decimal | None,
    special: Decimal | None,
    availability: str | None,
    at: date | datetime | None,
    title: str | None,
    brand: str | None,
    pack: str | None,
    gtins: tuple[str, ...],
    by: Actor,
    note: str | None,
    dry_run: bool,
    database_url: str | None,
) -> None:
    """Record a price that you saw yourself.

    LISTING: store/branch/sku. The branch must be known by a list; the number may be new, with --title. What you saw
    counts until the next list says otherwise.
    """
    described = Description(title=title, brand=brand, pack=pack, gtins=tuple(read_gtin(gtin).gtin for gtin in gtins))
    recorded = invocation.open(database_url).record_price(
        listing,
        price=price,
        special=special,
        availability=Availability(availability or Availability.IN_STOCK),
        at=at,
        described=described,
        by=by,
        note=note,
        dry_run=dry_run,
    )
    invocation.answer(recorded, answers.recorded_price, tables.recorded_price)


@click.command()
@listing_argument
@click.option("--at", type=list_date, metavar="WHEN", help="Which sighting: its instant, or all those of a day.")
@click.option("--from", "since", type=list_date, metavar="WHEN", help="Each sighting from then on.")
@click.option("--through", type=list_date, metavar="WHEN", help="Each sighting until then; of a date the whole day.")
@click.option("--price", type=amount, metavar="AMOUNT", help="The regular price that it asked.")
@click.option("--special", type=amount, metavar="AMOUNT", help="The special price that it asked.")
@click.option("--no-special", is_flag=True, help="There was no special price.")
@_availability_option
@click.option("--absent", is_flag=True, help="The branch did not sell it.")
@by_option
@note_option
@dry_run_option
@database_url_option
@json_option
@click.pass_obj
def correct(
    invocation: Invocation,
    listing: ListingId,
    at: date | datetime | None,
    since: date | datetime | None,
    through: date | datetime | None,
    price: Decimal | None,
    special: Decimal | None,
    no_special: bool,
    availability: str | None,
    absent: bool,
    by: Actor,
    note: str | None,
    dry_run: bool,
    database_url: str | None,
) -> None:
    """Say what lists should have said of LISTING: at one sighting (--at) or at each one of a span (--from, --through).

    What you don't mention stays as it was. Lists before and after keep what they said. All is corrected, or nothing.
    """
    first, last = (at, at) if at is not None else (since, through)
    if first is None or last is None or (at is not None and (since is not None or through is not None)):
        raise click.UsageError("Say which sightings: --at, or --from and --through.")
    amendment = Amendment(
        price=price,
        special=special,
        no_special=no_special,
        availability=Availability(availability) if availability else None,
        absent=absent,
    )
    corrected = invocation.open(database_url).correct_price(
        listing, amendment, since=first, through=last, by=by, note=note, dry_run=dry_run
    )
    invocation.answer(corrected, answers.corrected_price, tables.corrected_price)


@click.command("take-over")
@click.argument("file", metavar="FILE")
@by_option
@dry_run_option
@database_url_option
@json_option
@click.pass_obj
def take_over(invocation: Invocation, file: str, by: Actor, dry_run: bool, database_url: str | None) -> None:
    """Take over what persons decided in another database, from a FILE of `coprra export decisions`.

    All of it or nothing, after the lists. Decisions say who made them there; --by is who takes them over.
    """
    taken = invocation.open(database_url).import_decisions(file, by=by, dry_run=dry_run)
    invocation.answer(taken, answers.imported_decisions, lambda told: tables.imported_decisions(file, told))


DECIDING = (suspects, confirm, reject, record, correct, take_over)
"""They belong to `coprra prices`."""
