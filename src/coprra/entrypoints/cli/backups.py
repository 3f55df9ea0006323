"""Commands about backups."""

from pathlib import Path
from typing import Any

import click

from coprra.backup_settings import read_identities
from coprra.domain.backups.level import Level
from coprra.domain.backups.manifest import Kind
from coprra.domain.backups.policy import InvalidPolicy
from coprra.domain.kernel.actor import Actor
from coprra.entrypoints import answers
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.backup_endings import EPILOG, LimitsMissed, ending_as_backups_do, ending_of
from coprra.entrypoints.cli.giving_up import giving_up_when_told
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.options import by_option, database_url_option, json_option
from coprra.entrypoints.cli.progress import following
from coprra.entrypoints.cli.schedules import crontab, surroundings, timings, units
from coprra.entrypoints.cli.screen import Figure, Prose


class BackupCommands(click.Group):
    """Ends with the exit codes of backups, which say more than those of other commands."""

    def invoke(self, ctx: click.Context) -> Any:
        """See `click.Group.invoke`. Raises: Ending."""
        with ending_as_backups_do(), giving_up_when_told():
            return super().invoke(ctx)


def _identities(_context: click.Context, _parameter: click.Parameter, files: tuple[Path, ...]) -> tuple[str, ...]:
    """The secret keys in the files."""
    try:
        return tuple(key for file in files for key in read_identities(file))
    except InvalidPolicy as error:
        raise click.BadParameter(error.message) from error


identity_option = click.option(
    "--identity",
    "identities",
    metavar="FILE",
    type=click.Path(path_type=Path),
    multiple=True,
    callback=_identities,
    help="A file with a secret key of age; may be given more than once.",
)


@click.group(cls=BackupCommands, epilog=EPILOG)
def backups() -> None:
    """Take backups, prove that they are good, and bring them back. COPRRA_BACKUPS names the file that says how."""


@backups.command()
@click.option(
    "--store", metavar="URL", required=True, help="file:///folder, or s3://bucket/prefix?endpoint=https://host"
)
@click.option("--cluster", metavar="NAME", default="coprra", show_default=True, help="What the backups share.")
@click.option("--lock-days", metavar="N", type=int, default=0, show_default=True, help="Nobody removes them before.")
@json_option
@click.pass_obj
def init(invocation: Invocation, store: str, cluster: str, lock_days: int) -> None:
    """Write the file that says how, with fresh keys beside it. Nothing that is there is changed."""
    from coprra.bootstrap import set_up_backups  # noqa: PLC0415 - loads libraries that --help does without

    path, made = set_up_backups(invocation.settings(), cluster=cluster, store=store, lock_days=lock_days)
    document: answers.JsonObject = {"settings": str(path), "keys": dict(made)}
    lines = [Prose(f"{path.with_name(name)}: {purpose}") for name, purpose in made.items()]
    invocation.answer(document, dict, lambda _: [Prose(f"Made {path}. Beside it:"), *lines])


@backups.command()
@click.option("--full", "kind", flag_value=Kind.FULL, type=Kind, default=Kind.FULL, help="All of it. The default.")
@click.option(
    "--incremental", "kind", flag_value=Kind.INCREMENTAL, type=Kind, help="What changed since the newest one."
)
@click.option("--dump", "kind", flag_value=Kind.DUMP, type=Kind, help="As statements, for other versions.")
@click.option("--force", is_flag=True, help="Also when nothing has changed.")
@by_option
@database_url_option
@json_option
@click.pass_obj
def run(invocation: Invocation, kind: Kind, force: bool, by: Actor, database_url: str | None) -> None:
    """Take a backup, unless nothing has changed since the newest one, and that is younger than a day."""
    opened = invocation.open_backups(database_url=database_url)
    with following("backing up") as progress:
        taken = opened.run_backup(kind, by=by, force=force, progress=progress)
    invocation.answer(taken, answers.backup_run, lambda value: tables.backup_run(value, kind))


@backups.command()
@database_url_option
@json_option
@click.pass_obj
def status(invocation: Invocation, database_url: str | None) -> None:
    """Say at one glance that all is well, or what is wrong and what to do."""
    health = invocation.open_backups(database_url=database_url).show_health()
    invocation.answer(health, answers.backup_health, tables.backup_health)
    if not health.good:
        raise LimitsMissed("somebody must look at the backups")


@backups.command("list")
@database_url_option
@json_option
@click.pass_obj
def list_(invocation: Invocation, database_url: str | None) -> None:
    """List the backups that are kept, the newest first."""
    listed = invocation.open_backups(database_url=database_url).list_backups()
    invocation.answer(listed, answers.backups, tables.backups)


@backups.command()
@click.argument("id", metavar="BACKUP")
@database_url_option
@json_option
@click.pass_obj
def show(invocation: Invocation, id: str, database_url: str | None) -> None:
    """Show what is known of one BACKUP, and what it builds on."""
    chain = invocation.open_backups(database_url=database_url).show_backup(id)
    invocation.answer(chain, answers.backups, tables.backup)


