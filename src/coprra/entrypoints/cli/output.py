"""Output: a long text that goes to stdout as it comes, or into the place of a file once it is whole."""

import gzip
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, cast

import click

from coprra.entrypoints.cli.files import beside, is_device, is_of_database, let_go, naming, put_in_place, refusal
from coprra.entrypoints.cli.screen import safe

STDOUT = "-"
_OPTION = "--output"
_NAME_OF_STDOUT = "stdout"


class Output:
    """Takes text, piece by piece, and writes it in UTF-8. lines: those that it got, by their ends."""

    def __init__(self, file: str, stream: IO[bytes]) -> None:
        self._file = file
        self._stream = stream
        self.lines = 0

    def write(self, text: str) -> None:
        """Raises: Unwritable."""
        self.lines += text.count("\n")
        with naming(self._file):
            self._stream.write(text.encode())


def refuse_database(file: str, database_url: str) -> None:
    """Raises: BadParameter for a file of the database."""
    if file != STDOUT and is_of_database(file, database_url):
        raise click.BadParameter(
            f"{safe(file)} belongs to the database; the export needs a file of its own.", param_hint=_OPTION
        )


@contextmanager
def output(file: str) -> Iterator[Output]:
    """What takes the place of that file at the end, when it is whole and on the disk; whatever breaks leaves no trace.

    file: packed by gzip where its name ends in ``.gz``; ``-`` is stdout. That, pipes, terminals and their like get the
    text at once. Raises: BadParameter, Unwritable.
    """
    if file == STDOUT:
        stdout = sys.stdout.buffer
        yield Output(_NAME_OF_STDOUT, stdout)
        with naming(_NAME_OF_STDOUT):
            stdout.flush()
        return
    path = Path(file)
    if is_device(path):
        with _opened(file, path, "wb") as device:
            yield Output(file, device)
            with naming(file):
                device.close()
        return
    target, new = beside(path)
    with ExitStack() as stack:
        stack.callback(_remove, new)
        raw = stack.enter_context(_opened(file, new, "xb"))
        stream = stack.enter_context(_packed(raw)) if target.suffix == ".gz" else raw
        yield Output(file, stream)
        with naming(file):
            if stream is not raw:
                stream.close()
            raw.flush()
            os.fsync(raw.fileno())
            raw.close()
            put_in_place(new, target)
            _sync(target.parent)


@contextmanager
def _opened(file: str, path: Path, mode: str) -> Iterator[IO[bytes]]:
    try:
        stream: IO[bytes] = path.open(mode)
    except OSError as error:
        raise refusal(file, error, _OPTION) from error
    try:
        yield stream
    finally:
        let_go(stream)


@contextmanager
def _packed(raw: IO[bytes]) -> Iterator[IO[bytes]]:
    """Without name and time, so that equal texts give equal files."""
    stream = cast("IO[bytes]", gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0))
    try:
        yield stream
    finally:
        let_go(stream)


def _remove(file: Path) -> None:
    with suppress(OSError):
        file.unlink()


def _sync(folder: Path) -> None:
    """So that the new name survives a power failure as well."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
