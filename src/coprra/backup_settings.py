"""Backup settings: the file in which an operator says what is backed up, where to, for whom and for how long."""

import json
import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from coprra.backup_jobs import NAMES
from coprra.domain.backups.level import Level
from coprra.domain.backups.policy import InvalidPolicy, Limits, Policy
from coprra.domain.backups.retention import STANDARD, Retention
from coprra.domain.kernel.errors import Refused

Value = TypeVar("Value")
_MOST = 100_000
"""Of days, hours or minutes: more than anybody means, and few enough to be added to a date."""

_TEMPLATE = """\
# What coprra backs up, where to, for whom and for how long. Every key is needed; nothing is guessed.
cluster = {cluster}
store = {store}
# A second store, of another account or place, to which `coprra backups copy` copies; "" for none.
copy_to = ""
copy_lock_days = 0
# For how long nobody may remove what is stored, the store's owner included; 0 for a folder, which can't lock.
lock_days = {lock_days}
# Public keys of age. Each of their secret keys opens every backup; this machine needs none of them.
recipients = {recipients}
# Public keys of machines whose word is believed, and the key of this one; "" where it only reads.
signers = {signers}
signing_key = "signing.key"

[worker]
# What `coprra worker` does here by itself, of run, copy, verify, restore and prune; [] where cron or systemd does it.
jobs = {jobs}
# A file with a secret key of age, which restore needs; "" where another machine does that.
identity = ""

[retention]
daily = {daily}
weekly = {weekly}
monthly = {monthly}
yearly = {yearly}
window_days = {window_days}
# What must have been proved of a backup before it counts: L1, every object was read again; L2, it was restored.
counts_from = "L1"

[limits]
# From when on `coprra backups status` says that somebody must look.
backup_hours = 26
l1_hours = 26
l2_hours = 192
l3_hours = 840
rto_minutes = 40
"""


class SettingsExist(Refused):
    """There are settings already; nothing of them is overwritten."""

    code = "settings_exist"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreUrl:
    """A folder, or a bucket with what its keys begin with. endpoint: of a server that is not Amazon's."""

    folder: Path | None = None
    bucket: str = ""
    prefix: str = ""
    endpoint: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupSettings:
    """signing_key: PEM; None on a machine that only reads. seen: the file that notes where the journal ended.

    jobs: what a worker does by itself; identity: the file of the secret key that it has, None for none.
    """

    policy: Policy
    store: StoreUrl
    copy_to: StoreUrl | None
    copy_lock: timedelta | None
    signers: tuple[str, ...]
    signing_key: bytes | None = field(repr=False)
    seen: Path
    jobs: tuple[str, ...]
    identity: Path | None


