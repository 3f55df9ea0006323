"""The way back to a MySQL without coprra works as the page says it, with programs that speak to MariaDB's."""

import os
import re
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from coprra.adapters.filesystem.blobs import FileBlobStore
from coprra.adapters.mariadb.address import connected, read_address
from coprra.adapters.mariadb.examination import rows_of
from coprra.adapters.mysql.database import MySqlDatabase
from coprra.adapters.system.clock import SystemClock
from coprra.adapters.system.randomness import SystemRandomness
from coprra.backups import Backups
from coprra.domain.backups.manifest import Kind
from coprra.testing.backups import ESCROW, SIGNER, make_repository
from coprra.testing.builders import TESTER
from coprra.testing.mariadb import FAST, PrivateMariaDb

PAGE = Path(__file__).parents[4] / "docs/recovery.md"


def test_a_chain_comes_back_with_the_programs_that_the_page_names_alone(
    database: MySqlDatabase, url: str, change: Callable[..., None], tmp_path: Path
) -> None:
    repository = make_repository(FileBlobStore(tmp_path / "store"), SystemClock())
    backups = Backups.of(repository, database, SystemRandomness())
    for kind in (Kind.FULL, Kind.INCREMENTAL):
        backups.run_backup(kind, by=TESTER)
        change("INSERT INTO prices (shop, cents) VALUES (2, 42)")
    (tmp_path / "identity").write_text(f"{ESCROW}\n")
    (tmp_path / "out").mkdir()
    environment = {
        "STORE": str(tmp_path / "store"),
        "OUT": str(tmp_path / "out"),
        "SIGNER": SIGNER,
        "IDENTITY": str(tmp_path / "identity"),
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script().replace("v1/coprra", "v1/test")],
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    (tmp_path / "new").mkdir()
    (tmp_path / "out/mysql").rename(tmp_path / "new/data")
    with PrivateMariaDb(tmp_path / "new", FAST, kept=True) as restored:
        address = read_address(restored.url(url.rpartition("/")[2]))
        with closing(connected(address)) as connection:
            assert rows_of(connection, "SELECT COUNT(*) FROM prices WHERE shop = 2") == [(1,)]


def script() -> str:
    """MariaDB's, whose last loop is the other one."""
    blocks: list[str] = re.findall(r"^```bash\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (whole,) = (block for block in blocks if "mbstream" in block)
    (loop,) = (block for block in blocks if "xbstream" in block)
    begin, found, _ = whole.partition("for id in $chain; do\n")
    assert loop.startswith(found)
    return begin + loop
