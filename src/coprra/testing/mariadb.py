"""A private MariaDB for tests: a folder, a free port and a process of its own.

``with PrivateMariaDb(folder) as server`` is one for the block. `shared_mariadb` is one for all processes of a test run.
"""

import errno
import os
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from coprra.adapters.sql.engine import make_engine
from coprra.testing.sharing import NoServer, comes_up, keep, shared_server

FAST = ("--debug-no-sync", "--innodb-flush-log-at-trx-commit=0")
"""For tests that pull no plug: the server never waits for the disk."""

DURABLE = ("--innodb-flush-log-at-trx-commit=1",)
"""As it is deployed: what was committed outlives the server."""

_ONLY_USER = """\
DELETE FROM mysql.global_priv WHERE User = 'root';
FLUSH PRIVILEGES;
CREATE OR REPLACE USER coprra@'127.0.0.1' IDENTIFIED BY '{password}';
GRANT ALL PRIVILEGES ON *.* TO coprra@'127.0.0.1' WITH GRANT OPTION;
"""


class NoMariaDb(NoServer):
    """There is no server to start, or it does not start."""


class PrivateMariaDb:
    """A server that listens on 127.0.0.1 alone, knows one user, and is gone with its data when the block ends.

    kept: its data are not; the next one that names the folder finds them.
    """

    def __init__(self, folder: Path, options: tuple[str, ...] = FAST, *, kept: bool = False) -> None:
        self._folder = folder
        self._options = options
        self._kept = kept
        self._password = secrets.token_hex(16)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def __enter__(self) -> Self:
        if not (self._kept and (self._folder / "data").exists()):
            self._install()
        self._name_user()
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._kept and self._process is not None:
            self._process.terminate()
            self._process.wait()
        else:
            self.kill()
            shutil.rmtree(self._folder)

    def url(self, database: str) -> str:
        """For COPRRA_DATABASE_URL."""
        return f"mariadb://coprra:{self._password}@127.0.0.1:{self.port}/{database}"

    @property
    def data(self) -> Path:
        """The folder of its data."""
        return self._folder / "data"

    @property
    def socket(self) -> Path:
        """By which programs of this machine reach it, unless the path is longer than 107 bytes."""
        return self.data / "socket"

    @property
    def pid(self) -> int:
        """Of the server's process. Raises: NoMariaDb while there is none."""
        if self._process is None:
            raise NoMariaDb("MariaDB was not started.")
        return self._process.pid

    def start(self, ports: int = 3) -> None:
        """Start it, also after `kill`, and wait until it answers. Raises: NoMariaDb with what its log says.

        ports: how many to try, for somebody else may take one that was free.
        """
        self.port = _free_port()
        log = self._folder / "log.err"
        command = [
            _program("mariadbd"),
            "--no-defaults",
            f"--datadir={self._folder / 'data'}",
            f"--tmpdir={self._folder}",
            f"--log-error={log}",
            f"--init-file={self._folder / 'init.sql'}",
            *_user(),
            f"--port={self.port}",
            "--bind-address=127.0.0.1",
            # Relative to the folder of the data: the whole path may be longer than a socket's may.
            "--socket=socket",
            "--skip-name-resolve",
            "--innodb-buffer-pool-size=128M",
            "--innodb-log-file-size=64M",
            "--max-connections=200",
            "--open-files-limit=4096",
            *self._options,
        ]
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            up = comes_up(self._process, self._answers)
        except BaseException:
            # Whoever is told to end while it waits leaves no server behind.
            self.kill()
            raise
        if not up:
            self.kill()
            if ports > 1 and f"Bind on TCP/IP port. Got error: {errno.EADDRINUSE}" in _end_of(log):
                self.start(ports - 1)
                return
            raise NoMariaDb(f"MariaDB does not start: {_end_of(log)}")

    def kill(self) -> None:
        """End it as a power cut does: nothing is written any more."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it as an operator does: everything is in its files, and nothing is left to recover."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def _install(self) -> None:
        self._folder.mkdir(parents=True)
        command = [
            _program("mariadb-install-db"),
            "--no-defaults",
            f"--datadir={self._folder / 'data'}",
            # A server that starts removes what it takes for left over there, of others that are being installed, too.
            f"--tmpdir={self._folder}",
            *_user(),
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-name-resolve",
            "--innodb-log-file-size=64M",
        ]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        if done.returncode:
            raise NoMariaDb(f"MariaDB can't be set up: {done.stdout.decode('utf-8', 'replace')[-2000:]}")

    def _name_user(self) -> None:
        (self._folder / "init.sql").write_text(_ONLY_USER.format(password=self._password))
        (self._folder / "init.sql").chmod(0o600)

    def _answers(self) -> bool:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", self.port)):
                return False
        engine = make_engine(self.url("mysql"))
        try:
            with engine.connect():
                return True
        except Exception:  # noqa: BLE001  # not yet, whatever it says
            return False
        finally:
            engine.dispose()


def shared_mariadb(folder: Path) -> AbstractContextManager[str]:
    """See `shared_server`: the URL of its database mysql. Raises: NoServer."""
    return shared_server(folder, "coprra.testing.mariadb")


def create_database(url: str, name: str) -> str:
    """Make an empty database on the server of a URL; returns the URL with that name."""
    engine = make_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return f"{url.rpartition('/')[0]}/{name}"


@contextmanager
def _running(folder: Path) -> Iterator[str]:
    with PrivateMariaDb(folder) as server:
        yield server.url("mysql")


def _end_of(log: Path) -> str:
    return log.read_text("utf-8", "replace")[-2000:] if log.exists() else "it has written no log"


def _program(name: str) -> str:
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if path is None:
        raise NoMariaDb(
            f"There is no {name} for the tests to start. Run: apt-get install mariadb-server-core mariadb-client-core"
        )
    return path


def _user() -> list[str]:
    """It refuses to run as root unless it is told to."""
    return ["--user=root"] if os.geteuid() == 0 else []


def _free_port() -> int:
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return int(attempt.getsockname()[1])


if __name__ == "__main__":
    keep(Path(sys.argv[1]), _running)
