"""The command that answers over HTTP."""

import click

from coprra.entrypoints.cli.invocation import Invocation, require_newest
from coprra.entrypoints.cli.options import database_url_option
from coprra.entrypoints.cli.wording import minute_utc


@click.command(short_help="Answer over HTTP.")
@click.option("--host", metavar="ADDRESS", help="Where to listen. Default: 127.0.0.1, this machine only.")
@click.option("--port", type=int, metavar="N", help="0 for a free one. Default: 8080.")
@click.option("--as-of", metavar="INSTANT", help="Answer every question that names no instant as of then, not of now.")
@database_url_option
@click.pass_obj
def serve(
    invocation: Invocation, host: str | None, port: int | None, as_of: str | None, database_url: str | None
) -> None:
    """Answer over HTTP until SIGTERM or Ctrl-C; what runs then is finished first.

    The address is printed on stderr, the log on stdout.
    """
    settings = invocation.settings(host=host, port=port, as_of=as_of, database_url=database_url)
    application = invocation.build(settings)
    require_newest(application.schema)

    # Only who serves needs Pyramid and waitress; the rest of the program starts without them.
    from coprra.entrypoints import logging  # noqa: PLC0415 - see above
    from coprra.entrypoints.http.app import make_configured_app  # noqa: PLC0415 - see above
    from coprra.entrypoints.http.server import serve as answer  # noqa: PLC0415 - see above

    def tell(url: str) -> None:
        click.echo(f"coprra answers on {url} (Ctrl-C stops it)", err=True)
        if settings.as_of:
            click.echo(
                f"Every question that names no instant is answered as of {minute_utc(settings.as_of)}, because "
                f"{'--as-of' if as_of else 'COPRRA_AS_OF'} says so; what was seen later is not shown.",
                err=True,
            )

    logging.configure()
    answer(make_configured_app(settings, application), host=settings.host, port=settings.port, listening=tell)
