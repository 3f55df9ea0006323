"""Manifest: all that is known of a backup when it is taken; signed, it is the backup's word of honour."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from coprra.domain.backups.fingerprint import Fingerprint

_ID = re.compile(rb"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}")


class Kind(StrEnum):
    """What is in a backup."""

    FULL = "full"
    INCREMENTAL = "incremental"
    """What changed since the one it builds on."""
    DUMP = "dump"
    """Statements instead of files: slow to restore, and read by other versions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An object of the store as it must be. version: what the store calls it; sha256: of its bytes, hex."""

    key: str
    version: str | None
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Wrapping:
    """A backup's key as one recipient can open it. recipient: fingerprint."""

    recipient: str
    piece: Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A backup. engine, source: of what database; parent: what it builds on; taken_at: the instant it brings back.

    pieces: what was sealed, cut where objects would get too large, in their order. size, sha256: of the bytes before
    they were sealed. fingerprint: of the very snapshot. versions: of the programs that took part. position: where in
    the database's own history it stands, in the database's words; increments and logs go on from there.
    """

    id: str
    engine: str
    source: str
    kind: Kind
    parent: str | None
    started_at: datetime
    taken_at: datetime
    finished_at: datetime
    size: int
    sha256: str
    pieces: tuple[Piece, ...]
    wrappings: tuple[Wrapping, ...]
    fingerprint: Fingerprint
    versions: Mapping[str, str]
    position: Mapping[str, str] = field(default_factory=dict)

    @property
    def stored(self) -> int:
        """Bytes in the store."""
        return sum(piece.size for piece in self.pieces)


def backup_id(at: datetime, drawn: bytes) -> str:
    """A name that sorts by time and that nobody else draws: ``20261123T020000Z-3f9a0c11``."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{drawn[:4].hex()}"


def begun(id: str) -> datetime | None:
    """When the backup of that name was begun; None for what is no name of one."""
    if not _ID.fullmatch(id.encode()):
        return None
    try:
        return datetime.fromisoformat(id.partition("-")[0])
    except ValueError:
        return None


def ids_named_in(content: bytes) -> tuple[str, ...]:
    """Every name of a backup that can still be read in damaged content."""
    return tuple(dict.fromkeys(found.decode() for found in _ID.findall(content)))
