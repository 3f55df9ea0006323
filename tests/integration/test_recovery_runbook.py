"""The way back without coprra works as the page says it, and stops where it must."""

import os
import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from coprra.adapters.age.sealer import AgeSealer
from coprra.adapters.filesystem.blobs import FileBlobStore
from coprra.adapters.sqlite.database import SqliteDatabase
from coprra.adapters.system.clock import SystemClock
from coprra.adapters.system.randomness import SystemRandomness
from coprra.backups import Backups
from coprra.testing.backups import ESCROW, SIGNER, make_repository
from coprra.testing.builders import TESTER

PAGE = Path(__file__).parents[2] / "docs/recovery.md"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """With a backup in it that consists of several objects."""
    path = tmp_path / "coprra.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE noise (content BLOB)")
        connection.executemany("INSERT INTO noise VALUES (?)", [(os.urandom(1_000),) for _ in range(50)])
        connection.commit()
    repository = make_repository(FileBlobStore(tmp_path / "store"), SystemClock())
    Backups.of(repository, SqliteDatabase(path, {}), SystemRandomness()).run_backup(by=TESTER)
    return tmp_path / "store"


def restore(store: Path, secret: str) -> subprocess.CompletedProcess[str]:
    """As somebody does who types what the page says."""
    match = re.search(r"^```bash\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert match, "the page has no such commands"
    out = store.with_name("out")
    out.mkdir(exist_ok=True)
    (store.parent / "identity").write_text(f"{secret}\n")
    environment = {"STORE": str(store), "OUT": str(out), "SIGNER": SIGNER, "IDENTITY": str(store.parent / "identity")}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", match[1].replace("v1/coprra", "v1/test")],
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_backup_comes_back_with_age_zstd_and_openssl_alone(store: Path) -> None:
    done = restore(store, ESCROW)
    assert done.returncode == 0, done.stderr
    with (
        closing(sqlite3.connect(store.parent / "out/restored.sqlite")) as restored,
        closing(sqlite3.connect(store.parent / "coprra.sqlite")) as source,
    ):
        assert list(restored.iterdump()) == list(source.iterdump())


@pytest.mark.parametrize("part", ["journal", "data", "keys"])
def test_what_was_changed_stops_it(store: Path, part: str) -> None:
    path = next(file for file in sorted((store / "v1/test" / part).rglob("*")) if file.is_file())
    content = path.read_bytes()
    path.write_bytes(content[:-40] + bytes([content[-40] ^ 1]) + content[-39:])
    if part == "keys":
        for other in (store / "v1/test/keys").rglob("*.age"):
            other.write_bytes(b"not what age has sealed")
    done = restore(store, ESCROW)
    assert done.returncode != 0
    assert ("is not what was signed" in done.stdout) == (part == "data")
    assert not (store.parent / "out/restored.sqlite").exists()


def test_a_stranger_gets_nowhere(store: Path) -> None:
    assert restore(store, AgeSealer().new_key()).returncode != 0
