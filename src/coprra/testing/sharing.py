"""One server for all processes of a test run: started by the first that asks, and ended with the last."""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

_PATIENCE_SECONDS = 60
_PAUSE_SECONDS = 0.02
"""Nobody tells when a server has come up; whoever wants to know has to ask again."""


class NoServer(Exception):
    """There is none to start, or it does not start."""


def comes_up(process: "subprocess.Popen[bytes]", answers: Callable[[], bool]) -> bool:
    """Whether a server that was just started answers, before it ends and within a minute."""
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while not answers():
        if process.poll() is not None or time.monotonic() > give_up:
            return False
        time.sleep(_PAUSE_SECONDS)
    return True


@contextmanager
def shared_server(folder: Path, module: str) -> Iterator[str]:
    """The URL of the server that every process gets which names this folder, for as long as the block lasts.

    module: calls `keep` when it is run with the folder as its argument. Raises: NoServer.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "door").open("w") as door, (folder / "users").open("w") as users:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_SH)
        if not (folder / "url").exists():
            _start_keeper(folder, module)
        fcntl.flock(door, fcntl.LOCK_UN)
        yield (folder / "url").read_text()


def keep(folder: Path, start: Callable[[Path], AbstractContextManager[str]]) -> None:
    """In a process of its own: say nothing when the server is up, else what is wrong; end it after its last user.

    start: runs it in the folder it is given; its URL. Raises: NoServer.
    """
    if os.fork():
        return
    os.setsid()
    address = folder / "url"
    try:
        # The server ends before the lock, so that who comes then finds none, and no half of one.
        with (folder / "users").open("w") as users, start(folder / "server") as url:
            address.write_text(url)
            with Path(os.devnull).open("w") as silence:
                os.dup2(silence.fileno(), 1)
                os.dup2(silence.fileno(), 2)
            fcntl.flock(users, fcntl.LOCK_EX)
            address.unlink()
    except NoServer as error:
        sys.stdout.write(str(error))


def _start_keeper(folder: Path, module: str) -> None:
    command = [sys.executable, "-m", module, str(folder)]
    # Returns when nobody holds the output any more, which is when the server is up, or can't be.
    keeper = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if keeper.stdout:
        raise NoServer(keeper.stdout)
