"""Exporting at the command line: what is written where, and that nothing is ever written by half."""

import csv
import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

Run: TypeAlias = Callable[..., Result]
Program: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]

WHEN = ("--as-of", "2026-01-31")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_lists_go_to_stdout_and_to_a_file_alike(run: Run, tmp_path: Path) -> None:
    told = run("export", "lists", *WHEN)
    assert told.exit_code == 0, told.output
    assert told.stderr == ""
    written = run("export", "lists", *WHEN, "--output", str(tmp_path / "lists.jsonl"))
    assert written.stdout == f"{tmp_path}/lists.jsonl: 14 lists of 13 branches, {told.stdout.count(chr(10)):,} lines\n"
    packed = run("export", "lists", *WHEN, "-o", str(tmp_path / "lists.jsonl.gz"), "--json")
    assert json.loads(packed.stdout)["lists"] == 14
    assert (tmp_path / "lists.jsonl").read_bytes() == told.stdout_bytes
    assert gzip.decompress((tmp_path / "lists.jsonl.gz").read_bytes()) == told.stdout_bytes
    assert names(tmp_path) == {"lists.jsonl", "lists.jsonl.gz"}


def test_an_archive_of_some_branches_is_imported_and_checked(run: Run, on_empty: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "lists.jsonl.gz")
    assert run("export", "lists", *WHEN, "--branches", "spar,konzum/0613", "-o", file).exit_code == 0
    checked = on_empty("feeds", "check", file)
    assert checked.exit_code == 0, checked.output
    assert "Read as konzum: a list that coprra exported (HR, EUR)." in checked.stdout
    imported = on_empty("feeds", "import", file)
    assert imported.stdout.startswith(f"{file}: 2 branches, 3 lists from 2025-12-28 23:00 to 2026-01-22 23:00 UTC\n"), (
        imported.output
    )
    again = on_empty("feeds", "import", file)
    assert "imported before, nothing changed" in again.stdout


def test_an_archive_says_itself_how_and_when_and_whose(run: Run, on_empty: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "lists.jsonl")
    run("export", "lists", *WHEN, "--branches", "spar", "-o", file)
    for option in (("--profile", "spar"), ("--branch", "8701"), ("--observed-at", "2025-12-29")):
        refused = on_empty("feeds", "import", file, *option)
        assert refused.exit_code == 1
        assert f"leave {option[0]}" in refused.stderr


