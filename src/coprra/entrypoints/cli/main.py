"""The program ``coprra``: a group of commands for each room."""

import os
import sys

import click

from coprra.__about__ import __version__
from coprra.entrypoints.cli.audit import audit
from coprra.entrypoints.cli.backups import backups
from coprra.entrypoints.cli.compaction import compact
from coprra.entrypoints.cli.db import db
from coprra.entrypoints.cli.decisions import DECIDING
from coprra.entrypoints.cli.endings import EPILOG, Program
from coprra.entrypoints.cli.export import export
from coprra.entrypoints.cli.feeds import feeds
from coprra.entrypoints.cli.fx import fx
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.jobs import jobs
from coprra.entrypoints.cli.keys import keys
from coprra.entrypoints.cli.mapping import MAPPING
from coprra.entrypoints.cli.mfa import mfa
from coprra.entrypoints.cli.prices import prices
from coprra.entrypoints.cli.products import products
from coprra.entrypoints.cli.security import security
from coprra.entrypoints.cli.serve import serve
from coprra.entrypoints.cli.sessions import sessions
from coprra.entrypoints.cli.tokens import tokens
from coprra.entrypoints.cli.users import users
from coprra.entrypoints.cli.worker import worker

FIRST_STEPS = """Compare what real stores ask for real products.

\b
First steps:
  coprra db upgrade
  coprra feeds import lists/*.csv
  coprra products search red bull
  coprra prices compare 9002490100070
"""


@click.group(cls=Program, help=FIRST_STEPS, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show where an error comes from. Also COPRRA_DEBUG=1.")
@click.pass_obj
def coprra(invocation: Invocation, debug: bool) -> None:
    """Compare what real stores ask for real products."""
    invocation.debug = debug or invocation.environment.get("COPRRA_DEBUG", "") not in {"", "0"}


for command in (
    audit,
    backups,
    db,
    export,
    feeds,
    fx,
    jobs,
    keys,
    mfa,
    prices,
    products,
    security,
    serve,
    sessions,
    tokens,
    users,
    worker,
):
    coprra.add_command(command)
for command in (*DECIDING, compact):
    prices.add_command(command)
for command in MAPPING:
    products.add_command(command)


def main() -> None:
    """The console script's entry. Characters that the terminal's encoding lacks become question marks, not a crash."""
    _replace_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    coprra(prog_name="coprra")


def _replace_closed_streams() -> None:
    """Python has None for a stream that a shell closed (``>&-``). To us it is one whose reader went away.

    Nobody waits for what goes to stderr; who asks for an answer and closes stdout gets the exit code of a broken pipe.
    """
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    if sys.stdout is None:
        reader, writer = os.pipe()
        os.close(reader)
        sys.stdout = os.fdopen(writer, "w", encoding="utf-8")
