"""Files that commands write: never in the place of what they must not touch, and whole or not at all."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import unquote

import click

from coprra.domain.kernel.errors import Unavailable
from coprra.entrypoints.cli.endings import Ending, ExitCode
from coprra.entrypoints.cli.screen import safe

_DEVICES = {Path("/dev"), Path("/dev/fd"), Path("/proc/self/fd")}


class Unwritable(Ending):
    """A file can't be written to its end; a full disk, mostly."""

    code = Unavailable.code
    exit_code = ExitCode.REFUSED


@contextmanager
def naming(file: str) -> Iterator[None]:
    """What can't be written within is told by its name. Raises: Unwritable; BrokenPipeError stays what it is."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Unwritable(f"{file} can't be written: {error.strerror or error}.") from error


def is_device(path: Path) -> bool:
    """Also /dev/stdout where it leads to a plain file: that one must stay the file which stdout writes to."""
    return (path.exists() and not path.is_file()) or path.absolute().parent in _DEVICES


def same_file(one: str, other: str) -> bool:
    """Whether both names lead, or will lead, to one file."""
    try:
        return Path(one).samefile(other)
    except (OSError, ValueError):
        # One of them is not there yet, and may be by the time that the new file is put in its place.
        return os.path.realpath(one) == os.path.realpath(other)


def is_of_database(file: str, database_url: str) -> bool:
    """Whether it belongs to the database."""
    return any(same_file(file, one) for one in _database_files(database_url))


def _database_files(url: str) -> tuple[str, ...]:
    """The file of a SQLite URL, with those that SQLite keeps beside it."""
    name = url.partition("://")[2].partition("?")[0].removeprefix("/")
    if not name or name == ":memory:":
        return ()
    if name.startswith("file:"):
        name = unquote(name.removeprefix("file:"))
    return tuple(name + suffix for suffix in ("", "-wal", "-shm", "-journal"))


def beside(path: Path) -> tuple[Path, Path]:
    """What that name leads to (of a link its target, which is replaced and not the link), and a new name next to it."""
    target = Path(os.path.realpath(path))
    return target, target.with_name(f".coprra-{secrets.token_hex(8)}.tmp")


def put_in_place(new: Path, target: Path) -> None:
    """Let a file that is closed take the place of another one, at once and with its permissions. Raises: OSError."""
    if target.exists():
        shutil.copymode(target, new)
    new.replace(target)


def let_go(stream: IO[str] | IO[bytes]) -> None:
    """What could not be written before can't be written now either, and that was said."""
    with suppress(OSError):
        stream.close()


def refusal(file: str, error: OSError, option: str) -> click.BadParameter:
    """Of a file that can't even be opened."""
    return click.BadParameter(f"{safe(file)}: {error.strerror}.", param_hint=option)
