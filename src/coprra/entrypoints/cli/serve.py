"""The command that answers over HTTP."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from coprra.entrypoints.cli.invocation import Invocation, require_newest
from coprra.entrypoints.cli.options import database_url_option
from coprra.entrypoints.cli.wording import minute_utc
from coprra.settings import MEMORY, Settings


@click.command(short_help="Answer over HTTP.")
@click.option("--host", metavar="ADDRESS", help="Where to listen. Default: 127.0.0.1, this machine only.")
@click.option("--port", type=int, metavar="N", help="0 for a free one. Default: 8080.")
@click.option("--workers", type=int, metavar="N", help="Processes that answer. Default: one for each processor.")
@click.option("--threads", type=int, metavar="N", help="In each process. Default: 4 with SQLite, 8 with MariaDB.")
@click.option("--as-of", metavar="INSTANT", help="Answer every question that names no instant as of then, not of now.")
@click.option("--check", is_flag=True, help="Look whether it could serve, and end.")
@database_url_option
@click.pass_obj
def serve(
    invocation: Invocation,
    host: str | None,
    port: int | None,
    workers: int | None,
    threads: int | None,
    as_of: str | None,
    check: bool,
    database_url: str | None,
) -> None:
    """Answer over HTTP until SIGTERM or Ctrl-C; what runs then is finished first.

    With several workers, one that dies is replaced, and SIGHUP starts everything anew without losing a request.
    The address is printed on stderr, the log on stdout.
    """
    settings = invocation.settings(
        host=host, port=port, workers=workers, threads=threads, as_of=as_of, database_url=database_url
    )

    # Only who serves needs Pyramid and waitress; the rest of the program starts without them.
    from coprra.entrypoints import logging  # noqa: PLC0415 - see above
    from coprra.entrypoints.http import processors  # noqa: PLC0415 - see above
    from coprra.entrypoints.http.app import make_configured_app  # noqa: PLC0415 - see above
    from coprra.entrypoints.http.server import serve as answer  # noqa: PLC0415 - see above
    from coprra.entrypoints.http.workers import is_handed_over, supervise  # noqa: PLC0415 - see above

    @contextmanager
    def wsgi_app() -> Iterator[Any]:
        with invocation.build(settings) as application:
            require_newest(application.schema)
            yield make_configured_app(settings, application)

    def tell(url: str) -> None:
        click.echo(f"coprra answers on {url} (Ctrl-C stops it)", err=True)
        if settings.as_of:
            click.echo(
                f"Every question that names no instant is answered as of {minute_utc(settings.as_of)}, because "
                f"{'--as-of' if as_of else 'COPRRA_AS_OF'} says so; what was seen later is not shown.",
                err=True,
            )

    usable = processors.usable()
    many = _workers(settings, len(usable))
    if many == 1 and not (check or is_handed_over()):
        with wsgi_app() as only:
            logging.configure()
            processors.stay_on(usable[settings.port % len(usable)])
            answer(
                only,
                host=settings.host,
                port=settings.port,
                threads=settings.threads,
                listening=tell,
                proxy=settings.trusted_proxy,
            )
        return
    with wsgi_app():
        pass  # It works, and what workers will share is loaded.
    if not check:
        logging.configure()
        supervise(
            wsgi_app,
            host=settings.host,
            port=settings.port,
            workers=many,
            threads=settings.threads,
            command=(sys.executable, *sys.orig_argv[1:]),
            listening=tell,
            proxy=settings.trusted_proxy,
        )


def _workers(settings: Settings, processors: int) -> int:
    """How many processes answer."""
    wanted = settings.workers or processors
    if settings.database_url != MEMORY and hasattr(os, "fork"):
        return wanted
    if settings.workers and settings.workers > 1:
        cannot = (
            "what is in memory belongs to it alone" if settings.database_url == MEMORY else "this system has no fork"
        )
        click.echo(f"One process serves, because {cannot}.", err=True)
    return 1
