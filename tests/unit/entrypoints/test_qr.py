"""Pictures of squares as paths of an SVG."""

import re

from hypothesis import given
from hypothesis import strategies as st

from coprra.entrypoints.http.pages.qr import svg_path

squares = st.integers(1, 12).flatmap(
    lambda size: st.lists(st.tuples(*[st.booleans()] * size), min_size=size, max_size=size).map(tuple)
)


@given(squares)
def test_a_path_covers_every_dark_square_once_and_no_other(picture: tuple[tuple[bool, ...], ...]) -> None:
    covered = [
        (int(top), column)
        for left, top, width, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", svg_path(picture))
        for column in range(int(left), int(left) + int(width))
        if width == back
    ]
    dark = [(top, left) for top, row in enumerate(picture) for left, is_dark in enumerate(row) if is_dark]
    assert covered == dark
