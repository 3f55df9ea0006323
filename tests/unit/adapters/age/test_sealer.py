"""What is sealed opens for its recipients alone, byte by byte as it was, or not at all."""

from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coprra.adapters.age.sealer import AgeSealer
from coprra.domain.backups.damage import Damaged, WrongKey
from coprra.domain.backups.ports import Sink
from coprra.domain.backups.recipient import InvalidRecipient

SEALER = AgeSealer()
KEY = SEALER.new_key()


def seal(content: bytes, key: str = KEY) -> bytes:
    sealed = BytesIO()
    SEALER.seal(BytesIO(content), sealed, key)
    return sealed.getvalue()


def opened(sealed: bytes, key: str = KEY) -> bytes:
    plain = BytesIO()
    SEALER.open(BytesIO(sealed), plain, key, "the backup")
    return plain.getvalue()


SEALED = seal(bytes(range(256)) * 1000)


@given(st.binary(max_size=300_000))
@settings(max_examples=20)
def test_it_comes_back_as_it_was(content: bytes) -> None:
    assert opened(seal(content)) == content


def test_it_is_packed_before_it_is_sealed() -> None:
    assert len(seal(bytes(1_000_000))) < 2_000


@given(st.integers(0, len(SEALED) * 8 - 1))
def test_each_flipped_bit_is_found(bit: int) -> None:
    damaged = bytearray(SEALED)
    damaged[bit // 8] ^= 1 << bit % 8
    with pytest.raises((Damaged, WrongKey), match="the backup"):
        opened(bytes(damaged))


@given(st.integers(0, len(SEALED) - 1))
@settings(max_examples=20)
def test_a_cut_end_is_found(length: int) -> None:
    with pytest.raises(Damaged, match="the backup"):
        opened(SEALED[:length])


def test_a_longer_end_is_found() -> None:
    with pytest.raises(Damaged, match="the backup"):
        opened(SEALED + b"x")


def test_a_key_of_another_backup_does_not_open_it() -> None:
    with pytest.raises(WrongKey, match="the backup does not open with any"):
        opened(SEALED, SEALER.new_key())


def test_a_wrapped_key_opens_for_its_recipient_alone() -> None:
    ops, escrow = (AgeSealer([SEALER.new_key()]) for _ in range(2))
    wrapped = SEALER.wrap(KEY, ops.owned()[0])
    assert ops.unwrap(wrapped, "key") == KEY
    for stranger in (escrow, SEALER):
        with pytest.raises(WrongKey):
            stranger.unwrap(wrapped, "key")
    damaged = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
    with pytest.raises(Damaged, match="key"):
        ops.unwrap(damaged, "key")


def test_a_recipient_has_a_short_name() -> None:
    recipient = SEALER.public(KEY)
    assert SEALER.recipient(recipient.text) == recipient
    assert len(recipient.fingerprint) == 16


@pytest.mark.parametrize("text", ["", "age1nonsense", "AGE-SECRET-KEY-1X", "ssh-ed25519 AAAA"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidRecipient):
        SEALER.recipient(text)
    with pytest.raises(InvalidRecipient):
        AgeSealer([text])


class Broken(Sink):
    def write(self, content: bytes, /) -> int:
        raise ZeroDivisionError(len(content))

    def read(self, size: int = -1, /) -> bytes:
        raise ZeroDivisionError(size)


def test_what_goes_wrong_at_either_end_is_what_is_told() -> None:
    acts: tuple[Callable[[], None], ...] = (
        lambda: SEALER.seal(Broken(), BytesIO(), KEY),
        lambda: SEALER.seal(BytesIO(b"1"), Broken(), KEY),
        lambda: SEALER.open(Broken(), BytesIO(), KEY, "x"),
        lambda: SEALER.open(BytesIO(SEALED), Broken(), KEY, "x"),
    )
    for act in acts:
        with pytest.raises(ZeroDivisionError):
            act()
