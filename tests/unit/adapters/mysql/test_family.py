"""Which programs are MySQL's, of which version, and whose files they may handle."""

import pytest

from coprra.adapters.mariadb.family import MARIADB
from coprra.adapters.mysql.family import MYSQL, suits


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("mysqldump  Ver 8.0.36 for Linux on x86_64 (MySQL Community Server - GPL)", "8.0.36"),
        ("/usr/sbin/mysqld  Ver 8.0.39-0ubuntu0.24.04.2 for Linux on x86_64 ((Ubuntu))", "8.0.39"),
        ("/usr/sbin/mysqld  Ver 8.4.3-3 for Linux on x86_64 (Percona Server (GPL), Release 3)", "8.4.3"),
        ("mysqldump  Ver 10.13 Distrib 5.7.44, for Linux (x86_64)", "5.7.44"),
        (
            "recognized server arguments: --datadir=/data\nxtrabackup version 8.0.35-30 based on MySQL server",
            "8.0.35",
        ),
    ],
)
def test_programs_say_their_version_in_several_ways(said: str, version: str) -> None:
    found = MYSQL.programs.version.search(said)
    assert found is not None
    assert found[1] == version


@pytest.mark.parametrize(
    "said",
    [
        "mysqldump  Ver 10.19 Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)",
        "mysql from 11.8.2-MariaDB, client 15.2 for debian-linux-gnu (x86_64) using  EditLine wrapper",
        "mysqld  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)",
        "",
    ],
)
def test_a_program_of_mariadb_under_the_name_of_mysql_is_none(said: str) -> None:
    assert MYSQL.programs.version.search(said) is None


@pytest.mark.parametrize("version", ["8.0.36", "8.0.36-28", "8.4.3", "8.0.39-0ubuntu0.24.04.2", "10.11.19-MariaDB"])
def test_a_server_is_of_one_family(version: str) -> None:
    found = [family.engine for family in (MARIADB, MYSQL) if family.recognised.search(version)]
    assert found == (["mariadb"] if "MariaDB" in version else ["mysql"])


@pytest.mark.parametrize(
    ("name", "has", "version", "does"),
    [
        ("xtrabackup", "8.0.30", "8.0.30-22", True),
        ("xtrabackup", "8.0.30", "8.0.28", True),
        ("xtrabackup", "8.0.30", "8.0.31", False),
        ("xtrabackup", "8.0.35", "8.0.43", True),
        ("xtrabackup", "8.4.0", "8.4.7-7", True),
        ("xtrabackup", "8.4.0", "8.0.43", False),
        ("xtrabackup", "8.0.35", "8.4.0", False),
        ("mysqld", "8.0.43", "8.0.36", True),
        ("mysqld", "8.0.36", "8.0.43", False),
        ("mysqld", "8.4.3", "8.0.36", False),
    ],
)
def test_files_are_handled_by_programs_of_their_series_that_are_not_too_old(
    name: str, has: str, version: str, does: bool
) -> None:
    assert suits(name, has, version) is does
