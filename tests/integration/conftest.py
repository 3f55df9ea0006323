"""One private MariaDB and one SeaweedFS for the whole run, and databases of their own for the tests."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from coprra.testing.mariadb import create_database, shared_mariadb
from coprra.testing.seaweedfs import shared_seaweedfs
from coprra.testing.sharing import NoServer


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database server that all processes of this run share. Where there is none, the test fails."""
    base = tmp_path_factory.getbasetemp()
    try:
        with shared_mariadb(_folder_of_the_run(base, request.config) / "mariadb") as url:
            yield url
    except NoServer as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def new_mariadb(mariadb: str) -> Callable[[], str]:
    """Makes empty databases; returns the URL of each."""
    return lambda: create_database(mariadb, f"test_{uuid4().hex}")


@pytest.fixture(scope="session")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an S3 server, with its credentials, that all processes of this run share. Likewise."""
    base = tmp_path_factory.getbasetemp()
    try:
        with shared_seaweedfs(_folder_of_the_run(base, request.config) / "seaweedfs") as url:
            yield url
    except NoServer as error:
        pytest.fail(str(error), pytrace=False)


def _folder_of_the_run(base: Path, config: pytest.Config) -> Path:
    return base.parent if hasattr(config, "workerinput") else base
