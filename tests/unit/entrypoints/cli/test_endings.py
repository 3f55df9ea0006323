"""One line on stderr that says why."""

import pytest

from coprra.entrypoints.cli.endings import error_lines


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("It is no GTIN.", "error: It is no GTIN. [invalid_gtin]"),
        ("No profile fits.\n  konzum: no column", "error: No profile fits. [invalid_gtin]\n  konzum: no column"),
        ("", "error:  [invalid_gtin]"),
        ("\x1b[2J", "error: \\x1b[2J [invalid_gtin]"),
    ],
)
def test_the_code_closes_the_first_line_and_details_follow(message: str, told: str) -> None:
    assert error_lines("invalid_gtin", message) == told
