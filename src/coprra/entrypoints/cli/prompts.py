"""Prompts: what a person types who is asked, and nobody else sees."""

import sys

import click

from coprra.entrypoints.cli.endings import Ending, ExitCode


class NeedsTerminal(Ending):
    """A person has to confirm it, and nobody is there."""

    code = "needs_terminal"
    exit_code = ExitCode.REFUSED


class NotConfirmed(Ending):
    """What was typed is not what was asked for."""

    code = "not_confirmed"
    exit_code = ExitCode.REFUSED


def new_password() -> str:
    """Asked for twice at a terminal, else the first line of stdin; never an argument, which every process can read."""
    if _is_terminal():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True))
    try:
        line = sys.stdin.buffer.readline() if sys.stdin else b""
        return line.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise click.UsageError("The password on stdin is no UTF-8.") from error


def confirm_by_typing(wanted: str, question: str) -> None:
    """Go on only when a person at a terminal types that very text. Raises: NeedsTerminal, NotConfirmed."""
    if not _is_terminal():
        raise NeedsTerminal("A person has to confirm this at a terminal.")
    if click.prompt(question, err=True) != wanted:
        raise NotConfirmed("That is something else; nothing was changed.")


def _is_terminal() -> bool:
    """Whether a person can be asked. Python has None for a stdin that a shell closed."""
    return sys.stdin is not None and sys.stdin.isatty()
