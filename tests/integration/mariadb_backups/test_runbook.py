"""The way back to a MariaDB without coprra works as the page says it."""

import os
import re
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from coprra.adapters.filesystem.blobs import FileBlobStore
from coprra.adapters.mariadb.address import read_address
from coprra.adapters.mariadb.database import MariaDbDatabase
from coprra.adapters.system.clock import SystemClock
from coprra.adapters.system.randomness import SystemRandomness
from coprra.backups import Backups
from coprra.domain.backups.manifest import Kind
from coprra.testing.backups import ESCROW, SIGNER, make_repository
from coprra.testing.builders import TESTER
from coprra.testing.mariadb import FAST, PrivateMariaDb

PAGE = Path(__file__).parents[3] / "docs/recovery.md"


def test_a_chain_comes_back_with_the_programs_that_the_page_names_alone(
    backup_url: str, change: Callable[..., None], tmp_path: Path
) -> None:
    repository = make_repository(FileBlobStore(tmp_path / "store"), SystemClock())
    backups = Backups.of(repository, MariaDbDatabase(read_address(backup_url), {}), SystemRandomness())
    for kind in (Kind.FULL, Kind.INCREMENTAL, Kind.INCREMENTAL):
        backups.run_backup(kind, by=TESTER)
        change("INSERT INTO prices (shop, cents) VALUES (2, 42)")
    (script,) = (
        block
        for block in re.findall(r"^```bash\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        if "mbstream" in block
    )
    (tmp_path / "identity").write_text(f"{ESCROW}\n")
    (tmp_path / "out").mkdir()
    environment = {
        "STORE": str(tmp_path / "store"),
        "OUT": str(tmp_path / "out"),
        "SIGNER": SIGNER,
        "IDENTITY": str(tmp_path / "identity"),
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace("v1/coprra", "v1/test")],
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    (tmp_path / "new").mkdir()
    (tmp_path / "out/mysql").rename(tmp_path / "new/data")
    with PrivateMariaDb(tmp_path / "new", FAST, kept=True) as restored:
        url = restored.url(backup_url.rpartition("/")[2])
        with closing(read_address(url).connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM prices WHERE shop = 2")
            assert cursor.fetchall() == ((2,),)
