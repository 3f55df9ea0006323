"""A backup of files is believed if everything that mariadb-backup leaves behind says so, and each of it is asked."""

import pytest

from coprra.adapters.mariadb import family, physical
from coprra.adapters.mariadb.address import Address
from coprra.adapters.mariadb.lock_words import STAGE_BY_STAGE
from coprra.adapters.mariadb.physical import physical_snapshot
from coprra.adapters.mariadb.pin import Pin
from coprra.adapters.mariadb.server import Server
from coprra.domain.backups.fingerprint import Fingerprint
from coprra.domain.backups.snapshot import SnapshotFailed

ADDRESS = Address(user="backup", password="", database="coprra")
SERVER = Server(place="here", folder="/data", started=1, version="10.11.19-MariaDB", size=7, rows_size=7)
TAKEN = Fingerprint(method="m", schema="s", objects={}, tables={})

BEGIN = 'for each; do case $each in --extra-lsndir=*) cd "${each#*=}";; esac; done'
LOCK = f"echo '{STAGE_BY_STAGE.locked.decode()}' >&2"
LSN = "printf 'from_lsn = 0\\nto_lsn = 5\\nlast_lsn = 6\\n' > xtrabackup_checkpoints"
LOG = "echo \"binlog_pos = filename 'log.1', position '42'\" > xtrabackup_info"
SENT = "printf content"
DONE = "echo 'completed OK!' >&2"
WHOLE = (BEGIN, LOCK, LSN, LOG, SENT, DONE)


class Pinned(Pin):
    """Of no server: it stands where it is told to stand."""

    def __init__(self, position: str) -> None:
        self.family = family.MARIADB
        self._position = position
        self._pinned = False

    def set_under_foreign_lock(self) -> None:
        """See `Pin.set_under_foreign_lock`."""
        self._pinned = True

    def log_position(self) -> dict[str, str]:
        """See `Pin.log_position`."""
        return {"binlog_file": "log.1", "binlog_position": self._position}

    def fingerprint_of_server(self) -> Fingerprint:
        """See `Pin.fingerprint_of_server`."""
        return TAKEN


def taken(monkeypatch: pytest.MonkeyPatch, *script: str, position: str = "42") -> tuple[bytes, dict[str, str]]:
    """What a program sends and where it stands that does that."""
    monkeypatch.setattr(physical, "bound", lambda _, *options: ["sh", "-c", "\n".join(script), "sh", *options])
    monkeypatch.setattr(family, "version_of", lambda *_: "10.11.19")
    with physical_snapshot(ADDRESS, SERVER, Pinned(position), None) as snapshot:
        content = snapshot.read()
        snapshot.end()
        assert snapshot.fingerprint == TAKEN
        return content, dict(snapshot.position)


def test_what_ends_well_and_says_so_everywhere_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    content, position = taken(monkeypatch, *WHOLE)
    assert content == b"content"
    assert (position["to_lsn"], position["server"], position["binlog_position"]) == ("5", "here", "42")


@pytest.mark.parametrize(
    ("without", "instead", "said"),
    [
        (DONE, "", "was not copied"),
        (DONE, f"{DONE}\nexit 1", "was not copied"),
        (DONE, f"{DONE}\nkill -9 $$", "was not copied"),
        (LOCK, "", "does not say, in words that are known"),
        (LSN, "", "left no checkpoints behind"),
        (LSN, "echo 'to_lsn = 5' > xtrabackup_checkpoints", "did not say where its backup begins and ends"),
        (LOG, "", "left no info behind"),
        (LOG, LOG.replace("42", "43"), "is of another instant"),
        (LOG, LOG.replace("log.1", "log.2"), "is of another instant"),
    ],
)
def test_one_of_it_is_enough_not_to_be_believed(
    monkeypatch: pytest.MonkeyPatch, without: str, instead: str, said: str
) -> None:
    with pytest.raises(SnapshotFailed, match=said):
        taken(monkeypatch, *(instead if line == without else line for line in WHOLE))
