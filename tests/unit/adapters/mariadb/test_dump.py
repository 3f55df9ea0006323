"""A dump is believed if mariadb-dump ends well, wrote its last line, and stands where the fingerprint does."""

import pytest

from coprra.adapters.mariadb import family, programs
from coprra.adapters.mariadb.address import Address
from coprra.adapters.mariadb.dump import dump_snapshot
from coprra.adapters.mariadb.pin import Pin
from coprra.adapters.mariadb.server import Server
from coprra.domain.backups.fingerprint import Fingerprint
from coprra.domain.backups.snapshot import SnapshotFailed

ADDRESS = Address(user="backup", password="", database="coprra")
SERVER = Server(place="here", folder="/data", started=1, version="10.11.19-MariaDB", size=7, rows_size=7)
TAKEN = Fingerprint(method="m", schema="s", objects={}, tables={})

WHERE = "echo \"-- CHANGE MASTER TO MASTER_LOG_FILE='log.1', MASTER_LOG_POS=42;\""
BEGUN = "echo '-- Current Database: `coprra`'"
ROWS = "echo 'INSERT INTO prices VALUES (1);'"
LAST = "echo '-- Dump completed on 2026-11-23 12:00:00'"
WHOLE = (WHERE, BEGUN, ROWS, LAST)


class Pinned(Pin):
    """Of no server. held: whether somebody could commit."""

    def __init__(self) -> None:
        self.family = family.MARIADB
        self.held = False

    def hold_commits(self) -> None:
        """See `Pin.hold_commits`."""
        self.held = True

    def release_commits(self) -> None:
        """See `Pin.release_commits`."""
        self.held = False

    def log_position(self) -> dict[str, str]:
        """See `Pin.log_position`."""
        return {"binlog_file": "log.1", "binlog_position": "42"}

    def fingerprint(self) -> Fingerprint:
        """See `Pin.fingerprint`."""
        return TAKEN


def taken(monkeypatch: pytest.MonkeyPatch, *script: str) -> bytes:
    """What a program sends that does that; nobody is kept from committing by then."""
    monkeypatch.setattr(programs, "bound", lambda *_: ["sh", "-c", "\n".join(script)])
    monkeypatch.setattr(family, "version_of", lambda *_: "10.11.19")
    pin = Pinned()
    with dump_snapshot(ADDRESS, SERVER, pin) as snapshot:
        assert not pin.held
        content = snapshot.read()
        snapshot.end()
        assert snapshot.fingerprint == TAKEN
        return content


def test_what_is_whole_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert taken(monkeypatch, *WHOLE).count(b"\n") == len(WHOLE)


@pytest.mark.parametrize(
    ("without", "instead", "said"),
    [
        (LAST, "", "did not come to its end"),
        (LAST, f"{LAST}\nexit 1", "were not dumped"),
        (LAST, f"{LAST}\nkill -9 $$", "were not dumped"),
        (WHERE, "", "is of another instant"),
        (WHERE, WHERE.replace("42", "43"), "is of another instant"),
        (BEGUN, "exit 0", "did not come to its end"),
    ],
)
def test_one_of_it_is_enough_not_to_be_believed(
    monkeypatch: pytest.MonkeyPatch, without: str, instead: str, said: str
) -> None:
    with pytest.raises(SnapshotFailed, match=said):
        taken(monkeypatch, *(instead if line == without else line for line in WHOLE))
