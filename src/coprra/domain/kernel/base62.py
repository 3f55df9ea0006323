"""Base 62: numbers as letters and digits, for ids and tokens that people copy."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def base62(number: int, length: int) -> str:
    """The number (not negative, below 62 to the power of length), padded with zeros to that length."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(ALPHABET[digit])
    if number:
        raise ValueError("The number has more digits than that.")
    return "".join(reversed(digits))


def drawn_text(drawn: bytes, length: int) -> str:
    """Of random bytes a text of that length. The more bytes than it has room for, the fairer to every letter."""
    return base62(int.from_bytes(drawn, "big") % 62**length, length)
