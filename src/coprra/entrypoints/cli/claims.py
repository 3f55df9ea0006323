"""Claims: a check of everything that is listed, told line by line while it runs."""

import sys
from dataclasses import dataclass

import click

from coprra.domain.prices.chain import Branch
from coprra.domain.prices.check_claims import CheckedClaims
from coprra.domain.prices.claim_check import ClaimCheck
from coprra.domain.prices.ports import ClaimWatch, SoldSeries
from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.invocation import json_text
from coprra.entrypoints.cli.showing import show

_ANNOUNCED_EVERY = 1_000
_HEAD = '{"claims": ['


class ProgressLine:
    """One line on stderr that is written over; nothing where that is no terminal."""

    def __init__(self) -> None:
        self._seen = sys.stderr.isatty()
        self._width = 0

    def say(self, text: str) -> None:
        """In the place of what it said before."""
        if self._seen:
            click.echo(f"\r{text:<{self._width}}", err=True, nl=False)
            self._width = len(text)

    def clear(self) -> None:
        """Make room for other output."""
        if self._width:
            click.echo(f"\r{'':<{self._width}}\r", err=True, nl=False)
            self._width = 0


@dataclass(slots=True)
class ClaimsReport(ClaimWatch):
    """Writes each claim that disagrees (with `all_claims` every one) as it comes, and keeps none of them.

    as_json: all of it is one document, written piece by piece; it begins with the first claim, so that an error before
    that leaves nothing on stdout.
    """

    progress: ProgressLine
    as_json: bool
    all_claims: bool
    written: int = 0
    checked: int = 0
    place: str = ""

    def branch(self, branch: Branch, number: int, of: int) -> None:
        """See `ClaimWatch.branch`."""
        self.place = f"{branch.id} ({number} of {of})"
        self.progress.say(f"{self.place} …")

    def claim(self, sold: SoldSeries, check: ClaimCheck) -> None:
        """See `ClaimWatch.claim`."""
        self.checked += 1
        if self.checked % _ANNOUNCED_EVERY == 0:
            self.progress.say(f"{self.place}: {self.checked:,} claims checked")
        if check.agrees is False or self.all_claims:
            self.progress.clear()
            self._write(sold, check)
            self.written += 1

    def _write(self, sold: SoldSeries, check: ClaimCheck) -> None:
        if self.as_json:
            before = ",\n" if self.written else f"{_HEAD}\n"
            click.echo((before + json_text(answers.checked_claim(sold, check))).encode(), nl=False)
        else:
            click.echo(tables.claim_line(sold, check))

    def end(self, checked: CheckedClaims) -> None:
        """The counts."""
        self.progress.clear()
        if self.as_json:
            rest = json_text(answers.claim_counts(checked)).removeprefix("{")
            click.echo(f"{'' if self.written else _HEAD}\n], {rest}".encode())
            return
        if self.written:
            click.echo()
        show(tables.claim_counts(checked))
