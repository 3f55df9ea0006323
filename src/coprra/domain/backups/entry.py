"""Entry: one thing that happened to backups, signed and chained to the one before."""

import base64
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from coprra.domain.backups.document import InvalidDocument, as_value, read_document, write_document
from coprra.domain.backups.level import Level
from coprra.domain.backups.manifest import Manifest, Wrapping
from coprra.domain.kernel.errors import Invalid, Refused

FORM = "coprra backups 1"
BEGINNING = "0" * 64
"""What the first entry follows."""


class InvalidSigner(Invalid):
    """A text that is no key to sign with or to check signatures with."""

    code = "invalid_signer"


class CantSign(Refused):
    """This machine may only read."""

    code = "cant_sign"


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup was taken."""

    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Failed:
    """A backup was begun and not taken. kind: what it would have been; reason: a line for people."""

    kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Backups were examined. failures: what is wrong, by the name of the backup; those without one are proved.

    size, restored, checked: of a restore, how many bytes came back, and how long that and its proof took.
    """

    level: Level
    backups: tuple[str, ...]
    failures: Mapping[str, str]
    size: int = 0
    restored: timedelta = timedelta()
    checked: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """Backups are not kept any more; from here on nobody looks for their objects. plan: its hash."""

    backups: tuple[str, ...]
    plan: str
    forced: bool


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """Keys of backups were wrapped for further recipients."""

    wrappings: Mapping[str, tuple[Wrapping, ...]]


@dataclass(frozen=True, slots=True)
class Pinned:
    """A backup is to be kept whatever the rules say, or not any more."""

    backup: str
    pinned: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that only a newer version understands: another kind, or more than we know of one."""

    kind: str
    said: Any

    @property
    def binds(self) -> bool:
        """Whether backups that it names must stay: they may be its own, or what those build on."""
        return self.kind == "taken" or self.kind not in _KINDS


Body = Taken | Failed | Verified | Removed | Rewrapped | Pinned | Unknown
_KINDS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind for kind in (Taken, Failed, Verified, Removed, Rewrapped, Pinned)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """All of an entry but its body."""

    cluster: str
    number: int
    previous: str
    at: datetime
    by: str
    signer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(_Head):
    """number: counted up from 1; previous: the hash of the entry before. by: who did it; signer: with which key."""

    body: Body

    @property
    def content(self) -> bytes:
        """What is signed."""
        head = {one.name: getattr(self, one.name) for one in fields(_Head)}
        if isinstance(self.body, Unknown):
            kind, said = self.body.kind, self.body.said
        else:
            kind, said = type(self.body).__name__.lower(), self.body
        return write_document({"form": FORM, **head, "kind": kind, "said": said})

    @property
    def hash(self) -> str:
        """SHA-256 of the content, hex."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class SignedEntry:
    """An entry as it is stored: its content on a line, and its signature in base64 on another.

    content: the entry's, which takes long enough to be worked out once.
    """

    entry: Entry
    signature: bytes
    content: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "content", self.entry.content)

    @property
    def hash(self) -> str:
        """See `Entry.hash`."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def stored(self) -> bytes:
        """All bytes of the object."""
        return b"%s\n%s\n" % (self.content, base64.b64encode(self.signature))


def _body(kind: str, said: Any) -> Body:
    """What its signer could say and we can't understand is of a newer version, for nobody else can sign it."""
    if kind in _KINDS:
        with suppress(InvalidDocument):
            body: Body = as_value(_KINDS[kind], said)
            return body
    return Unknown(kind, said)


def read_entry(stored: bytes) -> SignedEntry:
    """The inverse of `SignedEntry.stored`; of the signature it says nothing. Raises: InvalidDocument."""
    content, _, rest = stored.partition(b"\n")
    document = read_document(content)
    if document.pop("form", None) != FORM:
        raise InvalidDocument(f"This is no entry of the form {FORM}.")
    kind, said = str(document.pop("kind", "")), document.pop("said", None)
    body = _body(kind, said)
    head = as_value(_Head, document)
    entry = Entry(**{one.name: getattr(head, one.name) for one in fields(_Head)}, body=body)
    try:
        signed = SignedEntry(entry, base64.b64decode(rest.strip(), validate=True))
    except ValueError as error:
        raise InvalidDocument("This entry has no signature.") from error
    if signed.stored != stored:
        raise InvalidDocument("This entry is spelt in another way than it was written.")
    return signed
