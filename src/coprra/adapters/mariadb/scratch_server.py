"""A server of our own, to look at what was restored: nobody reaches it, it wakes nothing up, and it ends with us."""

import os
import pwd
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir

from coprra.adapters.filesystem.private_folder import private_folder
from coprra.adapters.mariadb.address import Address
from coprra.adapters.mariadb.family import Family
from coprra.adapters.mariadb.full_disk import end_group, ended_where_full, last_of, log_in_memory, tells_of_full_disk
from coprra.adapters.mariadb.programs import Failed, bound, failure, run

_PATIENCE_SECONDS = 600
_PAUSE_SECONDS = 0.05


def install(data: Path, family: Family) -> None:
    """Make a folder of data for an empty server, which asks nobody for a password.

    Raises: Failed, StoreFull, MissingProgram.
    """
    # One of another family would fail at what it is told, and what was backed up would seem to be damaged.
    family.version_of(family.programs.server)
    run(*(word.format(data=data, account=_me()) for word in family.restoring.install))


@contextmanager
def scratch_server(data: Path, family: Family, *options: str) -> Iterator[Address]:
    """On that folder of data, until the block ends, and then ended so that nothing is left to recover.

    No database is named in the address. Raises: Failed, StoreFull.
    """
    with private_folder(Path(gettempdir()), "server") as folder, _short(data) as short:
        owner = family.restoring.owner.format(account=_me())
        address = Address(user=owner, password="", socket=f"{short}/socket", database="")
        command = bound(
            family.programs.server,
            *(options or ["--no-defaults"]),
            f"--datadir={data}",
            f"--tmpdir={folder}",
            "--socket=socket",
            f"--pid-file={folder}/pid",
            f"--user={_me()}",
            "--skip-networking",
            "--skip-log-bin",
            *family.restoring.serve,
            "--skip-name-resolve",
            "--event-scheduler=OFF",
            "--max-allowed-packet=1G",
        )
        with _started(command, address, family.programs.server):
            yield address


@contextmanager
def _short(folder: Path) -> Iterator[str]:
    """Another path of it, for the path of a socket may have a hundred characters only. Source: unix(7)."""
    door = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/{os.getpid()}/fd/{door}"
    finally:
        os.close(door)


@contextmanager
def _started(command: list[str], address: Address, name: str) -> Iterator[None]:
    with (
        log_in_memory() as log,
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0) as process,
        ended_where_full(process, log),
    ):
        try:
            if not _answers(process, address):
                raise failure(name, last_of(log))
            yield
            _end(process, name)
        except Failed as error:
            # What others say of it is then that it is gone.
            if tells_of_full_disk(last_of(log)):
                raise failure(name, last_of(log)) from error
            raise
        finally:
            end_group(process)


def _end(process: "subprocess.Popen[bytes]", name: str) -> None:
    process.terminate()
    if process.wait():
        raise Failed(f"{name} did not end well")


def _answers(process: "subprocess.Popen[bytes]", address: Address) -> bool:
    for _ in range(int(_PATIENCE_SECONDS / _PAUSE_SECONDS)):
        if _listens(address):
            return True
        try:
            process.wait(_PAUSE_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return False
    return False


def _listens(address: Address) -> bool:
    with socket.socket(socket.AF_UNIX) as attempt:
        return attempt.connect_ex(str(address.socket)) == 0


def _me() -> str:

    return pwd.getpwuid(os.geteuid()).pw_name
