"""The program helps with writing profiles."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from click.testing import Result

Run: TypeAlias = Callable[..., Result]

LIDL = next((Path(__file__).parents[3] / "sample/hr_pricelists").glob("lidl_*"))


def test_the_schema_is_printed_as_json(run: Run) -> None:
    result = run("feeds", "schema")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["title"] == "coprra feed profile"
    assert result.stdout.endswith("}\n")
    assert not result.stdout.endswith("\n\n")


def test_a_check_tells_columns_problems_and_the_next_step(run: Run) -> None:
    result = run("feeds", "check", str(LIDL), "--rows", "1")
    assert result.exit_code == 0, result.output
    assert "The profile is known by the file's name, the branch by the file's name, the date by" in result.stdout
    lines = [line.split() for line in result.stdout.split("\n")]
    assert ["JEDINICA_MJERE", "pack", "800g", "800", "g", "100%"] in lines
    assert ["NETO_KOLIČINA", "not", "used", "0.8", "100%"] in lines
    assert ["unreadable_pack", "warning", "26", "14.5%"] in [line[:4] for line in lines]
    assert f"Import it: coprra feeds import {LIDL}" in result.stdout


def test_a_check_in_json_has_the_texts_beside_what_was_understood(run: Run) -> None:
    checked = json.loads(run("feeds", "check", str(LIDL), "--rows", "1", "--json").stdout)
    assert checked["known_by"] == {"profile": "name", "branch": "name", "listed_at": "name"}
    assert checked["counted"] == {"rows": 179, "bad_rows": 0, "more": False}
    assert {"name": "BARKOD", "term": "gtin", "perhaps": None, "filled": 179} in checked["columns"]
    assert [one["code"] for one in checked["problems"]] == ["unreadable_pack", "restricted_gtin", "invalid_gtin"]
    (row,) = checked["rows"]
    assert (row["texts"]["JEDINICA_MJERE"], row["measure"]) == ("800g", {"amount": "800", "unit": "g"})


def test_a_draft_is_printed_as_it_is_to_be_saved(run: Run) -> None:
    result = run("feeds", "draft", str(LIDL))
    assert result.exit_code == 0, result.output
    assert tomllib.loads(result.stdout)["format"] == {"kind": "csv", "encoding": "cp1250", "delimiter": ","}
    assert json.loads(run("feeds", "draft", str(LIDL), "--json").stdout) == {"draft": result.stdout}


def test_a_file_that_is_no_list_has_no_draft(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("one line\n", "utf-8")
    result = run("feeds", "draft", str(path))
    assert result.exit_code == 1
    assert "notes.txt does not look like a list: no columns were found in it. [unreadable]" in result.stderr
