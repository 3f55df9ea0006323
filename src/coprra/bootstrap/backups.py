"""All about backups, out of settings."""

import os
import platform
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from coprra.adapters.filesystem.blobs import FileBlobStore
from coprra.adapters.filesystem.bookmark import FileBookmark
from coprra.adapters.sql.invariants import INVARIANTS
from coprra.adapters.sqlite.database import SqliteDatabase
from coprra.adapters.system.clock import SystemClock
from coprra.adapters.system.pulse import ThreadPulse
from coprra.adapters.system.randomness import SystemRandomness
from coprra.application import Application
from coprra.backup_jobs import PRUNE, RUN, VERIFY, backup_kinds
from coprra.backup_probe import ApplicationProbe
from coprra.backup_settings import StoreUrl, read_backup_settings, read_identities, write_backup_settings
from coprra.backups import Backups
from coprra.bootstrap.application import build
from coprra.domain.backups.copy_backups import SecondStore
from coprra.domain.backups.policy import InvalidPolicy
from coprra.domain.backups.ports import BlobStore, Database
from coprra.domain.backups.repository import Repository
from coprra.domain.kernel.ports import Clock
from coprra.domain.security.ports import Endpoints
from coprra.settings import Settings


def build_worker(settings: Settings, *, endpoints: Endpoints | None = None) -> Application:
    """An application whose workers do as well what the file about backups says, where there is one.

    endpoints: see `build`.

    Raises: Invalid for a database URL that is none; InvalidPolicy, InvalidRetention.
    """
    if settings.backups is None or not settings.backups.exists():
        return build(settings, endpoints=endpoints)
    said = read_backup_settings(settings.backups)
    if RUN in said.jobs and not _is_file(settings.database_url):
        raise InvalidPolicy(
            "[worker]: run is for SQLite alone. Who backs a server up may read its files, and a worker need not; "
            "let cron or systemd do it (`coprra backups schedule`)."
        )

    def opened() -> Backups:
        return build_backups(settings, identities=read_identities(said.identity) if said.identity else ())

    return build(settings, kinds=backup_kinds(said.jobs, opened), endpoints=endpoints)


def build_backups(settings: Settings, *, identities: Sequence[str] = (), clock: Clock | None = None) -> Backups:
    """All about the backups of the settings' database, whether that works or not.

    identities: secret keys of age, where something is to be opened.

    Raises: InvalidPolicy, InvalidRetention, InvalidRecipient, InvalidSigner.
    """
    # The libraries of backups are large, and nothing else needs them.
    from coprra.adapters.age.sealer import AgeSealer  # noqa: PLC0415 - see above
    from coprra.adapters.cryptography.signatures import Ed25519Signatures  # noqa: PLC0415 - see above

    said = read_backup_settings(_backups_file(settings))
    clock = clock or SystemClock()
    sealer = AgeSealer(identities)
    repository = Repository(
        clock=clock,
        pulse=ThreadPulse(),
        store=_make_blob_store(said.store, clock),
        signatures=Ed25519Signatures(said.signers, said.signing_key),
        sealer=sealer,
        bookmark=FileBookmark(said.seen),
        policy=said.policy,
        holder=f"{platform.node()} (process {os.getpid()})",
    )
    # A recipient that is none is to be noticed now, and not when the first backup is wrapped.
    repository.recipients()
    second = SecondStore(_make_blob_store(said.copy_to, clock), said.copy_lock) if said.copy_to else None
    probe = ApplicationProbe(lambda url: build(replace(settings, database_url=url)))
    return Backups.of(repository, _make_database(settings.database_url), SystemRandomness(), second, probe)


def set_up_backups(settings: Settings, *, cluster: str, store: str, lock_days: int) -> tuple[Path, dict[str, str]]:
    """Write the file about backups with fresh keys beside it: one to sign with, and two for whom backups are sealed.

    The file, and of each file with a secret key its name and what it is for. Raises: SettingsExist, InvalidPolicy.
    """
    from coprra.adapters.age.sealer import AgeSealer  # noqa: PLC0415 - see `build_backups`
    from coprra.adapters.cryptography.signatures import new_signing_key  # noqa: PLC0415 - likewise

    sealer = AgeSealer()
    keys = {name: sealer.new_key() for name in ("operations.key", "escrow.key")}
    pem, signer = new_signing_key()
    path = _backups_file(settings)
    jobs = (RUN, VERIFY, PRUNE) if _is_file(settings.database_url) else (VERIFY, PRUNE)
    write_backup_settings(
        path,
        cluster=cluster,
        store=store,
        lock_days=lock_days,
        recipients={name: sealer.public(key).text for name, key in keys.items()},
        signer=signer,
        secrets={"signing.key": pem} | {name: f"{key}\n".encode() for name, key in keys.items()},
        jobs=jobs,
    )
    return path, {
        "operations.key": "opens every backup; move it to where you restore",
        "escrow.key": "opens every backup; move it to a safe, off this machine",
        "signing.key": "signs what this machine says of backups; it stays here",
    }


def _backups_file(settings: Settings) -> Path:
    if settings.backups is None:
        raise InvalidPolicy("There is no file that says what to back up; COPRRA_BACKUPS names it.")
    return settings.backups


def _is_file(database_url: str) -> bool:
    return database_url.startswith("sqlite:")


def _make_blob_store(url: StoreUrl, clock: Clock) -> BlobStore:
    if url.folder is not None:
        return FileBlobStore(url.folder)
    from coprra.adapters.s3.blobs import S3BlobStore, make_client  # noqa: PLC0415 - boto3 takes half a second

    client = make_client(endpoint=url.endpoint, region=url.region)
    return S3BlobStore(clock, client, url.bucket, prefix=url.prefix)


def _make_database(url: str) -> Database:
    """Raises: InvalidPolicy."""
    scheme, _, rest = url.partition("?")[0].partition("://")
    if scheme.partition("+")[0] in {"mariadb", "mysql"}:
        from coprra.adapters.mariadb.address import read_address  # noqa: PLC0415 - see `build_backups`
        from coprra.adapters.mariadb.database import MariaDbDatabase  # noqa: PLC0415 - likewise
        from coprra.adapters.mysql.database import MySqlDatabase  # noqa: PLC0415 - likewise
        from coprra.adapters.mysql.family import is_mysql  # noqa: PLC0415 - likewise

        address = read_address(url)
        # The engine refuses a MySQL at mariadb://, and takes either at mysql://.
        if scheme.startswith("mysql") and is_mysql(address):
            return MySqlDatabase(address, INVARIANTS)
        return MariaDbDatabase(address, INVARIANTS)
    if scheme != "sqlite":
        raise InvalidPolicy("What is in memory has no backups; COPRRA_DATABASE_URL names SQLite, MariaDB or MySQL.")
    return SqliteDatabase(Path(rest.removeprefix("/")), INVARIANTS)
