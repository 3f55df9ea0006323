"""E-mail addresses: one spelling for each mailbox, and nobody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.users.email import EmailAddress, InvalidEmail


@pytest.mark.parametrize(
    ("written", "address", "canonical"),
    [
        ("Ana.Anić@example.com", None, None),
        (" Ana@Example.COM ", "Ana@example.com", "ana@example.com"),
        ("ana+list@sub.example.com", "ana+list@sub.example.com", "ana+list@sub.example.com"),
        ("ana@čokolada.hr", "ana@xn--okolada-i6a.hr", "ana@xn--okolada-i6a.hr"),
        ("ana@\uff25\uff38\uff21\uff2d\uff30\uff2c\uff25\uff0ecom", "ana@example.com", "ana@example.com"),
        ("ana@example。com", "ana@example.com", "ana@example.com"),
        ("ana@straße.de", None, None),
        ("ana@STRA\u1e9eE.de", None, None),
        ("ana@φίλος.gr", None, None),
        ("ana@a\u200cb.com", None, None),
        ("ana@xn--strae-oqa.de", "ana@xn--strae-oqa.de", "ana@xn--strae-oqa.de"),
        ("ana@strasse.de", "ana@strasse.de", "ana@strasse.de"),
        ("\uff41dmin@example.com", None, None),
        ("admin\uff20example.com", None, None),
        ("ana@evil.com\uff20example.com", None, None),
        ('"ana"@example.com', None, None),
        ("ana@[192.0.2.1]", None, None),
        ("ana@192.0.2.1", None, None),
        ("ana@localhost", None, None),
        ("ana@-example.com", None, None),
        ("ana@exa_mple.com", None, None),
        ("ana@example..com", None, None),
        ("ana..b@example.com", None, None),
        (".ana@example.com", None, None),
        ("ana@example.com\r\nBcc: x@example.com", None, None),
        ("ana\x00@example.com", None, None),
        ("ana\ud800@example.com", None, None),
        ("ana@\ud800.com", None, None),
        ("a b@example.com", None, None),
        ("=?x?q?eve=40evil.example=3e=20?=ana@example.com", None, None),
        ("ana", None, None),
        ("@example.com", None, None),
        ("ana@", None, None),
        (f"{'a' * 65}@example.com", None, None),
        (f"ana@{'a' * 64}.com", None, None),
        (f"ana@{'long.' * 60}com", None, None),
    ],
)
def test_an_address_is_read_or_refused(written: str, address: str | None, canonical: str | None) -> None:
    if address is None:
        with pytest.raises(InvalidEmail) as refusal:
            EmailAddress.read(written)
        assert written not in refusal.value.message
    else:
        assert (EmailAddress.read(written).text, EmailAddress.read(written).canonical) == (address, canonical)


@given(st.text(max_size=40))
def test_whatever_is_written_is_read_or_refused_and_what_is_read_is_ascii_and_stays(text: str) -> None:
    try:
        address = EmailAddress.read(text)
    except InvalidEmail:
        return
    assert address.text.isascii()
    assert EmailAddress.read(address.text) == address
    assert EmailAddress.read(address.canonical).canonical == address.canonical
