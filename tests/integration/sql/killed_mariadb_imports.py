"""Imports a list into a MariaDB again and again, and each time kills the importing process, or the server.

Tells what was left: JSON on stdout. A program of its own, because it forks. The instants are messages from the driver
to the server, of which an import has a few dozen: the kill comes when half of one is on its way, or when all of it is,
and the server at work on it. So an instant can be named and repeated, and the commit is among them.
"""

import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from uuid import uuid4

from sqlalchemy import Engine

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.schema import SqlSchema
from coprra.adapters.sql.store import SqlStore
from coprra.adapters.sql.tables import metadata
from coprra.domain.kernel.errors import Unavailable
from coprra.testing.answers import all_answers
from coprra.testing.builders import PriceList, a_row, day, gtin_of, import_list
from coprra.testing.mariadb import DURABLE, PrivateMariaDb, create_database

ROWS = range(2, 18)
KILLS_PER_DATABASE = 4
"""So that a repeated import also meets what several killed ones may have left."""

FIRST = PriceList(tuple(a_row(str(n), f"{n}.00", gtins=[gtin_of(n)], line=n) for n in ROWS))
SECOND = PriceList(
    tuple(a_row(str(n), f"{n + n % 3}.00", gtins=[gtin_of(n)], line=n) for n in ROWS if n % 10), at=day(1)
)

DONE, UNAVAILABLE = 0, 3

Outcome = dict[str, object]


class Relay:
    """Stands between a driver and the server. at: the instant to kill at; odd: half of a message, even: all of it."""

    def __init__(self, server: PrivateMariaDb, at: int | None = None) -> None:
        self.messages: list[bytes] = []
        self.kill: Callable[[], None] = lambda: None
        self._server = server
        self._at = at
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]

    def start(self) -> None:
        """Let drivers in, each in threads of its own."""
        Thread(target=self._let_in, daemon=True).start()

    def stop(self) -> None:
        """Let nobody in any more."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _let_in(self) -> None:
        with suppress(OSError):
            while True:
                driver, _ = self._door.accept()
                server = socket.create_connection(("127.0.0.1", self._server.port))
                for work in (self._answer, self._ask):
                    Thread(target=work, args=(driver, server), daemon=True).start()

    @staticmethod
    def _answer(driver: socket.socket, server: socket.socket) -> None:
        with suppress(OSError), driver:
            while data := server.recv(65536):
                driver.sendall(data)

    def _ask(self, driver: socket.socket, server: socket.socket) -> None:
        with suppress(OSError), server, driver.makefile("rb") as asked:
            for message in _messages(asked.read):
                self.messages.append(message)
                half, whole = 2 * len(self.messages) - 1, 2 * len(self.messages)
                server.sendall(message[: len(message) // 2] if half == self._at else message)
                if self._at in {half, whole}:
                    self.kill()
                    break
            # Closing alone does not end a connection that the other thread waits on.
            server.shutdown(socket.SHUT_RDWR)


def _messages(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Each begins with three bytes of its length, and one of its number."""
    while len(head := read(4)) == 4:
        yield head + read(int.from_bytes(head[:3], "little"))