def read_backup_settings(path: Path) -> BackupSettings:
    """Raises: InvalidPolicy, InvalidRetention."""
    try:
        return _settings_of(path, path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise InvalidPolicy(
            f"There is no {path}; `coprra backups init` makes one, and COPRRA_BACKUPS names it."
        ) from error
    except OSError as error:
        raise InvalidPolicy(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeError as error:
        raise InvalidPolicy(f"{path} can't be read: it is no text in UTF-8.") from error


def _settings_of(path: Path, text: str) -> BackupSettings:
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidPolicy(f"{path} can't be read: {error}.") from error
    top = _Table(path.name, said)
    worker, retention, limits = top.table("worker"), top.table("retention"), top.table("limits")
    copy_to, identity = top.text("copy_to"), worker.text("identity")
    settings = BackupSettings(
        policy=Policy(
            cluster=top.text("cluster"),
            recipients=top.texts("recipients"),
            retention=Retention(
                daily=retention.number("daily"),
                weekly=retention.number("weekly"),
                monthly=retention.number("monthly"),
                yearly=retention.number("yearly"),
                window=retention.time("window_days"),
                counts_from=retention.one_of(Level, "counts_from"),
            ),
            limits=Limits(
                backup_age=limits.time("backup_hours"),
                l1_age=limits.time("l1_hours"),
                l2_age=limits.time("l2_hours"),
                l3_age=limits.time("l3_hours"),
                rto=limits.time("rto_minutes"),
            ),
            lock=top.time("lock_days", least=0) or None,
        ),
        store=read_store_url(top.text("store")),
        copy_to=read_store_url(copy_to) if copy_to else None,
        copy_lock=top.time("copy_lock_days", least=0) or None,
        signers=top.texts("signers"),
        signing_key=_signing_key(path, top.text("signing_key")),
        seen=path.with_suffix(".seen.json"),
        jobs=worker.texts("jobs"),
        identity=path.parent / identity if identity else None,
    )
    for table in (top, worker, retention, limits):
        table.refuse_the_rest()
    _refuse_impossible_jobs(settings)
    for key, store, lock in (
        ("lock_days", settings.store, settings.policy.lock),
        ("copy_lock_days", settings.copy_to, settings.copy_lock),
    ):
        if lock is not None and (store is None or store.folder is not None):
            raise InvalidPolicy(f"{path.name}: {key} must be 0, for a folder can't lock files; a bucket can.")
    return settings


def _refuse_impossible_jobs(settings: BackupSettings) -> None:
    for job in settings.jobs:
        if job not in NAMES:
            raise InvalidPolicy(f"[worker]: {job!r} is no job; there are {', '.join(NAMES)}.")
    if "copy" in settings.jobs and settings.copy_to is None:
        raise InvalidPolicy("[worker]: copy needs a second store; name it as copy_to.")
    if "restore" in settings.jobs and settings.identity is None:
        raise InvalidPolicy("[worker]: restore needs a secret key of age; name its file as identity.")


def read_store_url(url: str) -> StoreUrl:
    """``file:///folder``, or ``s3://bucket/prefix`` with ``?endpoint=…&region=…``. Raises: InvalidPolicy."""
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/") and not parts.query:
        return StoreUrl(folder=Path(unquote(parts.path)))
    asked = parse_qs(parts.query)
    if (
        parts.scheme == "s3"
        and re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,62}", parts.netloc)
        and asked.keys() <= {"endpoint", "region"}
        and _is_endpoint(asked.get("endpoint", ["https://amazonaws.com"])[0])
    ):
        prefix = parts.path.strip("/")
        return StoreUrl(
            bucket=parts.netloc,
            prefix=f"{prefix}/" if prefix else "",
            endpoint=asked.get("endpoint", [None])[0],
            region=asked.get("region", [None])[0],
        )
    raise InvalidPolicy(
        "A store is file:///folder, or s3://bucket/prefix with ?endpoint=https://host:port for a server that is not "
        "Amazon's; credentials are found as boto3 finds them, and never stand in it."
    )


def _is_endpoint(url: str) -> bool:
    try:
        parts = urlsplit(url)
        # A port that is none is noticed when it is asked for.
        _ = parts.port
    except ValueError:
        return False
    is_bare = not (parts.username or parts.password or parts.path.strip("/") or parts.query or parts.fragment)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and is_bare


def read_identities(path: Path) -> tuple[str, ...]:
    """The secret keys in a file; lines that begin with # are remarks, as age writes them. Raises: InvalidPolicy."""
    try:
        lines = path.read_text("ascii").splitlines()
    except (OSError, ValueError) as error:
        raise InvalidPolicy(f"{path} can't be read as a file of keys.") from error
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def write_backup_settings(
    path: Path,
    *,
    cluster: str,
    store: str,
    lock_days: int,
    recipients: Mapping[str, str],
    signer: str,
    secrets: Mapping[str, bytes],
    jobs: Sequence[str],
) -> None:
    """Write the settings, and beside them each secret under its name, for the owner's eyes only.

    recipients: public keys by what their secret keys are called; jobs: what a worker does by itself. Nothing is written
    that could not be read again.

    Raises: SettingsExist, InvalidPolicy.
    """
    if path.exists():
        raise SettingsExist(f"{path} is there already; nothing was changed.")
    rules = STANDARD
    text = _TEMPLATE.format(
        cluster=json.dumps(cluster),
        store=json.dumps(store),
        lock_days=lock_days,
        recipients=json.dumps(list(recipients.values())),
        signers=json.dumps([signer]),
        jobs=json.dumps(list(jobs)),
        daily=rules.daily,
        weekly=rules.weekly,
        monthly=rules.monthly,
        yearly=rules.yearly,
        window_days=rules.window.days,
    )
    # Its own key is not there yet.
    _settings_of(path, text.replace('"signing.key"', '""'))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, content in {**secrets, path.name: text.encode()}.items():
            with os.fdopen(os.open(path.with_name(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
    except FileExistsError as error:
        raise SettingsExist(f"{error.filename} is there already; nothing of it was changed.") from error
    except OSError as error:
        raise InvalidPolicy(f"{path} can't be written: {error.strerror}.") from error


def _signing_key(path: Path, name: str) -> bytes | None:
    if not name:
        return None
    try:
        return path.parent.joinpath(name).read_bytes()
    except OSError as error:
        raise InvalidPolicy(f"signing_key {name!r} can't be read: {error.strerror}.") from error


class _Table:
    """A table of the file, every key of which is asked for, and no other is there."""

    def __init__(self, name: str, said: Mapping[str, Any]) -> None:
        self._name = name
        self._said = dict(said)

    def table(self, key: str) -> "_Table":
        return _Table(f"{self._name} [{key}]", self._taken(key, dict))

    def text(self, key: str) -> str:
        return self._taken(key, str)

    def texts(self, key: str) -> tuple[str, ...]:
        found = self._taken(key, list)
        if not all(isinstance(one, str) for one in found):
            raise InvalidPolicy(f"{self._name}: {key} is a list of texts.")
        return tuple(found)

    def number(self, key: str) -> int:
        return self._taken(key, int)

    def time(self, key: str, least: int = 1) -> timedelta:
        """Of a key that ends with its unit."""
        number, unit = self.number(key), key.rpartition("_")[2]
        if not least <= number <= _MOST:
            raise InvalidPolicy(f"{self._name}: {key} must be {least} to {_MOST:,}.")
        return timedelta(**{unit: number})

    def one_of(self, read: Callable[[str], Value], key: str) -> Value:
        try:
            return read(self.text(key))
        except ValueError as error:
            raise InvalidPolicy(f"{self._name}: {key} can't be that.") from error

    def refuse_the_rest(self) -> None:
        if self._said:
            raise InvalidPolicy(f"{self._name}: {next(iter(self._said))} is no key of this file.")

    def _taken(self, key: str, kind: type[Value]) -> Value:
        if key not in self._said:
            raise InvalidPolicy(f"{self._name}: {key} is missing.")
        value = self._said.pop(key)
        # True is an int in Python, and no number here.
        if type(value) is not kind:
            raise InvalidPolicy(f"{self._name}: {key} must be of the type {kind.__name__}.")
        return value
