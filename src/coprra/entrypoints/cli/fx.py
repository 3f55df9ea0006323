"""Commands about exchange rates."""

from datetime import datetime

import click

from coprra.domain.kernel.money import Currency, Money
from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.importing import operator
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.options import as_of_option, database_url_option, json_option


@click.group()
def fx() -> None:
    """Take in exchange rates, and convert by them."""


@fx.command("import")
@click.argument("file")
@click.option("--dry-run", is_flag=True, help="Do everything but save.")
@database_url_option
@json_option
@click.pass_obj
def import_(invocation: Invocation, file: str, dry_run: bool, database_url: str | None) -> None:
    """Import the euro reference rates of the European Central Bank, the whole FILE or nothing of it.

    FILE: as the ECB publishes it, of one day or with the history, CSV or XML, also packed (.zip, .gz). What was
    imported before changes nothing; a rate that the ECB has corrected since takes the place of the one before.
    """
    report = invocation.open(database_url).import_rates(file, by=operator(), dry_run=dry_run)
    invocation.answer(report, answers.rates_report, tables.rates_report)


@fx.command()
@click.argument("currencies", nargs=-1, metavar="[CURRENCY]...")
@as_of_option
@database_url_option
@json_option
@click.pass_obj
def show(invocation: Invocation, currencies: tuple[str, ...], as_of: datetime | None, database_url: str | None) -> None:
    """Show what one euro is in each CURRENCY, such as USD; without a name, in all that have a rate."""
    wanted = [Currency(code.upper()) for code in currencies]
    shown = invocation.open(database_url).show_rates(*wanted, as_of=as_of)
    invocation.answer(shown, answers.rates, tables.rates)


@fx.command()
@click.argument("amount")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@as_of_option
@database_url_option
@json_option
@click.pass_obj
def convert(
    invocation: Invocation, amount: str, source: str, target: str, as_of: datetime | None, database_url: str | None
) -> None:
    """Convert an AMOUNT of one currency to another: `coprra fx convert 10 EUR USD`."""
    money = Money.of(amount, source.upper())
    wanted = Currency(target.upper())
    converted = invocation.open(database_url).convert_money(money, wanted, as_of=as_of)
    invocation.answer(converted, answers.converted, tables.converted)
