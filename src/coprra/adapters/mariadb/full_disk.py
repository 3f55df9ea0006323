"""A full disk, as MariaDB's programs tell of it; those that would wait for ever until somebody makes room are ended."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import IO

# The system's words and numbers (ENOSPC, EDQUOT), those of mysys and InnoDB, and the server's errors 1021 and 1114.
_TOLD = re.compile(
    rb"No space left|Disk quota exceeded|[Dd]isk (is )?full|out of disk space|The table '.*' is full"
    rb"|(rror|rrcode|rrno)(:| number)? (28|122)\b"
)
_LAST = 65_536
"""Bytes of a log in which it is looked for."""
_LOOKS_AFTER_SECONDS = 1


def tells_of_full_disk(said: bytes) -> bool:
    """Whether these are words for that."""
    return bool(_TOLD.search(said))


def log_in_memory() -> IO[bytes]:
    """A file for what a program says, which is not lost where it is the disk for temporary files that is full."""
    return os.fdopen(os.memfd_create("coprra"), "w+b", buffering=0)


def last_of(log: IO[bytes]) -> bytes:
    """The end of a file that others write to, who go on where they were."""
    size = os.fstat(log.fileno()).st_size
    return os.pread(log.fileno(), _LAST, max(size - _LAST, 0))


@contextmanager
def ended_where_full(process: "subprocess.Popen[bytes]", log: IO[bytes]) -> Iterator[None]:
    """In the block, end it when it tells of a full disk. process: leads its group; log: what it says."""
    over = Event()

    def watch() -> None:
        while not over.wait(_LOOKS_AFTER_SECONDS):
            if tells_of_full_disk(last_of(log)):
                end_group(process)
                return

    watcher = Thread(target=watch, name="full disk", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def end_group(process: "subprocess.Popen[bytes]") -> None:
    """Kill it with all that it has started, unless it has ended."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
