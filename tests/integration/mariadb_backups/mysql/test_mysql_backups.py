"""Backups of a MySQL hold what their fingerprint says, or are refused, whatever goes on meanwhile."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeAlias

import pytest

from coprra.adapters.filesystem.blobs import FileBlobStore
from coprra.adapters.mysql.database import MySqlDatabase
from coprra.adapters.system.clock import SystemClock
from coprra.adapters.system.randomness import SystemRandomness
from coprra.backups import Backups
from coprra.domain.backups.level import Level
from coprra.domain.backups.manifest import Kind, Manifest
from coprra.testing.backups import make_repository
from coprra.testing.builders import TESTER

Writing: TypeAlias = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def backups(database: MySqlDatabase, tmp_path: Path) -> Backups:
    """Of that database."""
    return Backups.of(make_repository(FileBlobStore(tmp_path / "store"), SystemClock()), database, SystemRandomness())


def run(backups: Backups, kind: Kind) -> Manifest:
    manifest = backups.run_backup(kind, by=TESTER)
    assert manifest is not None
    return manifest


def test_a_dump_taken_while_somebody_writes_comes_back_row_by_row(backups: Backups, writing: Writing) -> None:
    with writing():
        dump = run(backups, Kind.DUMP)
    assert (dump.engine, sorted(dump.versions)) == ("mysql", ["mysql", "mysqldump"])
    assert dump.position["binlog_file"]
    assert backups.verify_backups(Level.L2, by=TESTER).good


def test_increments_taken_while_somebody_writes_come_back_row_by_row(backups: Backups, writing: Writing) -> None:
    with writing():
        full = run(backups, Kind.FULL)
        first = run(backups, Kind.INCREMENTAL)
        second = run(backups, Kind.INCREMENTAL)
    assert (first.parent, second.parent) == (full.id, first.id)
    verdict = backups.verify_backups(Level.L2, by=TESTER)
    assert verdict.good