@backups.command()
@click.argument("id", metavar="[BACKUP]", required=False)
@click.option(
    "--level",
    type=click.Choice([Level.L1.value, Level.L2.value, Level.L3.value]),
    default=Level.L1.value,
    show_default=True,
    help="L1 reads the objects again; L2 restores one backup and compares it row by row; L3, for a bare machine, "
    "restores the newest and an older one, and runs coprra on them.",
)
@click.option("--all", "everything", is_flag=True, help="L1: read every backup, not only those that are due.")
@identity_option
@by_option
@database_url_option
@json_option
@click.pass_obj
def verify(
    invocation: Invocation,
    id: str | None,
    level: str,
    everything: bool,
    identities: tuple[str, ...],
    by: Actor,
    database_url: str | None,
) -> None:
    """Prove that backups are good; BACKUP instead of the newest."""
    if level == Level.L3 and id is not None:
        raise click.UsageError("L3 restores what would be restored after a disaster, and names no backup.")
    opened = invocation.open_backups(identities, database_url)
    with following("verifying") as progress:
        if level == Level.L3:
            verdict = opened.rehearse_recovery(by=by, progress=progress)
        else:
            verdict = opened.verify_backups(Level(level), id, by=by, everything=everything, progress=progress)
    invocation.answer(verdict, answers.backup_verdict, tables.backup_verdict)
    if verdict.damages:
        raise ending_of(verdict.damages[0])
    if verdict.mismatch:
        raise ending_of(verdict.mismatch)
    if verdict.missed:
        raise LimitsMissed(" ".join(verdict.missed))


@backups.command()
@click.argument("where")
@click.option("--backup", "id", metavar="BACKUP", help="That one. Default: the newest that is sound.")
@click.option("--plan", "only_plan", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--yes-i-mean", metavar="NAME", default="", help="The target's name, as the plan says it.")
@identity_option
@database_url_option
@json_option
@click.pass_obj
def restore(
    invocation: Invocation,
    where: str,
    id: str | None,
    only_plan: bool,
    yes_i_mean: str,
    identities: tuple[str, ...],
    database_url: str | None,
) -> None:
    """Bring a backup back to WHERE nothing is, compare it row by row, and only then let it stand there."""
    opened = invocation.open_backups(identities, database_url)
    plan = opened.restore_backup.plan(where, id)
    if only_plan:
        invocation.answer(plan, answers.restore_plan, tables.restore_plan)
        return
    with following("restoring") as progress:
        proof = opened.restore_backup(plan, where, yes_i_mean=yes_i_mean, progress=progress)
    invocation.answer(
        proof,
        lambda value: answers.restored_backup(plan, value),
        lambda value: tables.restored_backup(plan, value),
    )


@backups.command()
@click.option("--plan", "only_plan", is_flag=True, help="Say what would be removed and why, and remove nothing.")
@click.option(
    "--shown", metavar="HASH", help="Only if the plan is still the one of that hash, as --plan --json says it."
)
@click.option("--force", is_flag=True, help="In spite of the safety rules.")
@by_option
@database_url_option
@json_option
@click.pass_obj
def prune(
    invocation: Invocation, only_plan: bool, shown: str | None, force: bool, by: Actor, database_url: str | None
) -> None:
    """Remove what no rule of retention wants. Safety rules hold back what looks like an accident."""
    opened = invocation.open_backups(database_url=database_url)
    if only_plan:
        invocation.answer(opened.plan_retention(), answers.retention_plan, tables.retention_plan)
    else:
        pruned = opened.prune_backups(by=by, shown=shown, force=force)
        invocation.answer(pruned, answers.pruned_backups, tables.pruned_backups)


@backups.command()
@click.argument("id", metavar="BACKUP")
@click.option("--off", is_flag=True, help="Leave it to the rules again.")
@by_option
@database_url_option
@json_option
@click.pass_obj
def pin(invocation: Invocation, id: str, off: bool, by: Actor, database_url: str | None) -> None:
    """Keep a BACKUP, whatever the rules of retention say."""
    invocation.open_backups(database_url=database_url).pin_backup(id, by=by, pinned=not off)
    document: answers.JsonObject = {"backup": id, "pinned": not off}
    said = f"{id} is {'left to the rules' if off else 'kept whatever the rules say'}."
    invocation.answer(document, dict, lambda _: [Prose(said)])


@backups.command()
@database_url_option
@json_option
@click.pass_obj
def copy(invocation: Invocation, database_url: str | None) -> None:
    """Copy to the second store what is not there yet, each object compared with what was signed."""
    opened = invocation.open_backups(database_url=database_url)
    with following("copying") as progress:
        copied = opened.copy_backups(progress=progress)
    invocation.answer(copied, answers.copied_backups, tables.copied_backups)
    if copied.damages:
        raise ending_of(copied.damages[0])


@backups.command()
@click.option("--systemd", is_flag=True, help="Units for systemd instead of lines for cron.")
@click.option("--copies", is_flag=True, help="With the copies to the second store.")
@click.option("--identity", metavar="FILE", help="With the weekly restore, by this secret key.")
@json_option
@click.pass_obj
def schedule(invocation: Invocation, systemd: bool, copies: bool, identity: str | None) -> None:
    """Print when to do what, for cron or systemd to be told. Nothing is installed."""
    settings = invocation.settings()
    wanted = timings(settings.database_url, copies=copies, identity=identity)
    around = surroundings(settings, invocation.environment)
    document: answers.JsonObject = {
        "schedule": [{"command": one.command, "cron": one.cron, "calendar": one.calendar} for one in wanted],
        "program": list(around.program),
        "environment": dict(around.environment),
        "remarks": list(around.remarks),
    }
    text = units(wanted, around) if systemd else crontab(wanted, around)
    invocation.answer(document, dict, lambda _: [Figure(text)])


@backups.group()
def keys() -> None:
    """Change who can open the backups."""


@keys.command()
@identity_option
@by_option
@database_url_option
@json_option
@click.pass_obj
def rotate(invocation: Invocation, identities: tuple[str, ...], by: Actor, database_url: str | None) -> None:
    """Let the recipients that the settings name now open every backup. It needs a secret key that opens them."""
    rotated = invocation.open_backups(identities, database_url).rotate_recipients(by=by)
    invocation.answer(rotated, answers.rotated_recipients, tables.rotated_recipients)
