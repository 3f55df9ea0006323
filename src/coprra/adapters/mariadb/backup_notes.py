"""Backup notes: the files in which mariadb-backup says what it did, under their old and their new names."""

from pathlib import Path

_BEGINNINGS = ("xtrabackup", "mariadb_backup")
"""Source: https://jira.mariadb.org/browse/MDEV-18931: renamed in 11.1."""


def noted(folder: Path, name: str) -> str:
    """What is noted there as `info` or `checkpoints`; nothing where it is not there, or could not be written."""
    for beginning in _BEGINNINGS:
        path = folder / f"{beginning}_{name}"
        if path.is_file():
            return path.read_text("utf-8", "replace")
    return ""
