"""A private folder is its maker's alone, and whoever comes next removes what nobody holds, and nothing else."""

from pathlib import Path

from coprra.adapters.filesystem.private_folder import private_folder


def test_it_is_for_its_owner_alone_and_gone_with_the_block(tmp_path: Path) -> None:
    with private_folder(tmp_path, "restore") as folder:
        (folder / "secret").write_text("rows")
        assert folder.stat().st_mode & 0o777 == 0o700
    assert list(tmp_path.iterdir()) == []


def test_what_is_held_stays_and_what_nobody_holds_goes(tmp_path: Path) -> None:
    """Of any purpose; of other names nothing goes, nor what a link leads to."""
    others = {tmp_path / name for name in ("kept", ".coprra-notes")}
    for folder in others:
        folder.mkdir()
        (folder / "file").touch()
    link = tmp_path / ".coprra-restore-link"
    link.symlink_to(tmp_path / "kept")
    for purpose in ("backup", "restore", "server"):
        (tmp_path / f".coprra-{purpose}-left").mkdir()
        (tmp_path / f".coprra-{purpose}-left" / "file").touch()
    with private_folder(tmp_path, "backup") as first, private_folder(tmp_path, "server") as second:
        assert set(tmp_path.iterdir()) == {*others, link, first, second}
    assert all((folder / "file").exists() for folder in others)
