"""Inspectors read what tools answer; a tool that is missing, hangs or babbles leaves a finding that is unknown."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from coprra.adapters.tools.inspectors import BanditInspector, DetectSecretsInspector, PipAuditInspector
from coprra.adapters.tools.inventory import CycloneDxInventory
from coprra.adapters.tools.program import Program
from coprra.domain.security.finding import Verdict
from coprra.domain.security.ports import Inspector

MakeTool = Callable[..., Program]
INSPECTORS = [PipAuditInspector, BanditInspector, DetectSecretsInspector]


@pytest.fixture
def make_tool(tmp_path: Path) -> MakeTool:
    """Makes a program that answers so, whatever it is asked."""

    def make(answer: object, *, code: int = 0, says: str = "", before: str = "") -> Program:
        (tmp_path / "answer").write_text(answer if isinstance(answer, str) else json.dumps(answer))
        (tmp_path / "says").write_text(says)
        tool = tmp_path / "tool"
        tool.write_text(
            f'#!/bin/sh\nenv > {tmp_path}/environment\necho "$@" > {tmp_path}/arguments\n'
            f"{before}\ncat {tmp_path}/answer\ncat {tmp_path}/says >&2\nexit {code}\n"
        )
        tool.chmod(0o755)
        return Program("tool", str(tmp_path) + ":/usr/bin:/bin", timeout_seconds=20)

    return make


def told(inspector: Inspector) -> list[tuple[str, str, str]]:
    return [(one.subject, str(one.verdict), one.says) for one in inspector.inspect()]


def test_each_known_vulnerability_is_a_finding(make_tool: MakeTool, tmp_path: Path) -> None:
    vulns = [{"id": "PYSEC-1", "fix_versions": ["2.0"]}, {"id": "PYSEC-2", "fix_versions": []}]
    tool = make_tool({"dependencies": [{"name": "a", "version": "1.0", "vulns": vulns}]}, code=1)
    assert told(PipAuditInspector(tool)) == [
        ("PYSEC-1", "wrong", "a 1.0 is vulnerable; mended in 2.0."),
        ("PYSEC-2", "wrong", "a 1.0 is vulnerable; mended in no version."),
    ]
    assert "--strict" in (tmp_path / "arguments").read_text().split()


def test_risky_code_is_named_by_its_place(make_tool: MakeTool, tmp_path: Path) -> None:
    issue = {"test_id": "B302", "filename": f"{tmp_path}/a/b.py", "issue_text": "Marshal.", "line_number": 7}
    inspector = BanditInspector(make_tool({"errors": [], "results": [issue]}, code=1), tmp_path)
    assert told(inspector) == [("B302 a/b.py", "wrong", "Marshal. (line 7)")]
    unread = BanditInspector(make_tool({"errors": [{}], "results": []}), tmp_path)
    assert told(unread) == [("all", "unknown", "tool could not read 1 files.")]


def test_a_forgotten_secret_is_named_by_its_place(make_tool: MakeTool, tmp_path: Path) -> None:
    found = {f"{tmp_path}/a.py": [{"type": "AWS Access Key", "line_number": 3, "hashed_secret": "x"}]}
    inspector = DetectSecretsInspector(make_tool({"results": found}), tmp_path)
    assert told(inspector) == [("a.py", "wrong", "AWS Access Key in line 3")]


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (PipAuditInspector, {"dependencies": [{"name": "a", "version": "1", "vulns": []}]}),
        (BanditInspector, {"errors": [], "results": []}),
        (DetectSecretsInspector, {"results": {}}),
    ],
)
def test_where_nothing_is_wrong_that_is_a_finding_too(
    make_tool: MakeTool, kind: Callable[[Program], Inspector], answer: object
) -> None:
    assert told(kind(make_tool(answer))) == [("all", "passed", "Nothing is wrong.")]


@pytest.mark.parametrize("kind", INSPECTORS)
@pytest.mark.parametrize("answer", ["", "[]", "{}", "null", '{"dependencies": 1, "results": 1, "errors": 1}'])
def test_what_is_no_report_is_unknown(make_tool: MakeTool, kind: Callable[[Program], Inspector], answer: str) -> None:
    (finding,) = kind(make_tool(answer, code=1, says="trying\nNo route to host")).inspect()
    assert finding.verdict is Verdict.UNKNOWN
    if not answer:
        assert finding.says.endswith("it says: No route to host")


def test_a_tool_that_is_missing_or_hangs_is_unknown(make_tool: MakeTool, tmp_path: Path) -> None:
    (missing,) = PipAuditInspector(Program("no-such-tool", str(tmp_path))).inspect()
    assert (missing.verdict, "coprra[security]" in missing.says) == (Verdict.UNKNOWN, True)
    slow = make_tool("{}", before="exec sleep 60")
    (hanging,) = PipAuditInspector(Program(slow.name, slow.path, timeout_seconds=0.2)).inspect()
    assert (hanging.verdict, "took more than 0.2 seconds" in hanging.says) == (Verdict.UNKNOWN, True)


def test_no_tool_is_told_the_secrets_of_the_installation(
    make_tool: MakeTool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPRRA_APP_KEYS", "hunter2")
    PipAuditInspector(make_tool("{}")).inspect()
    assert "hunter2" not in (tmp_path / "environment").read_text()


def test_components_are_listed_or_not(make_tool: MakeTool) -> None:
    assert CycloneDxInventory(make_tool({"bomFormat": "CycloneDX"})).components() == '{"bomFormat": "CycloneDX"}'
    for wrong in ("", "[]", "{}"):
        assert CycloneDxInventory(make_tool(wrong)).components() is None
