"""An older mariadb-backup, which says otherwise what it has locked, is pinned to its fingerprint as well."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from coprra.adapters.mariadb.address import read_address
from coprra.adapters.mariadb.database import MariaDbDatabase
from coprra.adapters.mariadb.programs import program
from coprra.domain.backups.manifest import Kind

SCRIPT = Path(__file__).with_name("older_mariadb_backup.py")


@pytest.fixture
def _older(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Found before the one that is installed."""
    (tmp_path / "mariadb-backup").write_text(f"#!{sys.executable}\n{SCRIPT.read_text('utf-8')}")
    (tmp_path / "mariadb-backup").chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("URL", url)
    program.cache_clear()
    yield
    program.cache_clear()


@pytest.mark.usefixtures("_older")
def test_its_rows_are_those_of_the_instant_at_which_nobody_could_commit(backup_url: str) -> None:
    with MariaDbDatabase(read_address(backup_url), {}).snapshot(Kind.FULL, None) as snapshot:
        content = snapshot.read()
        snapshot.end()
    assert len(content) == 400_000
    assert snapshot.fingerprint.tables["shops"].rows == 3 + 1
    assert snapshot.versions["mariadb-backup"] == "10.11.7"
