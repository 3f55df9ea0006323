"""What may reach a terminal, and what is known of it."""

import io
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.entrypoints.cli.screen import PIPE_WIDTH, Screen, safe, stdout_screen


class FakeStdout(io.StringIO):
    def __init__(self, *, terminal: bool, encoding: str = "utf-8") -> None:
        super().__init__()
        self._terminal = terminal
        self._encoding = encoding

    def isatty(self) -> bool:
        return self._terminal

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a class variable in the stub
        return self._encoding


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def on(monkeypatch: pytest.MonkeyPatch, *, terminal: bool, encoding: str = "utf-8") -> Screen:
    monkeypatch.setattr(sys, "stdout", FakeStdout(terminal=terminal, encoding=encoding))
    return stdout_screen()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Čokolada ŁÓDŹ 1,5 l – „dobra”", "Čokolada ŁÓDŹ 1,5 l – „dobra”"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("two\nlines\r", "two\\nlines\\r"),
        ("price\u202e90.1", "price\\u202e90.1"),
        ("soft\u00adhyphen", "softhyphen"),
        ("not utf-8: \udcff", "not utf-8: \\udcff"),
        ("a\u00a0b", "a\u00a0b"),
    ],
)
def test_what_could_command_a_terminal_is_made_visible(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(st.text())
def test_no_text_keeps_a_control_or_a_direction(text: str) -> None:
    assert not {unicodedata.category(letter) for letter in safe(text)} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text())
def test_making_safe_twice_changes_nothing(text: str) -> None:
    assert safe(safe(text)) == safe(text)


def test_a_pipe_is_plain_and_as_wide_as_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = on(monkeypatch, terminal=False)
    assert screen == Screen(PIPE_WIDTH, colour=False, ascii_only=False)
    assert screen.endless


def test_a_pipe_takes_the_width_that_columns_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    assert on(monkeypatch, terminal=False).width == 72


@pytest.mark.parametrize("columns", ["0", "-5", "wide", "", "٣٠"])
def test_columns_that_are_no_width_are_ignored(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert on(monkeypatch, terminal=False).endless


def test_a_terminal_gets_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    assert on(monkeypatch, terminal=True).colour


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_terminal_that_wants_no_colour_gets_none(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert not on(monkeypatch, terminal=True).colour


def test_an_empty_no_color_means_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    assert on(monkeypatch, terminal=True).colour


def test_an_encoding_without_lines_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert on(monkeypatch, terminal=True, encoding="iso-8859-2").ascii_only
