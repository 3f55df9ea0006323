"""QR: a picture of squares as one path of an SVG, which needs neither a file nor a style."""

from collections.abc import Iterator

from coprra.domain.mfa.ports import QrPicture


def svg_path(picture: QrPicture) -> str:
    """All dark squares; the unit is one of them, the origin the picture's upper left corner."""
    return "".join(
        f"M{left} {top}h{width}v1h-{width}z" for top, row in enumerate(picture) for left, width in _dark_runs(row)
    )


def _dark_runs(row: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    """Where each begins, and how long it is."""
    begun = None
    for place, is_dark in enumerate((*row, False)):
        if is_dark and begun is None:
            begun = place
        elif not is_dark and begun is not None:
            yield begun, place - begun
            begun = None