def main(folder: Path, kills_of_process: int, kills_of_server: int) -> list[Outcome]:
    """Kill so many imports of SECOND into stores that have FIRST."""
    with PrivateMariaDb(folder / "server", DURABLE) as server:
        undisturbed, relay = _new_database(server), Relay(server)
        assert _import(server, undisturbed, relay) == DONE
        # Nobody waits for an answer to the last one, which says good-bye.
        commit, end = _commit_of(relay.messages), len(relay.messages) - 1
        with _engine(server, undisturbed) as engine:
            after = _answers(engine)
        outcomes = []
        for who, kills in (("process", kills_of_process), ("server", kills_of_server)):
            instants = {2 * commit - 1, 2 * commit, 2 * commit + 1}
            instants |= {1 + (2 * end - 1) * kill // kills for kill in range(kills)}
            for outcome in _killed_at(sorted(instants), who, server, after):
                outcome["when"] = _when(int(str(outcome["instant"])), commit)
                outcomes.append(outcome)
        return outcomes


def _when(instant: int, commit: int) -> str:
    if instant < 2 * commit:
        return "before the commit"
    return "in the commit" if instant == 2 * commit else "after the commit"


def _killed_at(instants: list[int], who: str, server: PrivateMariaDb, after: str) -> Iterator[Outcome]:
    database, kills, before = _new_database(server), 0, ""
    for instant in instants:
        if not kills:
            with _engine(server, database) as engine:
                before = _dump(engine)
        status = _import(server, database, Relay(server, instant), kill=who)
        kills += 1
        if who == "server":
            server.start()
        repeated = None
        with _engine(server, database) as engine:
            _wait_for_silence(engine)
            seen = "nothing of it" if _dump(engine) == before else "a part of it"
            if seen != "nothing of it" and _answers(engine) == after:
                seen = "all of it"
            sound = _is_sound(engine)
            if kills == KILLS_PER_DATABASE or seen != "nothing of it" or instant == instants[-1]:
                import_list(SqlStore(engine), SECOND)
                repeated = "as undisturbed" if _answers(engine) == after else "something else"
                database, kills = _new_database(server), 0
        yield {"who": who, "instant": instant, "ended": status, "seen": seen, "sound": sound, "repeated": repeated}


def _import(server: PrivateMariaDb, database: str, relay: Relay, kill: str | None = None) -> int:
    """Import SECOND in a process of its own, through the relay; returns its exit code, or minus the signal."""
    child = os.fork()
    if child == 0:
        engine = make_engine(server.url(database).replace(f":{server.port}/", f":{relay.port}/"))
        try:
            import_list(SqlStore(engine), SECOND)
            engine.dispose()
        except Unavailable:
            os._exit(UNAVAILABLE)
        os._exit(DONE)
    relay.kill = server.kill if kill == "server" else lambda: os.kill(child, signal.SIGKILL)
    relay.start()
    _, status = os.waitpid(child, 0)
    relay.stop()
    return os.waitstatus_to_exitcode(status)


def _new_database(server: PrivateMariaDb) -> str:
    """With FIRST in it."""
    name = f"killed_{uuid4().hex}"
    create_database(server.url("mysql"), name)
    with _engine(server, name) as engine:
        SqlSchema(engine).upgrade()
        import_list(SqlStore(engine), FIRST)
    return name


def _commit_of(messages: list[bytes]) -> int:
    """The number of the message that makes the list visible: the last commit before the staging area is dropped."""
    end = next(number for number, message in enumerate(messages, 1) if b"DROP TEMPORARY" in message)
    return max(number for number, message in enumerate(messages[:end], 1) if message[5:] == b"COMMIT")


@contextmanager
def _engine(server: PrivateMariaDb, database: str) -> Iterator[Engine]:
    engine = make_engine(server.url(database))
    yield engine
    engine.dispose()


def _wait_for_silence(engine: Engine) -> None:
    """Until the server has noticed that the process is gone."""
    query = "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"
    with engine.connect() as connection:
        while connection.exec_driver_sql(query).scalar():
            connection.exec_driver_sql("DO SLEEP(0.01)")


def _dump(engine: Engine) -> str:
    with engine.connect() as connection:
        return repr([connection.execute(table.select()).all() for table in metadata.sorted_tables])


def _answers(engine: Engine) -> str:
    return "".join(all_answers(SqlStore(engine), day(number)) for number in (0.5, 1.5))


def _is_sound(engine: Engine) -> bool:
    tables = ", ".join(metadata.tables)
    with engine.connect() as connection:
        return {row[3] for row in connection.exec_driver_sql(f"CHECK TABLE {tables}")} == {"OK"}


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])), sys.stdout)
