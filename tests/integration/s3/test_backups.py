"""A SQLite database and its backups in a bucket that locks: what is left there is enough, and nobody removes it."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from coprra.adapters.age.sealer import AgeSealer
from coprra.adapters.filesystem.blobs import FileBlobStore
from coprra.adapters.s3.blobs import PART, S3BlobStore
from coprra.adapters.sqlite.database import SqliteDatabase
from coprra.adapters.system.clock import StoppedClock, SystemClock
from coprra.adapters.system.randomness import SystemRandomness
from coprra.backups import Backups
from coprra.domain.backups.blob import BlobLocked
from coprra.domain.backups.copy_backups import SecondStore
from coprra.domain.backups.level import Level
from coprra.domain.backups.manifest import Manifest
from coprra.domain.backups.policy import LARGEST_PIECE
from coprra.domain.backups.prune_backups import PruneBackups
from coprra.testing.backups import ESCROW, POLICY, STRANGER, make_repository, on_another_machine
from coprra.testing.builders import TESTER

LOCKED = replace(POLICY, lock=timedelta(days=35), piece=2 * 2**20)

KILLED = """
import os, sys
from coprra.adapters.s3.blobs import S3BlobStore, make_client
from coprra.adapters.system.clock import StoppedClock, SystemClock

endpoint, bucket, prefix = sys.argv[1:]
client = make_client(endpoint=endpoint, region="us-east-1")
with S3BlobStore(SystemClock(), client, bucket, prefix=prefix).create("killed") as new:
    new.write(bytes(20_000_000))
    print("half", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def database(tmp_path: Path) -> SqliteDatabase:
    """Some megabytes that can't be packed."""
    path = tmp_path / "coprra.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE noise (content BLOB)")
        connection.executemany("INSERT INTO noise VALUES (?)", [(os.urandom(50_000),) for _ in range(110)])
        connection.commit()
    return SqliteDatabase(path, {})


def test_the_bucket_and_the_escrow_key_bring_a_database_back(
    new_store: Callable[[], S3BlobStore], database: SqliteDatabase, tmp_path: Path
) -> None:
    store = new_store()
    here = make_repository(store, SystemClock(), policy=LOCKED)
    backups = Backups.of(here, database, SystemRandomness())
    manifest = backups.run_backup(by=TESTER)
    assert isinstance(manifest, Manifest)
    assert len(manifest.pieces) == 3
    assert backups.verify_backups(by=TESTER).good
    assert backups.verify_backups(Level.L2, by=TESTER).good
    for blob in store.list("v1/test/"):
        if "/lease/" not in blob.key:
            with pytest.raises(BlobLocked):
                store.remove(blob)
    there = Backups.of(on_another_machine(here, ESCROW), database, SystemRandomness())
    plan = there.restore_backup.plan(str(tmp_path / "new.sqlite"))
    there.restore_backup(plan, str(tmp_path / "new.sqlite"), yes_i_mean="new.sqlite")
    assert (tmp_path / "new.sqlite").stat().st_size == manifest.size


def test_nothing_can_be_overwritten_and_nobody_needs_the_right_to_delete(
    new_store: Callable[[], S3BlobStore], database: SqliteDatabase, client: Any, tmp_path: Path
) -> None:
    """By what is asked of the bucket: every object under a condition, every byte with its digest."""
    asked: list[tuple[str, dict[str, Any]]] = []

    def note(params: dict[str, Any], model: Any, **_: object) -> None:
        asked.append((model.name, params))

    client.meta.events.register("provide-client-params.s3", note)
    try:
        policy = replace(LOCKED, piece=POLICY.piece)
        part = new_store()
        store = S3BlobStore(SystemClock(), client, part.bucket, prefix=part.prefix, part=5 * 2**20)
        here = make_repository(store, SystemClock(), policy=policy)
        backups = Backups.of(here, database, SystemRandomness())
        for _ in range(2):
            backups.run_backup(by=TESTER, force=True)
            backups.verify_backups(Level.L2, by=TESTER)
        backups.restore_backup(backups.restore_backup.plan(f"{tmp_path}/new"), f"{tmp_path}/new", yes_i_mean="new")
        changed = tuple(here.sealer.public(key).text for key in (ESCROW, STRANGER))
        rotated = replace(here, policy=replace(policy, recipients=changed), sealer=AgeSealer((ESCROW,)))
        assert Backups.of(rotated, database, SystemRandomness()).rotate_recipients(by=TESTER).wrapped == 2
    finally:
        client.meta.events.unregister("provide-client-params.s3", note)
    names = {name for name, _ in asked}
    assert not {name for name in names if name.startswith("Delete") or "Retention" in name}
    assert {"PutObject", "UploadPart", "CompleteMultipartUpload"} <= names
    new = [params for name, params in asked if name in {"PutObject", "CompleteMultipartUpload"}]
    assert all("IfMatch" in one or one["IfNoneMatch"] == "*" for one in new)
    assert {one["Key"].split("/")[3] for one in new if "IfMatch" in one} == {"lease"}
    sent = [params for name, params in asked if name in {"PutObject", "UploadPart"}]
    assert all(one["ChecksumSHA256"] for one in sent)
    locked = [params for name, params in asked if name in {"PutObject", "CreateMultipartUpload"}]
    assert {one["Key"].split("/")[3] for one in locked if "ObjectLockMode" not in one} == {"lease"}


