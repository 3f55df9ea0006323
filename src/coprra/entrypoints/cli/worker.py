"""The command that does the work that waits."""

import click

from coprra.entrypoints.cli.backup_endings import ending_as_backups_do
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.options import database_url_option


@click.command(short_help="Do the work that waits.")
@click.option("--only", metavar="KIND", multiple=True, help="Only jobs of that kind; may be given more than once.")
@click.option("--once", is_flag=True, help="End when nothing is due.")
@database_url_option
@click.pass_obj
def worker(invocation: Invocation, only: tuple[str, ...], once: bool, database_url: str | None) -> None:
    """Do jobs, one after the other, until SIGTERM or Ctrl-C; the one that runs then is finished first.

    As many workers as you like may run, on several machines: each job goes to one of them. When a worker is killed, its
    job runs again a few minutes later. `coprra jobs` shows what there is. The log goes to stdout. Where COPRRA_BACKUPS
    names a file, backups are taken and proved as it says under [worker].
    """
    with ending_as_backups_do():
        application = invocation.open_worker(database_url)

    # Only who works needs them; --help starts without.
    from coprra.entrypoints import logging  # noqa: PLC0415 - see above
    from coprra.entrypoints.working import stop_when_told, work  # noqa: PLC0415 - see above

    logging.configure()
    work(application, only=only, stop=stop_when_told(), once=once)