def test_an_unknown_branch_is_refused_and_leaves_what_was_there(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "lists.jsonl"
    file.write_text("old")
    result = run("export", "lists", *WHEN, "--branches", "nobody", "--output", str(file))
    assert result.exit_code == 1
    assert "[unknown_branch]" in result.stderr
    assert file.read_text() == "old"
    assert names(tmp_path) == {"lists.jsonl"}


def test_the_database_is_never_overwritten(run: Run, on_empty: Run, empty_url: str) -> None:
    del run
    file = empty_url.removeprefix("sqlite:///")
    result = on_empty("export", "lists", "--output", file)
    assert result.exit_code == 2
    assert "belongs to the database" in result.stderr


def test_an_empty_store_has_an_empty_archive_that_nobody_can_import(on_empty: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "lists.jsonl")
    written = on_empty("export", "lists", "--output", file)
    assert written.stdout == f"{file}: 0 lists of 0 branches, 2 lines\n"
    assert "[empty_list]" in on_empty("feeds", "import", file).stderr


def test_a_full_disk_is_told_and_a_reader_who_goes_away_is_no_error(program: Program, sample_url: str) -> None:
    environment = {"COPRRA_DATABASE_URL": sample_url}
    with Path("/dev/full").open("w") as full:
        ended = program("export", "lists", *WHEN, environment=environment, stdout=full.fileno())
    assert ended.returncode == 1
    assert ended.stderr == "error: stdout can't be written: No space left on device. [unavailable]\n"
    reader, writer = os.pipe()
    os.close(reader)
    ended = program("export", "lists", *WHEN, environment=environment, stdout=writer)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (141, "")


INTERRUPTED = """
import os, signal, sys
from coprra.entrypoints.cli.main import coprra
from coprra.domain.prices import export_lists

def written(runs, ledger, plain=export_lists.written_lists):
    for number, one in enumerate(plain(runs, ledger)):
        if number:
            os.kill(os.getpid(), int(sys.argv.pop()))
        yield one

export_lists.written_lists = written
coprra(sys.argv[1:-1], prog_name="coprra")
"""


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_an_export_that_is_cut_off_leaves_what_was_there(
    sample_url: str, tmp_path: Path, ending: signal.Signals
) -> None:
    file = tmp_path / "lists.jsonl"
    file.write_text("old")
    command = [
        sys.executable,
        "-c",
        INTERRUPTED,
        "export",
        "lists",
        *WHEN,
        "-o",
        str(file),
        "--database-url",
        sample_url,
    ]
    ended = subprocess.run([*command, str(int(ending))], capture_output=True, encoding="utf-8", check=False)
    assert file.read_text() == "old"
    if ending is signal.SIGINT:
        assert (ended.returncode, ended.stderr.strip()) == (130, "error: interrupted [interrupted]")
        assert names(tmp_path) == {"lists.jsonl"}
    else:
        assert ended.returncode == -signal.SIGKILL


def test_offers_have_a_row_for_each_branch(run: Run) -> None:
    table = run("export", "offers", "--as-of", "2025-12-30", "--category", "drinks")
    assert table.exit_code == 0, table.output
    rows = list(csv.DictReader(table.stdout.splitlines()))
    bull = [row for row in rows if row["gtins"] == "9002490100070"]
    assert [(row["rank"], row["chain"], row["item_price"], row["special"]) for row in bull if row["rank"]] == [
        ("1", "plodine", "1.19", "yes"),
        ("2", "spar", "1.69", ""),
        ("3", "studenac", "2.09", ""),
        ("4", "konzum", "2.15", ""),
    ]
    assert [(row["chain"], row["branch"], row["set_aside"]) for row in bull if not row["rank"]] == [
        ("kaufland", "1630", "stale"),
        ("konzum", "0204", "stale"),
        ("konzum", "0530", "stale"),
        ("metro", "S10", "stale"),
    ]
    assert {row["category"].partition(".")[0] for row in rows} == {"drinks"}


def test_linked_data_is_one_document_however_many_products_there_are(run: Run, on_empty: Run) -> None:
    for result, products in ((on_empty("export", "offers", "--format", "jsonld"), 0), (_linked(run, "spar"), 284)):
        document = json.loads(result.stdout)
        assert document["@context"] == "https://schema.org"
        assert len(document["@graph"]) == products


def _linked(run: Run, branches: str) -> Result:
    return run("export", "offers", "--format", "jsonld", "--as-of", "2025-12-30", "--branches", branches)


def test_a_line_of_json_is_what_a_comparison_answers(run: Run) -> None:
    narrow = ("--branches", "spar", "--as-of", "2025-12-30")
    lines = run("export", "offers", "--format", "jsonl", *narrow).stdout.splitlines()
    bull = next(line for line in lines if "9002490100070" in line)
    assert json.loads(bull) == json.loads(run("prices", "compare", "9002490100070", *narrow, "--json").stdout)


def test_a_merchant_feed_is_of_one_branch(run: Run, tmp_path: Path) -> None:
    refused = run("export", "offers", "--format", "google", "--branches", "spar,konzum", "--as-of", "2025-12-30")
    assert refused.exit_code == 2
    assert "--branches" in refused.stderr
    file = tmp_path / "offers.tsv"
    told = run(
        *("export", "offers", "--format", "google", "--branches", "spar", "--as-of", "2025-12-30"),
        "-o",
        str(file),
        "--json",
    )
    assert json.loads(told.stdout) == {
        "file": "offers.tsv",
        "format": "google",
        "offers": len(file.read_text("utf-8").splitlines()) - 1,
    }


def test_decisions_are_taken_over_with_their_lists(run: Run, on_empty: Run, tmp_path: Path) -> None:
    lists, decided = str(tmp_path / "lists.jsonl"), str(tmp_path / "decisions.jsonl")
    run("export", "lists", *WHEN, "--branches", "plodine", "-o", lists)
    on_empty("feeds", "import", lists)
    judged = (
        "plodine/163/011177",
        "--at",
        "2025-12-29",
        "--price",
        "1.19",
        "--by",
        "ana",
        "--note",
        "the shelf says 1.91",
    )
    assert on_empty("prices", "reject", *judged).exit_code == 0
    assert on_empty("export", "decisions", "-o", decided).stdout == f"{decided}: 1 decision\n"
    assert json.loads(on_empty("export", "decisions", "-o", decided, "--json").stdout)["decisions"] == 1
    taken = on_empty("prices", "take-over", decided)
    assert taken.stdout == f"{decided}: 0 decisions and 0 moves taken over, 1 known before.\n"


def test_decisions_without_their_lists_are_refused(on_empty: Run, tmp_path: Path) -> None:
    decided = tmp_path / "decisions.jsonl"
    on_empty("export", "decisions", "-o", str(decided))
    assert "0 decisions and 0 moves" in on_empty("prices", "take-over", str(decided)).stdout
    assert "coprra prices take-over" in on_empty("feeds", "import", str(decided)).stderr
    head, end = decided.read_text("utf-8").splitlines()
    one = (
        '{"type":"decision","listing":"konzum/0613/1","at":"2025-12-29T00:00:00Z","kind":"confirmed","price":"1.00",'
        '"currency":"EUR","decided_at":"2025-12-30T00:00:00Z","by":"operator:ana"}'
    )
    decided.write_text("\n".join([head, one, end.replace('"decisions":0', '"decisions":1'), ""]), "utf-8")
    refused = on_empty("prices", "take-over", str(decided), "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stderr)["error"]["code"] == "unknown_branch"
