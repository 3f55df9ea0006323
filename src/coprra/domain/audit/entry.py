"""Entry: one thing that was done, chained to the one before."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.instants import to_micros

BEGINNING = "0" * 64
"""What the first entry follows."""
EVENT_LENGTH = 64
TARGET_LENGTH = 200
ADDRESS_LENGTH = 45
USER_AGENT_LENGTH = 300
REQUEST_LENGTH = 64
DETAIL_LENGTH = 200
MOST_DETAILS = 20

_SECRET = re.compile(r"pass|secret|cookie|otp|(^|_)code|(token|key)$", re.IGNORECASE)
_FORM = "coprra audit 1"


class InvalidRecord(Invalid):
    """A record breaks a rule of the audit trail."""

    code = "invalid_record"


class Outcome(StrEnum):
    """How it ended."""

    OK = "ok"
    FAIL = "fail"
    DENY = "deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where it came from. Everything is None of what was done on the host, or by itself."""

    ip: str | None = None
    user_agent: str | None = None
    request_id: str | None = None


NOWHERE = Origin()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is to be written down. event: such as ``login.fail``; actor: None for somebody unknown.

    target: what it was done to, such as ``job:17``. Texts of strangers are escaped when they are written, see
    `one_line`. Secrets have no place here, nor anything that opens a door: tokens and keys are named by their ids.

    Raises: InvalidRecord.
    """

    event: str
    at: datetime
    actor: Actor | None
    target: str | None = None
    outcome: Outcome = Outcome.OK
    origin: Origin = NOWHERE
    details: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.event) > EVENT_LENGTH or not re.fullmatch(r"[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)*", self.event):
            raise InvalidRecord("An event is small letters with points between them, such as login.fail.")
        if len(self.details) > MOST_DETAILS:
            raise InvalidRecord(f"A record has {MOST_DETAILS} details at most, not {len(self.details)}.")
        for name in self.details:
            if not re.fullmatch(r"[a-z][a-z_]{0,39}", name) or _SECRET.search(name):
                raise InvalidRecord(f"{name[:40]!r} is no name for a detail: small letters, and nothing secret.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record as it is kept: plain texts on one line. number: counted up from 1; at: aware, UTC.

    previous: the hash of the entry before; hash: of `previous` and everything else but the number.
    """

    number: int
    event: str
    at: datetime
    outcome: str
    actor: str | None
    target: str | None
    ip: str | None
    user_agent: str | None
    request_id: str | None
    details: str
    previous: str
    hash: str

    def computed_hash(self) -> str:
        """What `hash` is unless somebody has changed the entry: SHA-256, hex."""
        content = (
            _FORM,
            self.previous,
            self.event,
            to_micros(self.at),
            self.outcome,
            self.actor,
            self.target,
            self.ip,
            self.user_agent,
            self.request_id,
            self.details,
        )
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends: the number and the hash of its last entry."""

    number: int
    hash: str

    def followed_by(self, record: Record) -> Entry:
        """The entry that comes next."""
        details = {name: one_line(value, DETAIL_LENGTH) for name, value in sorted(record.details.items())}
        origin = record.origin
        said = {
            "number": self.number + 1,
            "event": record.event,
            "at": record.at,
            "outcome": record.outcome.value,
            "actor": str(record.actor) if record.actor else None,
            "target": _optional(record.target, TARGET_LENGTH),
            "ip": _optional(origin.ip, ADDRESS_LENGTH),
            "user_agent": _optional(origin.user_agent, USER_AGENT_LENGTH),
            "request_id": _optional(origin.request_id, REQUEST_LENGTH),
            "details": json.dumps(details),
            "previous": self.hash,
        }
        return Entry(**said, hash=Entry(**said, hash="").computed_hash())  # type: ignore[arg-type]  # fields by name


NO_ENTRIES = Head(0, BEGINNING)


def one_line(text: str, longest: int) -> str:
    r"""A stranger's text as it may stand in a log and on a terminal, cut to that length.

    What is no printable character, line ends and escape sequences first of all, is written as ``\x1b``, and a backslash
    is doubled, so that no two texts look alike.
    """
    parts: list[str] = []
    length = 0
    for letter in text:
        part = letter if letter.isprintable() and letter != "\\" else letter.encode("unicode_escape").decode("ascii")
        length += len(part)
        if length > longest:
            break
        parts.append(part)
    return "".join(parts)


def _optional(text: str | None, longest: int) -> str | None:
    return None if text is None else one_line(text, longest)
