"""The program shows the audit trail, exports it, and ends with 1 when it was changed."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from coprra import Settings, build
from coprra.application import Application
from coprra.domain.kernel.actor import Actor
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "coprra.sqlite"


@pytest.fixture
def application(path: Path) -> Application:
    settings = Settings.from_environment({"COPRRA_DATABASE_URL": f"sqlite:///{path}"})
    application = build(settings)
    application.schema.upgrade()
    for name in ("ana", "bo"):
        with application.export_audit(by=Actor.operator(name)):
            pass
    return application


def ask(application: Application, *arguments: str) -> Result:
    return CliRunner().invoke(coprra, ["audit", *arguments], obj=Invocation(build=lambda _: application))


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_entries_are_listed(application: Application) -> None:
    (entry,) = document(ask(application, "list", "--actor", "operator:bo", "--json"))["entries"]
    assert (entry["number"], entry["event"], entry["outcome"], entry["details"]) == (2, "audit.export", "ok", {})
    assert "operator:ana" in ask(application, "list", "--event", "audit.export").stdout
    assert "tells nothing" in ask(application, "list", "--event", "login.ok").stdout
    assert "[invalid_audit_list]" in ask(application, "list", "--limit", "0").stderr


def test_an_export_is_the_last_entry_of_itself(application: Application, tmp_path: Path) -> None:
    lines = ask(application, "export", "--by", "eve").stdout.splitlines()
    assert [json.loads(line)["number"] for line in lines] == [1, 2, 3]
    assert json.loads(lines[2])["actor"] == "operator:eve"
    file = tmp_path / "trail.jsonl"
    assert document(ask(application, "export", "-o", str(file), "--json")) == {"file": "trail.jsonl", "entries": 4}
    assert file.read_text("utf-8").splitlines()[:3] == lines


def test_a_whole_trail_is_verified_and_a_changed_one_ends_with_1(application: Application, path: Path) -> None:
    application.anchor_audit()
    assert Path(f"{path}-audit-anchors.jsonl").exists()
    assert "2 entries in order, 2 of them anchored." in ask(application, "verify").stdout
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER audit_entries_no_update")
        connection.execute("UPDATE audit_entries SET actor = 'operator:cy' WHERE number = 2")
    broken = ask(application, "verify", "--json")
    assert broken.exit_code == 1
    assert json.loads(broken.stdout)["fault"] == {"kind": "edited", "number": 2}
    assert json.loads(broken.stderr)["error"]["code"] == "audit_broken"
    assert "Entry 2 was edited" in ask(application, "verify").stderr
