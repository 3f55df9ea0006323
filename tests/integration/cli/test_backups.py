"""``coprra backups``: from nothing to a database that was restored and proved, with every documented exit code."""

import errno
import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click.testing import CliRunner, Result

from coprra.adapters.age.sealer import AgeSealer
from coprra.domain.backups.blob import LocksUnsupported, StoreFull, StoreUnreachable
from coprra.domain.backups.damage import Damaged, Mismatch, WrongKey
from coprra.domain.backups.entry import CantSign
from coprra.domain.backups.history import UnknownBackup
from coprra.domain.backups.lease import LeaseHeld
from coprra.domain.backups.policy import InvalidPolicy
from coprra.domain.backups.prune_backups import PruningRefused
from coprra.domain.backups.snapshot import TargetRefused
from coprra.domain.kernel.errors import CoprraError
from coprra.entrypoints.cli.backup_endings import EPILOG, BackupExit, ending_as_backups_do, ending_of
from coprra.entrypoints.cli.endings import Ending
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra

Run: TypeAlias = Callable[..., Result]
PAGE = Path(__file__).parents[3] / "docs/recovery.md"


def key(folder: Path, name: str = "operations") -> list[str]:
    return ["--identity", f"{folder}/safe/{name}.key"]


def said(result: Result) -> Any:
    return json.loads(result.stdout)


