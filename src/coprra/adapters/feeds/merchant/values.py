"""Values: one column of a document that holds several, or one with named parts, as a single text."""

from collections.abc import Iterable, Sequence

# XML can't hold these signs, so what a shop wrote is never taken for them.
_AGAIN, _NEXT_PART, _IS = "\x1e", "\x1d", "\x1f"


def joined(values: Sequence[str]) -> str:
    """Values that stand there one after the other, as one text."""
    return _AGAIN.join(values)


def every(text: str) -> list[str]:
    """The inverse of `joined`; blank ones are left out."""
    return [value for value in text.split(_AGAIN) if value.strip()]


def first(text: str) -> str:
    """The first of the values; empty where there is none."""
    return text.partition(_AGAIN)[0] if _AGAIN in text else text


def for_people(text: str) -> str:
    """The same for people: ``country: DE, price: 5 EUR; country: AT, price: 9 EUR``."""
    return "; ".join(
        ", ".join(f"{name}: {part}" for name, part in parts.items()) if (parts := parts_of(value)) else value
        for value in every(text)
    )


def with_parts(parts: Iterable[tuple[str, str]]) -> str:
    """A value whose parts have names."""
    return _NEXT_PART.join(f"{name}{_IS}{text}" for name, text in parts)


def parts_of(value: str) -> dict[str, str] | None:
    """The inverse of `with_parts`, of a part that is repeated the first; None for a value without parts."""
    if _IS not in value:
        return None
    parts: dict[str, str] = {}
    for part in value.split(_NEXT_PART):
        name, _, text = part.partition(_IS)
        parts.setdefault(name, text.strip())
    return parts
