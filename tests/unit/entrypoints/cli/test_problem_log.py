"""Where problems are written, nothing is lost that was there."""

import errno
from pathlib import Path
from typing import IO

import click
import pytest

from coprra.entrypoints.cli.endings import Interrupted
from coprra.entrypoints.cli.files import Unwritable
from coprra.entrypoints.cli.problem_log import problem_log, refuse_to_overwrite

needs_full_disk = pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to write to")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _import_that_ends_in(error: Exception, file: Path) -> None:
    with problem_log(str(file)) as log:
        log.write("new\n")
        raise error


def test_the_log_takes_the_place_of_the_file_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "problems.jsonl"
    file.write_text("old")
    file.chmod(0o640)
    with problem_log(str(file)) as log:
        log.write("new\n")
        assert file.read_text() == "old"
    assert file.read_text() == "new\n"
    assert file.stat().st_mode & 0o777 == 0o640
    assert names(tmp_path) == {"problems.jsonl"}


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("problems.jsonl")
    with problem_log(str(tmp_path / "link")) as log:
        log.write("new\n")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "problems.jsonl").read_text() == "new\n"


def test_an_import_that_breaks_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "problems.jsonl"
    file.write_text("old")
    with pytest.raises(ZeroDivisionError):
        _import_that_ends_in(ZeroDivisionError(), file)
    assert file.read_text() == "old"
    assert names(tmp_path) == {"problems.jsonl"}


def test_after_an_interruption_the_problems_of_the_lists_before_it_are_there(tmp_path: Path) -> None:
    file = tmp_path / "problems.jsonl"
    with pytest.raises(Interrupted):
        _import_that_ends_in(Interrupted("interrupted"), file)
    assert file.read_text() == "new\n"


@needs_full_disk
def test_a_full_disk_is_told_with_the_name_of_the_file_which_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "problems.jsonl"
    file.write_text("old")
    opened = Path.open

    def full(path: Path, mode: str, encoding: str) -> IO[str]:
        opened(path, mode, encoding=encoding).close()
        return opened(Path("/dev/full"), "w", encoding=encoding)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(Unwritable) as caught, problem_log(str(file)) as log:
        log.write("new\n" * 100_000)
    assert caught.value.message.startswith(f"{file} can't be written: ")
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.ENOSPC
    monkeypatch.undo()
    assert file.read_text() == "old"
    assert names(tmp_path) == {"problems.jsonl"}


@needs_full_disk
@pytest.mark.parametrize("lines", [1, 100_000])
def test_a_device_is_written_to_and_never_replaced(lines: int) -> None:
    with problem_log("/dev/null") as log:
        log.write("new\n" * lines)
    assert Path("/dev/null").is_char_device()
    with pytest.raises(Unwritable), problem_log("/dev/full") as log:
        log.write("new\n" * lines)
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize("name", ["list.csv", "./list.csv", "../{here}/list.csv", "soft", "hard", "missing.csv"])
def test_a_list_is_no_log_by_whatever_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("list.csv").touch()
    Path("soft").symlink_to("list.csv")
    Path("hard").hardlink_to("list.csv")
    with pytest.raises(click.BadParameter, match="one of the lists"):
        refuse_to_overwrite(name.format(here=tmp_path.name), ["other.csv", "list.csv", "missing.csv"], "memory:")


@pytest.mark.parametrize("name", ["db.sqlite", "db.sqlite-wal"])
@pytest.mark.parametrize("url", ["sqlite:///{}", "sqlite:///{}?timeout=3", "sqlite+pysqlite:///{}"])
def test_the_database_is_no_log(tmp_path: Path, name: str, url: str) -> None:
    with pytest.raises(click.BadParameter, match="belongs to the database"):
        refuse_to_overwrite(str(tmp_path / name), ["list.csv"], url.format(tmp_path / "db.sqlite"))


def test_any_other_file_may_be_a_log(tmp_path: Path) -> None:
    for url in ("memory:", "sqlite://", f"sqlite:///{tmp_path / 'db.sqlite'}"):
        refuse_to_overwrite(str(tmp_path / "problems.jsonl"), ["list.csv"], url)