def test_the_five_commands_of_the_page_lead_from_nothing_to_a_backup_that_was_restored(
    backups: Run, folder: Path
) -> None:
    block = re.search(r"^```sh\n(coprra backups init .*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert block
    written = block[1].replace("/srv/backups", f"{folder}/store").replace("~/.config/coprra", f"{folder}/etc")
    commands = [shlex.split(line)[2:] for line in written.splitlines()]
    assert len(commands) == 5
    assert "There is no" in backups("status").output
    init, run, verify, restore, status = [backups(*command) for command in commands]
    assert "escrow.key: opens every backup" in init.stdout
    assert re.search(r"Taken: \S+, full, .* rows\.", run.stdout)
    assert "Proved as far as L1" in verify.stdout
    assert "Proved as far as L2" in restore.stdout
    assert (status.exit_code, status.stdout[:12]) == (0, "All is well.")
    assert "L3 never" in status.stdout
    assert said(backups("status", "--json"))["last_proved"]["L3"] is None


def test_it_is_restored_where_it_is_meant(begun: Run, folder: Path) -> None:
    where = f"{folder}/restored.sqlite"
    plan = begun("restore", where, "--plan")
    assert re.match(r"\S+ brings restored.sqlite to .* UTC\.\n", plan.stdout)
    assert "Nobody has read it again since it was taken" in plan.stdout
    refused = begun("restore", where, *key(folder, "escrow"))
    assert (refused.exit_code, refused.stderr) == (
        10,
        "error: Nothing was done: to restore there, say --yes-i-mean restored.sqlite. [target_refused]\n",
    )
    done = begun("restore", where, "--yes-i-mean", "restored.sqlite", *key(folder, "escrow"))
    assert "restored.sqlite is as" in done.stdout
    with closing(sqlite3.connect(where)) as restored, closing(sqlite3.connect(folder / "coprra.sqlite")) as source:
        assert list(restored.iterdump()) == list(source.iterdump())
    again = begun("restore", where, "--yes-i-mean", "restored.sqlite", *key(folder))
    assert again.exit_code == 10


def test_what_did_not_change_is_not_backed_up_again(begun: Run) -> None:
    assert "Nothing has changed" in begun("run").stdout
    assert said(begun("run", "--json")) == {"backup": None}
    assert said(begun("run", "--force", "--json"))["backup"]["kind"] == "full"


def test_backups_are_listed_and_shown(begun: Run) -> None:
    (one,) = said(begun("list", "--json"))["backups"]
    assert (one["kind"], one["engine"], one["level"], one["verified_at"]) == ("full", "sqlite", "L0", None)
    assert one["id"] in begun("list").stdout
    shown = begun("show", one["id"]).stdout
    assert f"opens for {', '.join(one['recipients'])}" in shown
    assert "proved: L0" in shown
    assert begun("show", "nonsense").exit_code == 1


def test_pruning_explains_itself(begun: Run) -> None:
    begun("verify")
    plan = said(begun("prune", "--plan", "--json"))
    (ruling,) = plan["rulings"]
    assert ruling["keep"]
    assert ruling["reasons"][0] == "the newest that is verified"
    assert "the newest that is verified" in begun("prune", "--plan").stdout
    assert said(begun("prune", "--shown", plan["hash"], "--json"))["objects_removed"] == 0
    assert begun("prune", "--shown", "another").exit_code == 10


def test_a_backup_is_pinned(begun: Run) -> None:
    (one,) = said(begun("list", "--json"))["backups"]
    begun("pin", one["id"])
    assert "pinned" in begun("show", one["id"]).stdout
    begun("pin", one["id"], "--off")
    assert not said(begun("show", one["id"], "--json"))["backups"][0]["pinned"]


def test_it_is_copied_to_where_the_settings_say(begun: Run, folder: Path) -> None:
    assert "copy_to" in begun("copy").stderr
    settings = folder / "etc/backups.toml"
    settings.write_text(settings.read_text().replace('copy_to = ""', f'copy_to = "file://{folder}/second"'))
    assert re.match(r"Copied: 4 objects, .*B\.", begun("copy").stdout)
    assert said(begun("copy", "--json")) == {"objects": 0, "size": 0, "damages": []}
    assert len(list((folder / "second/v1/coprra/journal").iterdir())) == 1


def test_a_schedule_is_printed_for_cron_and_for_systemd(backups: Run, folder: Path) -> None:
    *environment, run, verify, prune = backups("schedule").stdout.splitlines()
    assert [re.sub(r"(\S+ -m )?\S*coprra backups", "…", line) for line in (run, verify, prune)] == [
        "17 * * * *       … run",
        "47 2 * * *       … verify",
        "57 4 * * *       … prune",
    ]
    assert environment == [
        f'COPRRA_BACKUPS="{folder}/etc/backups.toml"',
        f'COPRRA_DATABASE_URL="sqlite:///{folder}/coprra.sqlite"',
    ]
    units = backups("schedule", "--systemd", "--copies", "--identity", "/root/a key").stdout
    assert units.count("[Timer]") == units.count("[Service]") == 5
    assert "# coprra-backups-restore.timer" in units
    assert "backups verify --level L2 --identity '/root/a key'\n" in units


def test_a_server_is_backed_up_by_increments_and_by_who_may_read_its_files(folder: Path) -> None:
    environment = {
        "COPRRA_BACKUPS": f"{folder}/etc/of_a_server.toml",
        "COPRRA_DATABASE_URL": "mariadb://localhost/coprra",
    }

    def ask(*command: str) -> Result:
        return CliRunner().invoke(coprra, command, obj=Invocation(environment=environment), prog_name="coprra")

    runs = [
        line.split("backups ")[1] for line in ask("backups", "schedule").stdout.splitlines() if "backups run" in line
    ]
    assert runs == ["run", "run --incremental", "run --dump"]
    assert ask("backups", "init", "--store", f"file://{folder}/other").exit_code == 0
    settings = Path(environment["COPRRA_BACKUPS"])
    assert 'jobs = ["verify", "prune"]' in settings.read_text()
    settings.write_text(settings.read_text().replace('"verify", ', '"run", '))
    refused = ask("worker", "--once")
    assert (refused.exit_code, "run is for SQLite alone" in refused.stderr) == (2, True)


def test_what_is_printed_works_where_nothing_else_is_set(begun: Run) -> None:
    """As cron and systemd begin it: with hardly a variable, and in another folder."""
    *environment, run, _, _ = begun("schedule").stdout.splitlines()
    cron = [shlex.split(line)[0] for line in environment], shlex.split(run)[5:]
    unit = begun("schedule", "--systemd").stdout.partition("\n\n# ")[0]
    started = re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    assert started
    systemd = (
        [shlex.split(line)[0] for line in re.findall(r"^Environment=(.*)$", unit, re.MULTILINE)],
        shlex.split(started[1]),
    )
    assert cron == systemd
    variables, command = cron
    kept = {"PATH": "/usr/bin:/bin", "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    done = subprocess.run(
        command,
        env=kept | dict(one.split("=", 1) for one in variables),
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "Nothing has changed since the newest backup; no other was taken.\n"


def test_no_secret_is_printed_with_a_schedule() -> None:
    environment = {
        "COPRRA_DATABASE_URL": "mysql+pymysql://me:secret@localhost/coprra",  # pragma: allowlist secret
        "AWS_ACCESS_KEY_ID": "me",
        "AWS_SECRET_ACCESS_KEY": "secret",  # pragma: allowlist secret
        "AWS_PROFILE": "ours",
    }
    printed = CliRunner().invoke(coprra, ["backups", "schedule"], obj=Invocation(environment=environment)).stdout
    assert "secret" not in printed
    assert 'AWS_PROFILE="ours"' in printed
    assert re.search(
        r"# Write the URL of the database into (\S+), .*COPRRA_DATABASE_URL_FILE=\"\1\"", printed, re.DOTALL
    )
    assert "put them into ~/.aws/credentials" in printed


def test_recipients_are_rotated_without_touching_what_they_open(begun: Run, folder: Path) -> None:
    (one,) = said(begun("list", "--json"))["backups"]
    settings = folder / "etc/backups.toml"
    made = CliRunner().invoke(
        coprra,
        ["backups", "init", "--store", "file:///nowhere"],
        obj=Invocation(environment={"COPRRA_BACKUPS": f"{folder}/new/backups.toml"}),
        prog_name="coprra",
    )
    assert made.exit_code == 0
    fresh = re.search(r"^recipients = .*$", (folder / "new/backups.toml").read_text(), re.MULTILINE)
    assert fresh
    settings.write_text(re.sub(r"(?m)^recipients = .*$", fresh[0], settings.read_text()))
    assert begun("keys", "rotate").exit_code == 6
    assert said(begun("keys", "rotate", "--json", *key(folder))) == {"wrapped": 2, "exposed": [one["id"]]}
    assert "opens for" in begun("show", one["id"]).stdout
    new = ["--identity", f"{folder}/new/escrow.key"]
    assert begun("verify", "--level", "L2", *new).exit_code == 0


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(bytes(content))


def test_sabotage_is_found_named_and_ends_with_its_code(begun: Run, folder: Path) -> None:
    (one,) = said(begun("list", "--json"))["backups"]
    store = folder / "store"
    whole = shutil.copytree(store, folder / "whole")
    seen = (folder / "etc/backups.seen.json").read_text()
    where = [f"{folder}/r.sqlite", "--yes-i-mean", "r.sqlite"]
    cases: dict[str, Callable[[], object]] = {
        "a flipped bit": lambda: flip(store / one["objects"][0]),
        "a missing object": (store / one["objects"][0]).unlink,
        "a changed manifest": lambda: flip(store / "v1/coprra/journal/00000001.jsonl"),
        "a missing manifest": (store / "v1/coprra/journal/00000001.jsonl").unlink,
    }
    for case, sabotage in cases.items():
        sabotage()
        found = begun("verify", "--all")
        assert (found.exit_code, one["id"] in found.output) == (5, True), case
        refused = begun("restore", *where, *key(folder))
        assert (refused.exit_code, (folder / "r.sqlite").exists()) == (5, False), case
        shutil.rmtree(store)
        shutil.copytree(whole, store)
        # This machine has seen what was written meanwhile, and would miss it.
        (folder / "etc/backups.seen.json").write_text(seen)
    stranger = folder / "stranger.key"
    stranger.write_text(f"# made for nobody\n{AgeSealer().new_key()}\n")
    for keys in ([], ["--identity", str(stranger)]):
        assert begun("restore", *where, *keys).exit_code == 6
    assert begun("restore", *where, *key(folder)).exit_code == 0


def test_a_store_that_does_not_answer_is_told(begun: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "stranger")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nobody's")
    settings = folder / "etc/backups.toml"
    away = 'store = "s3://bucket/of-ours?endpoint=http://127.0.0.1:9&region=us-east-1"'
    settings.write_text(re.sub(r"(?m)^store = .*$", away, settings.read_text()))
    result = begun("status")
    assert (result.exit_code, "can't be reached" in result.stderr) == (4, True)


def test_an_orphan_that_nobody_checked_for_is_a_mismatch(begun: Run, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "coprra.sqlite")) as connection:
        connection.execute("INSERT INTO listings (branch_id, sku) VALUES (999999, 'orphan')")
        connection.commit()
    assert begun("run").exit_code == 0
    result = begun("verify", "--level", "L2", *key(folder))
    assert (result.exit_code, "1 orphans of branches in table listings" in result.output) == (8, True)
    assert "is damaged" in begun("status").stdout


def test_a_status_that_is_not_green_has_a_code_of_its_own(begun: Run) -> None:
    result = begun("status")
    assert (result.exit_code, result.stderr) == (9, "error: somebody must look at the backups [limits_missed]\n")
    assert "coprra backups verify --level L1" in result.stdout
    assert not said(begun("status", "--json"))["good"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("yearly = 7\n", ""), "yearly is missing"),
        (("daily = 30", "daily = 0"), "daily must be 1 to"),
        (("daily = 30", "daily = true"), "daily must be of the type int"),
        (("[limits]", "monhtly = 3\n[limits]"), "monhtly is no key"),
        (('counts_from = "L1"', 'counts_from = "L9"'), "counts_from can't be that"),
        (("lock_days = 0", "lock_days = 7"), "Locks must last as long as the window"),
        (("\nlock_days = 0", "\nlock_days = 40"), "lock_days must be 0, for a folder can't lock"),
        (("copy_lock_days = 0", "copy_lock_days = 40"), "copy_lock_days must be 0"),
        (("window_days = 35", "window_days = 9999999999999"), "window_days must be 1 to"),
        (("backup_hours = 26", "backup_hours = -1"), "backup_hours must be 1 to"),
        (("store = ", 'store = "s3://bucket?endpoint=localhost:8333"\n# '), "?endpoint=https://host:port"),
        (("store = ", 'store = "s3://bucket?endpoint=http://h:99999"\n# '), "?endpoint=https://host:port"),
        (("store = ", 'store = "s3://bucket?endpoint=http://me@h"\n# '), "never stand in it"),
        (('signing_key = "signing.key"', 'signing_key = "none"'), "signing_key 'none' can't be read"),
        (("store = ", 'store = "ftp://host/"\n# '), "A store is file:///folder"),
        (('recipients = ["', 'recipients = ["age1x", "'), "is no public key of age"),
        (("cluster = ", "cluster : "), "can't be read"),
    ],
    ids=lambda given: given[1] if isinstance(given, tuple) else "",
)
def test_settings_are_never_guessed(begun: Run, folder: Path, change: tuple[str, str], message: str) -> None:
    settings = folder / "etc/backups.toml"
    settings.write_text(settings.read_text().replace(*change))
    result = begun("prune")
    assert (result.exit_code, message in result.stderr) == (2, True), result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--cluster", "Ours"], "small letters"),
        (["--store", "s3://bucket?endpoint=localhost:8333"], "?endpoint=https://host:port"),
        (["--store", "s3://bucket", "--lock-days", "7"], "Locks must last as long as the window"),
        (["--store", "s3://bucket", "--lock-days", "-1"], "lock_days must be 0 to"),
        (["--lock-days", "40"], "a folder can't lock files"),
    ],
)
def test_settings_that_no_other_command_would_accept_are_not_made(
    backups: Run, folder: Path, options: list[str], message: str
) -> None:
    result = backups("init", "--store", f"file://{folder}/store", *options)
    assert (result.exit_code, message in result.stderr) == (2, True), result.stderr
    assert not (folder / "etc").exists()


