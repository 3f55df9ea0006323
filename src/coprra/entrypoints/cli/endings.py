"""Endings: how a command ends, with which exit code and which line on stderr."""

import os
import sys
import traceback
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import click

from coprra.domain.kernel.errors import CoprraError, Unavailable
from coprra.entrypoints.cli.invocation import Invocation, json_text
from coprra.entrypoints.cli.screen import safe
from coprra.settings import InvalidSettings

_LONGEST_SURPRISE = 300


class ExitCode(IntEnum):
    """What a shell sees."""

    DONE = 0
    REFUSED = 1
    """The domain said no, or a file of several failed."""
    USAGE = 2
    """The command line or the settings can't be understood."""
    UNKNOWN = 3
    """What was asked for could not be found out, which is no pass."""
    BUG = 70
    """EX_SOFTWARE of sysexits.h."""
    INTERRUPTED = 130
    """128 + SIGINT, as a shell says of what Ctrl-C ended."""
    UNHEARD = 141
    """128 + SIGPIPE, as a shell says of what had nobody left to write to."""
    TERMINATED = 143
    """128 + SIGTERM, as a shell says of what was told to end."""


EPILOG = """\b
Exit codes:
  0    done
  1    refused: it breaks a rule, does not exist, or can't be reached now,
       or a file of several failed; stderr says which and why, with a [code]
  2    the command line or the settings can't be understood
  3    a security audit could not look at everything
  70   a bug in coprra; --debug shows where
  130  interrupted (Ctrl-C)
  141  whoever read the output went away (coprra ... | head)
  143  told to end (SIGTERM), and nothing half done was left

\b
With --json an error is one JSON document on stderr:
  {"error": {"code": "unknown_product", "message": "..."}}

\b
Settings: COPRRA_DATABASE_URL, COPRRA_PROFILES, COPRRA_AS_OF, COPRRA_HOST,
COPRRA_PORT, COPRRA_FX_MAX_AGE_DAYS, COPRRA_KEEP_OBSERVATIONS_DAYS and
COPRRA_DEBUG; flags win over them. NO_COLOR is respected.
"""


class Ending(click.ClickException):
    """A command that does not end well, although nothing was refused that has a domain error of its own."""

    code = "error"


class ListsFailed(Ending):
    """Some of several lists failed; each has told its reason already."""

    code = "lists_failed"
    exit_code = ExitCode.REFUSED


class Interrupted(Ending):
    """Ctrl-C, and what was and was not done by then."""

    code = "interrupted"
    exit_code = ExitCode.INTERRUPTED


class Terminated(Ending):
    """SIGTERM, or a terminal that went away; what was begun was given up in good order."""

    code = "terminated"
    exit_code = ExitCode.TERMINATED


class Unheard(Exception):
    """Nobody reads the output any more. No OSError, which Click would turn into exit code 1."""


class Program(click.Group):
    """The root of all commands. Whatever happens below ends here, in one line and an exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """See `click.Command.main`. extra: ``obj`` is the `Invocation`; a new one when not given."""
        invocation = extra["obj"] = extra.get("obj") or Invocation()
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        try:
            result = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except Exception as error:  # noqa: BLE001 - the last one who can say something readable about it
            sys.exit(_ended_by(error, invocation))
        # Click gives back the code of `--help` and its like, otherwise what the command returned: None.
        sys.exit(result if isinstance(result, int) else ExitCode.DONE)

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """See `click.Command.make_context`, which prints the version and help. Raises: Unheard."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except BrokenPipeError as error:
            raise Unheard from error

    def invoke(self, ctx: click.Context) -> Any:
        """See `click.Group.invoke`. Raises: Unheard."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError as error:
            raise Unheard from error
        return result


def error_lines(code: str, message: str) -> str:
    """``error: it is no GTIN. [invalid_gtin]``; further lines of the message are details, and follow as they are."""
    first, *details = message.splitlines() or [""]
    return "\n".join([f"error: {safe(first)} [{code}]", *(safe(line) for line in details)])


def _tell(invocation: Invocation, code: str, message: str) -> None:
    """On stderr; with --json as one document there, so that whoever reads stdout gets nothing but answers."""
    told = (
        json_text({"error": {"code": code, "message": message}}) if invocation.as_json else error_lines(code, message)
    )
    click.echo(told, err=True)


def _ended_by(error: Exception, invocation: Invocation) -> int:
    if invocation.debug:
        traceback.print_exception(error)
    match error:
        case Unheard():
            _stop_writing()
            return ExitCode.UNHEARD
        case click.Abort():
            error = Interrupted("interrupted")
            _tell(invocation, error.code, error.message)
            return error.exit_code
        case Ending():
            _tell(invocation, error.code, error.message)
            return error.exit_code
        case click.ClickException():
            if invocation.as_json:
                _tell(invocation, "usage", error.format_message())
            else:
                error.show()
            return error.exit_code
        case InvalidSettings():
            # Each of them is a problem of its own.
            for message in [error.message] if invocation.as_json else error.problems:
                _tell(invocation, error.code, message)
            return ExitCode.USAGE
        case CoprraError():
            _tell(invocation, error.code, error.message)
            return ExitCode.REFUSED
        case OSError():
            _tell(invocation, Unavailable.code, error.strerror or str(error))
            _stop_writing()
            return ExitCode.REFUSED
        case _:
            surprise = f"{type(error).__name__}: {error}".replace("\n", " ")[:_LONGEST_SURPRISE]
            _tell(invocation, "bug", f"This is a bug in coprra: {surprise}. COPRRA_DEBUG=1 shows where.")
            return ExitCode.BUG


def _stop_writing() -> None:
    """Python flushes stdout once more when it ends, and would complain a second time."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
