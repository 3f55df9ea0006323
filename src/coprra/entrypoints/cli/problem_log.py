"""Problem log: where every error and warning of an import is written, without harm to what is there already."""

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import unquote

import click

from coprra.domain.kernel.errors import Unavailable
from coprra.entrypoints.cli.endings import Ending, ExitCode, Interrupted
from coprra.entrypoints.cli.screen import safe

_OPTION = "--problems"
_DEVICES = {Path("/dev"), Path("/dev/fd"), Path("/proc/self/fd")}


class Unwritable(Ending):
    """The log can't be written to its end; a full disk, mostly."""

    code = Unavailable.code
    exit_code = ExitCode.REFUSED


class ProblemLog:
    """An open log. file: as the user named it."""

    def __init__(self, file: str, stream: IO[str]) -> None:
        self._file = file
        self._stream = stream

    def write(self, line: str) -> None:
        """Raises: Unwritable."""
        with _naming(self._file):
            self._stream.write(line)

    def close(self) -> None:
        """Raises: Unwritable."""
        with _naming(self._file):
            self._stream.close()


def refuse_to_overwrite(file: str, lists: Sequence[str], database_url: str) -> None:
    """Raises: BadParameter for a log that is one of the lists, or belongs to the database."""
    for one in lists:
        if _same(file, one):
            raise click.BadParameter(
                f"{safe(file)} is one of the lists to import; the problems need a file of their own.",
                param_hint=_OPTION,
            )
    if any(_same(file, one) for one in _database_files(database_url)):
        raise click.BadParameter(
            f"{safe(file)} belongs to the database; the problems need a file of their own.", param_hint=_OPTION
        )


@contextmanager
def problem_log(file: str) -> Iterator[ProblemLog]:
    """A log that takes the place of that file at the end, also after Ctrl-C; whatever else breaks leaves it as it was.

    Pipes, terminals and their like are written to at once. Raises: BadParameter, Unwritable.
    """
    path = Path(file)
    if _is_device(path):
        stream = _opened(file, path, "w")
        try:
            log = ProblemLog(file, stream)
            yield log
            log.close()
        finally:
            _let_go(stream)
        return
    # What a link points to is replaced, not the link.
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".coprra-{secrets.token_hex(8)}.tmp")
    stream = _opened(file, beside, "x")
    log = ProblemLog(file, stream)
    try:
        try:
            yield log
        except Interrupted:
            # The lists before it were taken, and nobody would be told their problems a second time.
            _put_in_place(log, beside, target, file)
            raise
        _put_in_place(log, beside, target, file)
    finally:
        _let_go(stream)
        with suppress(OSError):
            beside.unlink()


def _put_in_place(log: ProblemLog, beside: Path, target: Path, file: str) -> None:
    log.close()
    with _naming(file):
        if target.exists():
            shutil.copymode(target, beside)
        beside.replace(target)


def _opened(file: str, path: Path, mode: str) -> IO[str]:
    try:
        return path.open(mode, encoding="utf-8")
    except OSError as error:
        raise click.BadParameter(f"{safe(file)}: {error.strerror}.", param_hint=_OPTION) from error


def _let_go(stream: IO[str]) -> None:
    """What could not be written before can't be written now either, and that was said."""
    with suppress(OSError):
        stream.close()


@contextmanager
def _naming(file: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Unwritable(f"{file} can't be written: {error.strerror or error}.") from error


def _is_device(path: Path) -> bool:
    """Also /dev/stdout where it leads to a plain file: that one must stay the file which stdout writes to."""
    return (path.exists() and not path.is_file()) or path.absolute().parent in _DEVICES


def _same(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other)
    except (OSError, ValueError):
        # One of them is not there yet, and may be by the time that the log is put in its place.
        return os.path.realpath(one) == os.path.realpath(other)


def _database_files(url: str) -> tuple[str, ...]:
    """The file of a SQLite URL, with those that SQLite keeps beside it."""
    name = url.partition("://")[2].partition("?")[0].removeprefix("/")
    if not name or name == ":memory:":
        return ()
    if name.startswith("file:"):
        name = unquote(name.removeprefix("file:"))
    return tuple(name + suffix for suffix in ("", "-wal", "-shm", "-journal"))
