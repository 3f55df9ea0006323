"""Signatures: Ed25519, as ``openssl pkeyutl -verify`` checks them. Source: RFC 8032, RFC 8410."""

import base64
import hashlib
from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from coprra.domain.backups.entry import CantSign, InvalidSigner
from coprra.domain.backups.ports import Signatures

_NAME_DIGITS = 16


class Ed25519Signatures(Signatures):
    """trusted: public keys in base64; key: this machine's own, in PEM, where it may sign. Its own is trusted."""

    def __init__(self, trusted: Sequence[str], key: bytes | None = None) -> None:
        self._key = _private(key) if key is not None else None
        self._trusted = {_name(public): public for public in map(_public, trusted)}
        if self._key is not None:
            self._trusted[_name(self._key.public_key())] = self._key.public_key()

    @property
    def signer(self) -> str:
        """See `Signatures.signer`."""
        return _name(self._own().public_key())

    def sign(self, content: bytes) -> bytes:
        """See `Signatures.sign`."""
        return self._own().sign(content)

    def holds(self, signer: str, content: bytes, signature: bytes) -> bool:
        """See `Signatures.holds`."""
        if signer not in self._trusted:
            return False
        try:
            self._trusted[signer].verify(signature, content)
        except InvalidSignature:
            return False
        return True

    def _own(self) -> Ed25519PrivateKey:
        if self._key is None:
            raise CantSign("This machine has no key to sign with; name one as signing_key.")
        return self._key


def new_signing_key() -> tuple[bytes, str]:
    """A fresh private key in PEM, and its public key in base64."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem, base64.b64encode(_raw(key.public_key())).decode()


def _private(pem: bytes) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise InvalidSigner("The signing key is no private key in PEM.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidSigner("The signing key is no Ed25519 key.")
    return key


def _public(text: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except ValueError as error:
        raise InvalidSigner(f"{text[:12]!r}… is no public Ed25519 key in base64.") from error


def _raw(public: Ed25519PublicKey) -> bytes:
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _name(public: Ed25519PublicKey) -> str:
    return hashlib.sha256(_raw(public)).hexdigest()[:_NAME_DIGITS]
