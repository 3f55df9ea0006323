"""Showing: blocks of text and tables, on stdout."""

from collections.abc import Sequence

import click

from coprra.entrypoints.cli.screen import Block, stdout_screen


def show(blocks: Sequence[Block]) -> None:
    """Write blocks to stdout."""
    from coprra.entrypoints.cli.layout import laid_out  # noqa: PLC0415 - loads rich; --json does without

    screen = stdout_screen()
    click.echo(laid_out(blocks, screen), color=screen.colour)
