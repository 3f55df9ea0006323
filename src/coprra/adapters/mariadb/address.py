"""Address: where a server is, and who asks it; for PyMySQL and for the server's own programs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import pymysql

from coprra.domain.backups.policy import InvalidPolicy
from coprra.domain.backups.snapshot import SnapshotFailed

Connection: TypeAlias = Any
"""Of PyMySQL, which ships no types."""

_PORT = 3306
_PATIENCE_SECONDS = 10
_SILENT_SECONDS = 7 * 86_400
"""For how long a connection may wait until a large server was copied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """socket: a path, where it is not host and port. options: the password may stand in them."""

    user: str
    password: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = _PORT
    socket: str | None = None
    database: str

    @property
    def place(self) -> str:
        """Host or socket, and database."""
        return f"{self.socket or f'{self.host}:{self.port}'}/{self.database}"

    def url(self, scheme: str) -> str:
        """For COPRRA_DATABASE_URL, of one without a password that is reached by its socket."""
        asked = urlencode({"unix_socket": self.socket})
        return f"{scheme}://{quote(self.user)}@localhost/{quote(self.database)}?{asked}"

    def connect(self) -> Connection:
        """A connection of its own, each statement of which stands for itself. Raises: SnapshotFailed."""
        try:
            return connected(self)
        except pymysql.Error as error:
            raise SnapshotFailed(f"The server at {self.place} can't be asked: {said_by(error)}.") from error

    @contextmanager
    def option_file(self) -> Iterator[str]:
        """A path at which the server's programs find who asks; it is in memory, and gone with this process.

        Raises: SnapshotFailed, where the system has no such files.
        """
        lines = ["[client]", f"user={_quoted(self.user)}", f"password={_quoted(self.password)}"]
        if self.socket:
            lines += [f"socket={_quoted(self.socket)}"]
        else:
            lines += [f"host={_quoted(self.host)}", f"port={self.port}", "protocol=tcp"]
        file = os.memfd_create("coprra")
        try:
            # They pass over a file that others may write.
            os.fchmod(file, 0o600)
            os.write(file, "\n".join([*lines, ""]).encode())
            yield f"/proc/{os.getpid()}/fd/{file}"
        finally:
            os.close(file)


def read_address(url: str) -> Address:
    """A URL as the engine takes it; with ``?unix_socket=/path`` host and port are of no account.

    Raises: InvalidPolicy.
    """
    try:
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query))
        port = parts.port or _PORT
    except ValueError as error:
        raise InvalidPolicy("COPRRA_DATABASE_URL is no URL of a database.") from error
    database = unquote(parts.path.strip("/"))
    if not database or asked.keys() - {"unix_socket", "charset"}:
        raise InvalidPolicy(
            "To back it up, COPRRA_DATABASE_URL names a database on this machine, and of options unix_socket only."
        )
    return Address(
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=parts.hostname or "127.0.0.1",
        port=port,
        socket=asked.get("unix_socket"),
        database=database,
    )


def connected(address: Address) -> Connection:
    """Likewise. Raises: pymysql.Error."""
    connection = pymysql.connect(
        user=address.user,
        password=address.password,
        host=address.host,
        port=address.port,
        unix_socket=address.socket,
        database=address.database or None,
        charset="utf8mb4",
        connect_timeout=_PATIENCE_SECONDS,
        local_infile=False,
        # The server is on this machine; to get TLS ready takes longer than all the rest.
        ssl_disabled=True,
        autocommit=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SET SESSION wait_timeout = {_SILENT_SECONDS}, time_zone = '+00:00'")
    return connection


def said_by(error: pymysql.Error) -> str:
    """In one line, without statements."""
    number, *words = error.args or (0, type(error).__name__)
    return f"{' '.join(str(word) for word in words)} ({number})"


def _quoted(value: str) -> str:
    """As an option file has it.

    Source: https://mariadb.com/kb/en/configuring-mariadb-with-option-files/
    """
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
