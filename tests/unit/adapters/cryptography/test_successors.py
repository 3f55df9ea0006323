"""What a token was exchanged for is opened by that token alone, and the sealed text shows nothing of it."""

import base64

import pytest

from coprra.adapters.cryptography.successors import CryptographySuccessorSeals
from coprra.domain.kernel.errors import Unavailable

USED, NEXT = "pcr_" + "a" * 65, "pca_access pcr_refresh 2030-01-01T00:00:00+00:00"
SEALS = CryptographySuccessorSeals()


def test_the_used_token_opens_what_it_was_exchanged_for() -> None:
    sealed = SEALS.seal(USED, NEXT)
    assert SEALS.open(USED, sealed) == NEXT
    assert sealed != SEALS.seal(USED, NEXT)
    assert b"pcr_refresh" not in base64.urlsafe_b64decode(sealed)


@pytest.mark.parametrize("sealed", ["", "A", "AAAA", "é", "A" * 80])
def test_what_was_not_sealed_is_not_opened(sealed: str) -> None:
    with pytest.raises(Unavailable, match="sign in anew"):
        SEALS.open(USED, sealed)


def test_no_other_token_opens_it_and_no_changed_one_is_believed() -> None:
    sealed = SEALS.seal(USED, NEXT)
    for token, text in ((USED[:-1] + "b", sealed), (USED, ("B" if sealed[0] != "B" else "C") + sealed[1:])):
        with pytest.raises(Unavailable):
            SEALS.open(token, text)
