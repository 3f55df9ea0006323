"""What a command opens, and how its JSON is written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.kernel.ports import Schema
from coprra.entrypoints.answers import Json
from coprra.entrypoints.cli.invocation import Invocation, OutdatedSchema, json_text, require_newest


class Shape(Schema):
    """A database at some revision."""

    def __init__(self, current: str | None, newest: str = "0002") -> None:
        self._current = current
        self._newest = newest

    def current(self) -> str | None:
        """As given."""
        return self._current

    def newest(self) -> str:
        """As given."""
        return self._newest

    def upgrade(self) -> None:
        """To the newest."""
        self._current = self._newest


def test_a_database_at_the_newest_revision_is_opened() -> None:
    require_newest(Shape("0002"))


@pytest.mark.parametrize(("current", "said"), [(None, "not set up yet"), ("0001", "at revision 0001")])
def test_any_other_database_is_refused_with_the_way_out(current: str | None, said: str) -> None:
    with pytest.raises(OutdatedSchema) as caught:
        require_newest(Shape(current))
    assert said in caught.value.message
    assert "`coprra db upgrade`" in caught.value.message


def test_flags_win_over_the_environment() -> None:
    invocation = Invocation(environment={"COPRRA_DATABASE_URL": "memory:", "COPRRA_PORT": "1"})
    settings = invocation.settings(port=2, database_url=None)
    assert (settings.port, settings.database_url) == (2, "memory:")


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_any_text_becomes_json_in_utf_8_on_one_line(document: dict[str, Json]) -> None:
    text = json_text(document)
    assert "\n" not in text
    text.encode("utf-8")
    assert json.loads(text) == document


def test_a_file_name_that_is_no_utf_8_stays_valid_json() -> None:
    assert json_text({"file": "č\udcff.csv"}) == '{"file": "č\\udcff.csv"}'