def test_a_piece_has_no_more_parts_than_s3_takes() -> None:
    assert LARGEST_PIECE / PART <= 10_000


def test_what_is_put_over_a_backup_does_not_hide_it(
    new_store: Callable[[], S3BlobStore], database: SqliteDatabase, client: Any
) -> None:
    """Pieces are read by their version, so neither a forged nor a deleted one is in the way."""
    store = new_store()
    backups = Backups.of(make_repository(store, SystemClock(), policy=LOCKED), database, SystemRandomness())
    manifest = backups.run_backup(by=TESTER)
    assert isinstance(manifest, Manifest)
    client.put_object(Bucket=store.bucket, Key=f"{store.prefix}{manifest.pieces[0].key}", Body=b"forged")
    client.delete_object(Bucket=store.bucket, Key=f"{store.prefix}{manifest.pieces[1].key}")
    for level in (Level.L1, Level.L2):
        assert backups.verify_backups(level, by=TESTER).good


def test_what_is_put_over_a_backup_does_not_keep_its_locks_from_being_extended(
    new_store: Callable[[], S3BlobStore], database: SqliteDatabase, client: Any
) -> None:
    store = new_store()
    here = make_repository(store, SystemClock(), policy=LOCKED)
    manifest = Backups.of(here, database, SystemRandomness()).run_backup(by=TESTER)
    assert isinstance(manifest, Manifest)
    pieces = manifest.pieces[0], manifest.wrappings[0].piece
    for piece in pieces:
        client.put_object(Bucket=store.bucket, Key=f"{store.prefix}{piece.key}", Body=b"forged")
    later = StoppedClock(SystemClock().now() + timedelta(days=20))
    PruneBackups(replace(here, clock=later))(by=TESTER)
    for piece in pieces:
        blob = store.find(piece.key, piece.version)
        assert blob is not None
        assert blob.locked_until is not None
        assert blob.locked_until > later.now() + timedelta(days=34)


def test_a_folder_with_a_copy_of_the_bucket_is_enough(
    new_store: Callable[[], S3BlobStore], database: SqliteDatabase, tmp_path: Path
) -> None:
    """It has no versions, although the manifest names those of the bucket."""
    here = make_repository(new_store(), SystemClock(), policy=LOCKED)
    second = FileBlobStore(tmp_path / "copy")
    backups = Backups.of(here, database, SystemRandomness(), SecondStore(second))
    backups.run_backup(by=TESTER)
    assert backups.copy_backups().objects == 6
    there = replace(on_another_machine(here, ESCROW), store=second, policy=replace(LOCKED, lock=None))
    copied = Backups.of(there, database, SystemRandomness())
    for level in (Level.L1, Level.L2):
        assert copied.verify_backups(level, by=TESTER).good


def test_an_upload_whose_process_was_killed_is_not_there(
    new_store: Callable[[], S3BlobStore], client: Any, seaweedfs: str
) -> None:
    store = new_store()
    credentials, _, address = seaweedfs.removeprefix("http://").partition("@")
    access, _, secret = credentials.partition(":")
    environment = os.environ | {"AWS_ACCESS_KEY_ID": access, "AWS_SECRET_ACCESS_KEY": secret}
    command = [sys.executable, "-c", KILLED, f"http://{address}", store.bucket, store.prefix]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        process.send_signal(signal.SIGKILL)
    assert list(store.list("")) == []
    uploads = client.list_multipart_uploads(Bucket=store.bucket, Prefix=store.prefix)["Uploads"]
    assert len(uploads) == 1
    assert store.sweep(SystemClock().now() + timedelta(hours=1)) == 1
    assert "Uploads" not in client.list_multipart_uploads(Bucket=store.bucket, Prefix=store.prefix)
