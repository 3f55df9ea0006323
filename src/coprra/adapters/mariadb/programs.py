"""MariaDB's own programs: where they are, which version they have, and how they end."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import IO

from coprra.adapters.mariadb.full_disk import end_group, ended_where_full, last_of, log_in_memory, tells_of_full_disk
from coprra.domain.backups.blob import StoreFull
from coprra.domain.backups.snapshot import MissingProgram

OF_MARIADB = re.compile(r"(\d+\.\d+\.\d+)-MariaDB")
"""Finds a version in what programs of MariaDB say of themselves."""
_DEBIAN = "Debian has it in mariadb-backup or mariadb-server"
_PERCONA = "Percona has it in percona-xtrabackup, of the server's series"
_ORACLE = "MySQL's own packages have it, in mysql-server or mysql-client"
_SOURCES = {
    "xtrabackup": _PERCONA,
    "xbstream": _PERCONA,
    "mysqld": _ORACLE,
    "mysql": _ORACLE,
    "mysqldump": _ORACLE,
}
_LONGEST_LINE = 300
_STAMP = re.compile(r"\[\d+\] |\d{4}-\d\d-\d\d[ T]+\d+:\d\d:\d\d(\.\S+)?( \d+)? |\[MY-\d+\] \[\w+\] ")
_ERROR = re.compile(r"^ERROR|FATAL ERROR|\[ERROR\]|[Ee]rror:|failed")


@cache
def program(name: str) -> str:
    """Its path. Raises: MissingProgram."""
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if path is None:
        raise MissingProgram(f"There is no {name} on this machine; {_SOURCES.get(name, _DEBIAN)}.")
    return path


def bound(name: str, *arguments: str) -> list[str]:
    """A command that is killed when we are, so that nothing is held or left running. Raises: MissingProgram."""
    return [program("setpriv"), "--pdeathsig=KILL", "--", program(name), *arguments]


def version_of(name: str, version: re.Pattern[str] = OF_MARIADB, title: str = "MariaDB") -> str:
    """Such as 10.11.19. version: finds it as its first group; title: of what. Raises: MissingProgram."""
    told = subprocess.run([program(name), "--version"], capture_output=True, text=True, check=False)
    found = version.search(told.stdout + told.stderr)
    if found is None:
        raise MissingProgram(f"{name} does not say which version of {title} it is of.")
    return found[1]


def series(version: str) -> str:
    """What versions that read each other's files have in common: 10.11 of 10.11.19-MariaDB."""
    return ".".join(version.split(".")[:2])


class Failed(Exception):
    """A program did not end well; what it said last."""


class Child:
    """A running program, which is killed when its block ends before it does."""

    def __init__(self, name: str, process: "subprocess.Popen[bytes]", log: IO[bytes]) -> None:
        self._name = name
        self.process = process
        self._log = log

    def end(self) -> None:
        """Wait until it has ended. Raises: Failed, StoreFull."""
        if self.process.stdin:
            self.process.stdin.close()
        if self.process.wait():
            raise self.failure()

    def write(self, content: bytes) -> None:
        """To its input. Raises: Failed, StoreFull."""
        rest = memoryview(content)
        try:
            while rest and self.process.stdin:
                rest = rest[self.process.stdin.write(rest) :]
        except BrokenPipeError as error:
            self.process.wait()
            raise self.failure() from error

    @property
    def output(self) -> int:
        """Where it writes to."""
        return self._output.fileno()

    def read(self, size: int) -> bytes:
        """From its output, as much as is there, once there is something; nothing at its end."""
        return os.read(self.output, size)

    def failure(self) -> Failed | StoreFull:
        """What it said."""
        return failure(self._name, last_of(self._log))

    @property
    def _output(self) -> IO[bytes]:
        if self.process.stdout is None:
            raise ValueError("What it writes goes elsewhere.")
        return self.process.stdout


@contextmanager
def running(name: str, *arguments: str, reads: bool = False, writes: bool = False) -> Iterator[Child]:
    """A program in the block. reads: what we write; writes: what we read. Raises: MissingProgram."""
    with (
        log_in_memory() as log,
        subprocess.Popen(
            bound(name, *arguments),
            stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
            stdout=subprocess.PIPE if writes else log,
            stderr=log,
            # What is buffered would be written while it is closed, and hide why that failed.
            bufsize=0,
            process_group=0,
        ) as process,
        ended_where_full(process, log),
    ):
        try:
            yield Child(name, process, log)
        finally:
            end_group(process)


def run(name: str, *arguments: str) -> None:
    """Run it to its end. Raises: Failed, StoreFull, MissingProgram."""
    with running(name, *arguments) as child:
        child.end()


def failure(name: str, said: bytes) -> Failed | StoreFull:
    """What a program's last words mean; its errors where it names any, and never the data that it may repeat."""
    if tells_of_full_disk(said):
        return StoreFull(f"There is no room on the disk, says {name}.")
    lines = [_STAMP.sub("", line).strip() for line in said.decode("utf-8", "replace").splitlines()]
    told = [line for line in lines if line] or ["it ended without a word"]
    return Failed(f"{name}: {max(reversed(told), key=_weight)[:_LONGEST_LINE]}")


def _weight(line: str) -> int:
    """How much it says about why something failed."""
    return 2 * ("corrupt" in line) + bool(_ERROR.search(line))