def test_a_place_where_nothing_can_be_stored_is_told(backups: Run) -> None:
    assert backups("init", "--store", "file:///proc/nowhere").exit_code == 0
    result = backups("run")
    assert (result.exit_code, "store can't be used at /proc/nowhere" in result.stderr) == (4, True)


def test_settings_are_made_once_and_for_their_owner_alone(begun: Run, folder: Path) -> None:
    before = (folder / "etc/backups.toml").read_bytes()
    result = begun("init", "--store", f"file://{folder}/other")
    assert (result.exit_code, "is there already" in result.stderr) == (1, True)
    assert (folder / "etc/backups.toml").read_bytes() == before
    modes = {path.name: path.stat().st_mode & 0o777 for path in (folder / "etc").iterdir() if path.suffix != ".json"}
    assert modes == {"backups.toml": 0o600, "signing.key": 0o600}


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, 11), (errno.EACCES, 1)])
def test_what_the_system_refuses_is_a_line(number: int, code: int) -> None:
    with pytest.raises(Ending, match=r"/srv/x: \w") as ended, ending_as_backups_do():
        raise OSError(number, os.strerror(number), "/srv/x")
    assert ended.value.exit_code == code


def test_every_documented_code_belongs_to_an_error_and_no_other_is_used() -> None:
    documented = {int(code) for code in re.findall(r"^  (\d+)  ", EPILOG, re.MULTILINE)}
    assert documented == {0} | {int(code) for code in BackupExit}
    errors: dict[int, CoprraError] = {
        1: UnknownBackup(""),
        2: InvalidPolicy(""),
        3: LeaseHeld(""),
        4: StoreUnreachable(""),
        5: Damaged("", ""),
        6: WrongKey(""),
        8: Mismatch(""),
        10: PruningRefused(""),
        11: StoreFull(""),
    }
    assert {code: int(ending_of(error).exit_code) for code, error in errors.items()} == {code: code for code in errors}
    assert (int(ending_of(TargetRefused("")).exit_code), int(ending_of(LocksUnsupported("")).exit_code)) == (10, 2)
    assert int(ending_of(CantSign("")).exit_code) == 6
