"""Problem log: where every error and warning of an import is written, without harm to what is there already."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import click

from coprra.entrypoints.cli.endings import Interrupted
from coprra.entrypoints.cli.files import (
    beside,
    is_device,
    is_of_database,
    let_go,
    naming,
    put_in_place,
    refusal,
    same_file,
)
from coprra.entrypoints.cli.screen import safe

_OPTION = "--problems"


class ProblemLog:
    """An open log. file: as the user named it."""

    def __init__(self, file: str, stream: IO[str]) -> None:
        self._file = file
        self._stream = stream

    def write(self, line: str) -> None:
        """Raises: Unwritable."""
        with naming(self._file):
            self._stream.write(line)

    def close(self) -> None:
        """Raises: Unwritable."""
        with naming(self._file):
            self._stream.close()


def refuse_to_overwrite(file: str, lists: Sequence[str], database_url: str) -> None:
    """Raises: BadParameter for a log that is one of the lists, or belongs to the database."""
    for one in lists:
        if same_file(file, one):
            raise click.BadParameter(
                f"{safe(file)} is one of the lists to import; the problems need a file of their own.",
                param_hint=_OPTION,
            )
    if is_of_database(file, database_url):
        raise click.BadParameter(
            f"{safe(file)} belongs to the database; the problems need a file of their own.", param_hint=_OPTION
        )


@contextmanager
def problem_log(file: str) -> Iterator[ProblemLog]:
    """A log that takes the place of that file at the end, also after Ctrl-C; whatever else breaks leaves it as it was.

    Pipes, terminals and their like are written to at once. Raises: BadParameter, Unwritable.
    """
    path = Path(file)
    if is_device(path):
        stream = _opened(file, path, "w")
        try:
            log = ProblemLog(file, stream)
            yield log
            log.close()
        finally:
            let_go(stream)
        return
    target, new = beside(path)
    stream = _opened(file, new, "x")
    log = ProblemLog(file, stream)
    try:
        try:
            yield log
        except Interrupted:
            # The lists before it were taken, and nobody would be told their problems a second time.
            _put_in_place(log, new, target, file)
            raise
        _put_in_place(log, new, target, file)
    finally:
        let_go(stream)
        with suppress(OSError):
            new.unlink()


def _put_in_place(log: ProblemLog, new: Path, target: Path, file: str) -> None:
    log.close()
    with naming(file):
        put_in_place(new, target)


def _opened(file: str, path: Path, mode: str) -> IO[str]:
    try:
        return path.open(mode, encoding="utf-8")
    except OSError as error:
        raise refusal(file, error, _OPTION) from error
