"""Inspectors: known vulnerabilities (pip-audit), risky code (bandit) and forgotten secrets (detect-secrets)."""

import json
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from coprra.adapters.tools.program import NoAnswer, Program
from coprra.domain.security.finding import VULNERABILITIES, Finding, Verdict
from coprra.domain.security.ports import Inspector

SOURCE = Path(__file__).parents[2]
"""The program itself, as it is installed."""


@dataclass(frozen=True, slots=True)
class ToolInspector(Inspector):
    """A tool whose answer is a JSON document. Any other answer is none, whatever its exit code."""

    check: ClassVar[str]

    program: Program

    def inspect(self) -> Sequence[Finding]:
        """See `Inspector.inspect`."""
        try:
            wrong = [Finding(self.check, subject, Verdict.WRONG, says) for subject, says in self._look()]
        except NoAnswer as error:
            return [Finding(self.check, "all", Verdict.UNKNOWN, str(error))]
        except (ValueError, KeyError, TypeError, AttributeError):
            return [Finding(self.check, "all", Verdict.UNKNOWN, f"What {self.program.name} answered is no report.")]
        return wrong or [Finding(self.check, "all", Verdict.PASSED, "Nothing is wrong.")]

    @abstractmethod
    def _look(self) -> Iterator[tuple[str, str]]:
        """Subject and words of each thing that is wrong. Raises: NoAnswer, or what a strange document leads to."""

    def _document(self, *arguments: str) -> Any:
        ended = self.program.run(*arguments)
        try:
            return json.loads(ended.stdout)
        except ValueError:
            said = (ended.stderr.strip().splitlines() or ["nothing"])[-1][:200]
            raise NoAnswer(f"{self.program.name} gave no report; it says: {said}") from None


class PipAuditInspector(ToolInspector):
    """Looks up every installed distribution at an advisory service. One that is unknown there makes no report."""

    check = VULNERABILITIES

    def _look(self) -> Iterator[tuple[str, str]]:
        installed = {f"{one.name}=={one.version}" for one in distributions() if one.name.lower() != "coprra"}
        with TemporaryDirectory() as folder:
            listed = Path(folder) / "installed.txt"
            listed.write_text("".join(f"{one}\n" for one in sorted(installed)), "utf-8")
            options = ("--strict", "--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json")
            document = self._document(*options, "--requirement", str(listed))
        for dependency in document["dependencies"]:
            for known in dependency["vulns"]:
                mended = ", ".join(known["fix_versions"]) or "no version"
                yield known["id"], f"{dependency['name']} {dependency['version']} is vulnerable; mended in {mended}."


@dataclass(frozen=True, slots=True)
class SourceInspector(ToolInspector):
    """A tool that reads source."""

    source: Path = SOURCE


class BanditInspector(SourceInspector):
    """Of high severity; what it says of less ruff checks with every change, and exceptions have their reasons."""

    check = "code"

    def _look(self) -> Iterator[tuple[str, str]]:
        document = self._document("--recursive", str(self.source), "--format", "json", "--quiet", "-lll")
        if document["errors"]:
            raise NoAnswer(f"{self.program.name} could not read {len(document['errors'])} files.")
        for one in document["results"]:
            place = Path(one["filename"]).relative_to(self.source)
            yield f"{one['test_id']} {place}", f"{one['issue_text']} (line {one['line_number']})"


class DetectSecretsInspector(SourceInspector):
    """Names places, and never what stands there."""

    check = "secrets"

    def _look(self) -> Iterator[tuple[str, str]]:
        document = self._document("scan", "--no-verify", "--all-files", str(self.source))
        for file, found in document["results"].items():
            for one in found:
                place = Path(file).resolve().relative_to(self.source.resolve())
                yield f"{place}", f"{one['type']} in line {one['line_number']}"
