"""The sealer: zstd, then age with X25519 keys; the programs ``age`` and ``zstd`` open it as well.

Source: age-encryption.org/v1; RFC 8878 (Zstandard).
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import TypeVar

import pyrage
import zstandard

from coprra.adapters.age.relay import Relay
from coprra.domain.backups.damage import Damaged, WrongKey
from coprra.domain.backups.ports import Sealer, Sink, Source
from coprra.domain.backups.recipient import InvalidRecipient, Recipient

Answer = TypeVar("Answer")

_COMPRESSION = 3
_THREADS = 2
_JOB = 2 * 2**20
"""Bytes that a thread packs at once: larger ones pack no better here, and take more memory."""
_FINGERPRINT_DIGITS = 16
_PASSED_ON = 256 * 1024
"""Bytes that are unpacked before they are written."""


class AgeSealer(Sealer):
    """identities: the secret keys that this machine has, as ``AGE-SECRET-KEY-1…``; on a backup host, none."""

    def __init__(self, identities: Sequence[str] = ()) -> None:
        self._identities = [_identity(text) for text in identities]

    def recipient(self, text: str) -> Recipient:
        """See `Sealer.recipient`."""
        try:
            public = pyrage.x25519.Recipient.from_str(text)
        except pyrage.RecipientError as error:
            raise InvalidRecipient(f"{text[:12]!r}… is no public key of age; it begins with age1.") from error
        return Recipient(str(public), _fingerprint(str(public)))

    def owned(self) -> tuple[Recipient, ...]:
        """See `Sealer.owned`."""
        return tuple(self.recipient(str(one.to_public())) for one in self._identities)

    def new_key(self) -> str:
        """See `Sealer.new_key`."""
        return str(pyrage.x25519.Identity.generate())

    def public(self, key: str) -> Recipient:
        """See `Sealer.public`."""
        return self.recipient(str(_identity(key).to_public()))

    def wrap(self, key: str, recipient: Recipient) -> bytes:
        """See `Sealer.wrap`."""
        wrapped: bytes = pyrage.encrypt(f"{key}\n".encode(), [pyrage.x25519.Recipient.from_str(recipient.text)])
        return wrapped

    def unwrap(self, wrapped: bytes, name: str) -> str:
        """See `Sealer.unwrap`."""
        plain = BytesIO()
        self._decrypt(BytesIO(wrapped), plain, self._identities, name)
        return plain.getvalue().decode().strip()

    def seal(self, plain: Source, sink: Sink, key: str) -> None:
        """See `Sealer.seal`."""
        packing = zstandard.ZstdCompressionParameters.from_level(
            _COMPRESSION, threads=_THREADS, job_size=_JOB, write_checksum=True
        )
        compressor = zstandard.ZstdCompressor(compression_params=packing)
        ends = _Ends(compressor.stream_reader(plain), sink)  # type: ignore[arg-type]  # it only ever calls read
        with ends.telling():
            pyrage.encrypt_io(ends, ends, [_identity(key).to_public()])

    def open(self, sealed: Source, sink: Sink, key: str, name: str) -> None:
        """See `Sealer.open`."""
        with Relay(sink) as relay:
            self._decrypt(sealed, _Unpacked(relay, name), [_identity(key)], name)

    def _decrypt(self, sealed: Source, sink: Sink, identities: list[pyrage.x25519.Identity], name: str) -> None:
        ends = _Ends(sealed, sink)
        try:
            with ends.telling():
                pyrage.decrypt_io(ends, ends, identities)
        except pyrage.DecryptError as error:
            if "No matching keys" in str(error):
                needed = "any of the keys on this machine" if identities else "a key, and this machine has none"
                raise WrongKey(f"{name} does not open with {needed}.") from error
            raise Damaged(f"{name} is not what age has sealed: {error}.", name) from error
        except OSError as error:
            # Damage within the content, unlike that of the header.
            if error is ends.cause:
                raise
            raise Damaged(f"{name} is not what age has sealed: {error}.", name) from error


class _Ends:
    """Both ends of what pyrage does, which hides what they raise: in errors of its own, or altogether at the end."""

    def __init__(self, source: Source, sink: Sink) -> None:
        self._source = source
        self._sink = sink
        self.cause: BaseException | None = None

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Raise what either end has raised, whatever is made of it in the block."""
        try:
            yield
        except BaseException as error:
            if self.cause is not None:
                raise self.cause from error
            raise
        if self.cause is not None:
            raise self.cause

    def read(self, size: int = -1) -> bytes:
        return self._once(lambda: self._source.read(size))

    def write(self, content: bytes) -> int:
        return self._once(lambda: self._sink.write(bytes(content)))

    def _once(self, act: Callable[[], Answer]) -> Answer:
        """After the first error nothing is tried again, although pyrage would."""
        if self.cause is not None:
            raise self.cause
        try:
            return act()
        except BaseException as error:
            self.cause = error
            raise

    def flush(self) -> None:
        """Nothing: whoever owns the sink ends it."""


class _Unpacked(Sink):
    """Passes on what zstd has packed, in parts of one size, however well it was packed."""

    def __init__(self, sink: Sink, name: str) -> None:
        self._writer = zstandard.ZstdDecompressor().stream_writer(sink, write_size=_PASSED_ON, closefd=False)  # type: ignore[arg-type]  # it only ever calls write
        self._name = name

    def write(self, content: bytes, /) -> int:
        try:
            return self._writer.write(content)
        except zstandard.ZstdError as error:
            raise Damaged(f"{self._name} is not what zstd has packed: {error}.", self._name) from error


def _identity(text: str) -> pyrage.x25519.Identity:
    try:
        return pyrage.x25519.Identity.from_str(text.strip())
    except pyrage.IdentityError as error:
        raise InvalidRecipient("A secret key of age begins with AGE-SECRET-KEY-1; this is none.") from error


def _fingerprint(public: str) -> str:
    """What a recipient is called in keys of objects; the same as `printf age1… | sha256sum | head -c 16`."""
    return hashlib.sha256(public.encode()).hexdigest()[:_FINGERPRINT_DIGITS]
