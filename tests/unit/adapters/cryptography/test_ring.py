"""Envelopes open for their own purpose and owner alone, whole and unchanged, with any key of the ring."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.adapters.cryptography.ring import CryptographyKeyRing
from coprra.domain.kernel.errors import Unavailable
from coprra.domain.kernel.ports import Mac
from coprra.domain.keys.key import Key
from coprra.testing.keys import K1, K2

RING = CryptographyKeyRing([K1])
SEALED = RING.seal("mail", "ana", b"secret")


@given(st.binary(max_size=200), st.text(max_size=40))
def test_what_is_sealed_can_be_opened(secret: bytes, owner: str) -> None:
    owner = owner.encode(errors="replace").decode()
    assert RING.open("mail", owner, RING.seal("mail", owner, secret)) == secret


def test_two_envelopes_of_one_secret_have_nothing_in_common_but_their_key() -> None:
    one, other = (RING.seal("mail", "ana", b"secret") for _ in range(2))
    assert one.startswith("v1.k1.")
    assert one != other
    assert "secret" not in one
    assert base64.urlsafe_b64encode(b"secret").decode()[:6] not in one


@pytest.mark.parametrize(("purpose", "owner"), [("mail", "eve"), ("seed", "ana"), ("mail", "ana|"), ("mail", "")])
def test_an_envelope_belongs_to_one_purpose_and_one_owner(purpose: str, owner: str) -> None:
    with pytest.raises(Unavailable, match="belongs to somebody else"):
        RING.open(purpose, owner, RING.seal("mail", "ana", b"secret"))


@given(st.data())
def test_no_change_to_an_envelope_goes_unnoticed(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(SEALED) - 1))
    letter = data.draw(st.sampled_from("ABCxyz019-_.=k").filter(lambda letter: letter != SEALED[place]))
    changed = SEALED[:place] + letter + SEALED[place + 1 :]
    with pytest.raises(Unavailable):
        RING.open("mail", "ana", changed)
    with pytest.raises(Unavailable):
        RING.open("mail", "ana", SEALED[:place])


@pytest.mark.parametrize("sealed", ["", "v1", "v1.k1", "v1.k1.", "v1.k1.é", "v2.k1.AAAA", "v1.k9.AAAA", "v1.k1.AAAA"])
def test_what_is_no_envelope_is_told(sealed: str) -> None:
    with pytest.raises(Unavailable):
        RING.open("mail", "ana", sealed)


def test_the_newest_key_seals_and_the_others_open() -> None:
    old = RING.seal("mail", "ana", b"secret")
    both = CryptographyKeyRing([K2, K1])
    new = both.reseal("mail", "ana", old)
    assert new.startswith("v1.k2.")
    assert {both.open("mail", "ana", one) for one in (old, new)} == {b"secret"}
    with pytest.raises(Unavailable, match="its key is not in COPRRA_APP_KEYS"):
        CryptographyKeyRing([K2]).open("mail", "ana", old)


def test_a_key_of_the_same_name_opens_nothing_of_another() -> None:
    with pytest.raises(Unavailable):
        CryptographyKeyRing([Key("k1", K2.secret)]).open("mail", "ana", RING.seal("mail", "ana", b"secret"))


def test_without_a_key_nothing_is_sealed() -> None:
    empty = CryptographyKeyRing([])
    for act in (lambda: empty.seal("mail", "ana", b"secret"), lambda: empty.make("token", "x")):
        with pytest.raises(Unavailable, match="COPRRA_APP_KEYS"):
            act()


def test_a_digest_is_of_its_content_purpose_and_key() -> None:
    mac = RING.make("token", "content")
    assert mac.key == "k1"
    assert RING.matches("token", "content", mac)
    assert CryptographyKeyRing([K2, K1]).matches("token", "content", mac)
    assert not RING.matches("token", "other", mac)
    assert not RING.matches("csrf", "content", mac)
    assert not RING.matches("token", "content", Mac("k2", mac.digest))
    assert CryptographyKeyRing([K2]).make("token", "content").digest != mac.digest
