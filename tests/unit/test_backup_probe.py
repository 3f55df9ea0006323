"""The probe sees whether coprra runs on a restored database, and upgrades what is older than it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from coprra import Settings, build
from coprra.backup_probe import ApplicationProbe


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/coprra.sqlite"


@pytest.fixture
def probe() -> ApplicationProbe:
    return ApplicationProbe(lambda url: build(Settings(database_url=url)))


def test_a_database_of_an_older_version_is_upgraded_and_answers(url: str, probe: ApplicationProbe) -> None:
    assert probe(url) == ()
    with build(Settings(database_url=url)) as application:
        assert application.schema.current() == application.schema.newest()


def test_one_that_coprra_does_not_know_is_told(url: str, probe: ApplicationProbe, tmp_path: Path) -> None:
    probe(url)
    with closing(sqlite3.connect(tmp_path / "coprra.sqlite")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    (said,) = probe(url)
    assert "9999" in said
