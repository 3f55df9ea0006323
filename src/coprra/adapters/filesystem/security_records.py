"""Records of security audits in a folder: reports named for the day, and a TOML file of waivers."""

import json
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from coprra.domain.kernel.errors import Unavailable, Unreadable
from coprra.domain.security.finding import SecurityReport, Waiver
from coprra.domain.security.ports import Records

WAIVERS = "waivers.toml"
"""Where waivers stand in a folder of reports."""

_SCORES = (float, int, type(None))


class FileRecords(Records):
    """reports: the folder that keeps them, None: nobody does; waivers: the file, which need not be there."""

    def __init__(self, reports: Path | None, waivers: Path | None) -> None:
        self._reports, self._waivers = reports, waivers

    @classmethod
    def of_folder(cls, folder: Path) -> "FileRecords":
        """Both in one place."""
        return cls(folder, folder / WAIVERS)

    def waivers(self) -> Sequence[Waiver]:
        """See `Records.waivers`."""
        if self._waivers is None:
            return ()
        try:
            listed = tomllib.loads(self._waivers.read_text("utf-8"))["waiver"]
            read = tuple(Waiver(**one) for one in listed)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise Unavailable(f"The waivers can't be read: {error.strerror}.") from error
        except (ValueError, KeyError, TypeError) as error:
            raise Unreadable(
                "This is no file of waivers: each is a [[waiver]] with check, subject, reason, until, and maybe cvss."
            ) from error
        if not all(type(one.until) is date for one in read):
            raise Unreadable("The until of a waiver is a date, such as 2026-12-01.")
        if not all(type(one.cvss) in _SCORES for one in read):
            raise Unreadable("The cvss of a waiver is a number, such as 7.5.")
        return read

    def keep(self, report: SecurityReport) -> None:
        """See `Records.keep`; another one of the same day takes its place."""
        if self._reports is None:
            return
        stem, day = f"security-{report.at.date()}", f"{report.at.isoformat()} {report.verdict}"
        lines = [f"{one.verdict}: {one.check} {one.subject}: {one.says}" for one in report.findings]
        files = {
            f"{stem}.json": json.dumps(report.document, ensure_ascii=False, indent=2) + "\n",
            f"{stem}.txt": "\n".join([day, *lines, ""]),
        }
        if report.components is not None:
            files[f"{stem}-components.json"] = report.components
        try:
            self._reports.mkdir(parents=True, exist_ok=True)
            for name, text in files.items():
                (self._reports / name).write_text(text, "utf-8")
        except OSError as error:
            raise Unavailable(f"The report can't be kept: {error.strerror}.") from error
