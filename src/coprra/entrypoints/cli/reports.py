"""Reports: what became of price lists, and how profiles read them, as blocks for a screen."""

from collections.abc import Sequence

from coprra.domain.prices.import_feed import ImportReport
from coprra.domain.prices.list_run import Changes, RowProblem
from coprra.domain.prices.ports import Profile
from coprra.entrypoints.cli.screen import Block, Column, Prose, Table, safe
from coprra.entrypoints.cli.wording import count, minute, minute_utc


def profiles(known: Sequence[Profile]) -> list[Block]:
    """The profiles that lists can be read with."""
    if not known:
        return [Prose("There is no profile; COPRRA_PROFILES names a folder of your own.")]
    columns = (
        Column("Profile"),
        Column("Store", flexible=True),
        Column("In"),
        Column("Format"),
        Column("What it reads", flexible=True),
        Column("From", flexible=True),
    )
    rows = tuple(
        (
            safe(one.name),
            safe(one.chain.name) if one.chain else "any shop",
            whose(one),
            safe(one.format),
            safe(one.title),
            safe(one.source),
        )
        for one in known
    )
    return [Table(columns, rows)]


def whose(profile: Profile) -> str:
    """``HR, EUR``; empty for a form that any shop uses."""
    return f"{profile.chain.country}, {profile.chain.currency}" if profile.chain else ""


def problem_line(file: str, problem: RowProblem) -> str:
    """``konzum.csv:17: error price "0": A price is above zero.``, as editors and compilers write it."""
    value = problem.value.replace("\\", "\\\\").replace('"', '\\"')
    return safe(f'{file}:{problem.line}: {problem.severity} {problem.field} "{value}": {problem.reason}')


def imported(file: str, report: ImportReport) -> list[str]:
    """What became of the lists of one file, in two or three lines."""
    run = report.run
    about = f"{safe(file)}: {_which(report)}"
    if report.already:
        return [f"{about}: imported before, nothing changed"]
    tail = " (dry run, nothing was saved)" if report.dry_run else ""
    known = f" ({report.known:,} imported before)" if report.known else ""
    lines = [
        f"{about}{known}{f', read as {safe(run.profile)}' if report.branches == 1 else ''}{tail}",
        f"  {count(report.rows, 'row')}: {_changes(report.changes)}",
    ]
    if report.errors or report.warnings:
        found = [f"{count(report.errors, 'row')} not taken"] if report.errors else []
        found += [count(report.warnings, "warning")] if report.warnings else []
        codes = ", ".join(f"{code} {number:,}" for code, number in report.by_code.items())
        lines.append(f"  {', '.join(found)}{f': {codes}' if codes else ''}")
    if run.complete and not report.proves_absence:
        lines.append("  a row's article could not be told, so nothing was marked as not listed")
    return lines


def _which(report: ImportReport) -> str:
    """``konzum/0613, 2025-12-29 04:20 UTC``, or how many lists there are."""
    of = str(report.run.branch.id) if report.branches == 1 else f"{report.branches:,} branches"
    if report.lists == 1:
        return f"{of}, {minute_utc(report.run.observed_at)}"
    return f"{of}, {report.lists:,} lists from {minute(report.since)} to {minute_utc(report.run.observed_at)}"


def _changes(changes: Changes) -> str:
    parts = [
        (changes.new, "new"),
        (changes.changed, "changed"),
        (changes.unchanged, "unchanged"),
        (changes.back, "back"),
        (changes.unlisted, "not listed any more"),
    ]
    text = ", ".join(f"{number:,} {what}" for number, what in parts if number) or "nothing new"
    if changes.overtaken:
        text += f"; {changes.overtaken:,} of them overtaken by a later list"
    return text
