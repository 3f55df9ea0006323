"""Servers under load: started on a processor of their own, watched, and ended."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_PATIENCE_SECONDS = 60
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs, with all of its processes."""

    port: int
    pid: int

    def computed(self) -> float:
        """How many seconds its processes have computed so far."""
        return sum(_computed(pid) for pid in self._processes())

    def peak(self) -> int:
        """The most memory that one of its processes ever had, in bytes."""
        return max(map(_peak, self._processes()))

    def memory(self) -> int:
        """What all of its processes take now, in bytes; what some of them share counts once."""
        return sum(map(_memory, self._processes()))

    def _processes(self) -> list[int]:
        found = [self.pid]
        for pid in found:
            found += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split())
        return found


_UNLIMITED = {"COPRRA_ANONYMOUS_READS_PER_MINUTE": "0", "COPRRA_TOKEN_REQUESTS_PER_MINUTE": "0"}
"""Whoever measures asks more often than a stranger may."""


@contextmanager
def serving(
    command: Sequence[str], environment: Mapping[str, str], port: int, processors: Sequence[int]
) -> Iterator[Server]:
    """A server that answers at the port and may use only those processors."""
    process = subprocess.Popen(
        command,
        env={**os.environ, **_UNLIMITED, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: os.sched_setaffinity(0, processors),  # noqa: PLW1509 - there are no threads here
    )
    try:
        _wait_for(process, port)
        yield Server(port, process.pid)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}.")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"{process.args!r} does not listen.")


def _computed(pid: int) -> float:
    # Source: proc(5): after the name in brackets, utime and stime are fields 14 and 15 of the whole line.
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _peak(pid: int) -> int:
    return _told(Path(f"/proc/{pid}/status"), "VmHWM:")


def _memory(pid: int) -> int:
    return _told(Path(f"/proc/{pid}/smaps_rollup"), "Pss:")


def _told(where: Path, name: str) -> int:
    lines = where.read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) * 1024
