"""What mariadb-backup notes of a backup is read in every version."""

from pathlib import Path

import pytest

from coprra.adapters.mariadb.backup_notes import noted


@pytest.mark.parametrize("beginning", ["xtrabackup", "mariadb_backup"])
def test_notes_are_found_under_either_name(tmp_path: Path, beginning: str) -> None:
    assert noted(tmp_path, "info") == ""
    (tmp_path / f"{beginning}_info").write_text("server_version = 11.4.8-MariaDB\n")
    assert noted(tmp_path, "info") == "server_version = 11.4.8-MariaDB\n"
