"""Messages hold what mail servers take, and nothing that forges a header."""

import pytest

from coprra.domain.kernel.errors import Invalid
from coprra.domain.mail.message import Message


def a_message(**changes: str | None) -> Message:
    return Message(**({"to": "ana@example.com", "subject": "Zdravo, žabo", "text": "☃"} | changes))  # type: ignore[arg-type]  # by name


def test_a_message_comes_back_from_its_bytes_and_is_not_shown() -> None:
    message = a_message(html="<p>☃ 𝄞</p>")
    assert Message.from_bytes(message.to_bytes()) == message
    assert repr(message) == "Message()"


@pytest.mark.parametrize(
    "changes",
    [
        {"to": ""},
        {"to": "ana"},
        {"to": "ana@example.com\r\nBcc: eve@example.com"},
        {"to": "ana@example.com, eve@example.com"},
        {"to": "Ana <ana@example.com>"},
        {"to": "žaba@example.com"},
        {"to": "=?x?q?eve=40evil.example=3e=20?=ana@example.com"},
        {"to": f"{'a' * 250}@example.com"},
        {"subject": ""},
        {"subject": "Hello\r\nBcc: eve@example.com"},
        {"subject": "s" * 201},
        {"text": ""},
        {"text": "\x00"},
        {"text": "\ud800"},
        {"html": "x" * 100_001},
    ],
)
def test_what_no_server_would_take_is_refused_without_repeating_it(changes: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refusal:
        a_message(**changes)
    assert "eve" not in refusal.value.message
