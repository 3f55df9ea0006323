"""Jobs as blocks for a screen."""

from coprra.domain.jobs.job import Job, JobState
from coprra.domain.jobs.list_jobs import JobList
from coprra.entrypoints.cli.screen import Block, Column, Gap, Prose, Table, safe
from coprra.entrypoints.cli.wording import minute, minute_utc


def jobs(listed: JobList) -> list[Block]:
    """The jobs, how many there are in all, and the schedule."""
    blocks: list[Block] = []
    if listed.jobs:
        columns = (
            Column("Job", numeric=True),
            Column("Kind"),
            Column("State"),
            Column("When (UTC)"),
            Column("Attempts", numeric=True),
            Column("Message", flexible=True),
        )
        blocks += [Table(columns, tuple(_row(one) for one in listed.jobs)), Gap()]
    blocks.append(Prose(", ".join(f"{number:,} {state}" for state, number in listed.counts.items())))
    blocks += [Prose(f"{kind} is due {minute_utc(due_at)}", quiet=True) for kind, due_at in listed.schedule.items()]
    return blocks


def job(one: Job) -> list[Block]:
    """Everything that is known of it."""
    said = [
        f"Job {one.id}: {one.kind}, {one.state}",
        f"enqueued {minute_utc(one.enqueued_at)} by {safe(str(one.enqueued_by))}",
        f"begun {one.attempts} times" + (f", last by {safe(one.worker)}" if one.worker else ""),
    ]
    if one.due_at:
        said.append(f"{'leased until' if one.state is JobState.RUNNING else 'due'} {minute_utc(one.due_at)}")
    if one.ended_at:
        said.append(f"ended {minute_utc(one.ended_at)}")
    if one.message:
        said.append(f"message: {safe(one.message)}")
    said += [f"{safe(name)}: {safe(value)}" for name, value in sorted(one.details.items())]
    return [Prose(said[0]), *(Prose(line, indent=2) for line in said[1:])]


def _row(one: Job) -> tuple[str, ...]:
    when = one.ended_at or one.due_at or one.enqueued_at
    return (str(one.id), one.kind, str(one.state), minute(when), str(one.attempts), safe(one.message or ""))
