"""Folders that nobody else may look into, which are gone with whoever made them."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Literal, TypeAlias, get_args

Purpose: TypeAlias = Literal["backup", "restore", "server"]

_PREFIX = ".coprra-"
"""Of the names of all of them, as well of those that earlier versions left."""


@contextmanager
def private_folder(parent: Path, purpose: Purpose) -> Iterator[Path]:
    """A folder for the block, in `parent`; what processes that were killed have left there goes first.

    Its maker holds a lock on it, which the system takes away when the process dies: so what is not locked belongs to
    nobody. Raises: OSError.
    """
    _sweep(parent)
    folder, door = _made(parent, purpose)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(door)


def _made(parent: Path, purpose: Purpose) -> tuple[Path, int]:
    while True:
        folder = Path(mkdtemp(prefix=f"{_PREFIX}{purpose}-", dir=parent))
        # Somebody who sweeps may have come between, and have taken it for one that was left.
        with suppress(FileNotFoundError):
            if (door := _locked(folder)) is not None:
                return folder, door


def _sweep(parent: Path) -> None:
    for purpose in get_args(Purpose):
        for left in parent.glob(f"{_PREFIX}{purpose}-*"):
            with suppress(OSError):
                if (door := _locked(left)) is not None:
                    shutil.rmtree(left, ignore_errors=True)
                    os.close(door)


def _locked(folder: Path) -> int | None:
    """The folder, opened and locked; None where somebody else has locked it. Raises: FileNotFoundError."""
    door = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # It may have been removed by whoever had locked it before.
        folder.stat()
    except BlockingIOError:
        os.close(door)
        return None
    except BaseException:
        os.close(door)
        raise
    return door
