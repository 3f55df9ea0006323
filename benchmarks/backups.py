"""A drill: backups of MariaDB beside the bare pipeline of the same programs: python -m benchmarks.backups --help.

It tells ratios of processor time, the server's included; figures in seconds are this machine's alone.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from coprra.adapters.age.sealer import AgeSealer
from coprra.adapters.filesystem.blobs import FileBlobStore
from coprra.adapters.mariadb.address import Address, read_address
from coprra.adapters.mariadb.database import MariaDbDatabase
from coprra.adapters.mariadb.examination import definitions, fingerprint, rows_of
from coprra.adapters.system.clock import SystemClock
from coprra.adapters.system.randomness import SystemRandomness
from coprra.backups import Backups
from coprra.domain.backups.manifest import Kind, Manifest
from coprra.domain.backups.repository import Repository
from coprra.domain.kernel.actor import Actor
from coprra.testing.backups import OPS, make_repository
from coprra.testing.mariadb import DURABLE, PrivateMariaDb, create_database

_TICKS = os.sysconf("SC_CLK_TCK")

FILL = """\
CREATE TABLE {table} (id INT AUTO_INCREMENT PRIMARY KEY, shop INT, cents INT, name VARCHAR(80), seen DATETIME,
                      KEY by_shop (shop, cents)) ENGINE=InnoDB;
INSERT INTO {table} (shop, cents, name, seen)
SELECT seq % 97, seq * 7919 % 100003, CONCAT('article ', MD5(seq)), '2026-11-23' - INTERVAL seq % 1000 HOUR
FROM seq_1_to_{rows}"""


@dataclass(frozen=True, slots=True)
class Drill:
    """A server with rows, a folder, and what is done with them."""

    server: PrivateMariaDb
    address: Address
    folder: Path
    repository: Repository
    backups: Backups

    def cpu(self, act: Callable[[], object]) -> float:
        """Seconds that this process, those it starts and the server compute for it."""
        before = self._computed()
        act()
        return self._computed() - before

    def _computed(self) -> float:
        own = os.times()
        fields = Path(f"/proc/{self.server.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return own.user + own.system + own.children_user + own.children_system + sum(map(int, fields[11:13])) / _TICKS

    def bare_backup(self, file: Path) -> None:
        recipient = AgeSealer().public(OPS).text
        with self.address.option_file() as options, TemporaryDirectory() as folder:
            _shell(
                f"mariadb-backup --defaults-file={options} --backup --stream=mbstream --target-dir={folder}"
                f" | zstd -q -3 | age -r {recipient} > {file}"
            )

    def bare_restore(self, file: Path) -> None:
        with TemporaryDirectory(dir=self.folder) as folder:
            key = Path(folder) / "key"
            key.write_text(f"{OPS}\n")
            _shell(
                f"mkdir {folder}/whole; age -d -i {key} {file} | zstd -q -d | mbstream -x -C {folder}/whole;"
                f" mariadb-backup --prepare --target-dir={folder}/whole"
            )

    def backup(self) -> Manifest:
        manifest = self.backups.run_backup(by=Actor.operator("drill"), force=True)
        assert manifest is not None
        return manifest

    def restore(self, manifest: Manifest) -> None:
        """Without looking at it, as the bare one."""
        backup = self.repository.history().named(manifest.id)
        with self.backups.run_backup.database.scratch() as target, target.receive(Kind.FULL) as sink:
            self.repository.open_into(backup, sink, lambda _done, _size: None)

    def fingerprint(self) -> None:
        with closing(self.address.connect()) as connection:
            defined = definitions(connection)
            rows_of(connection, "START TRANSACTION WITH CONSISTENT SNAPSHOT")
            fingerprint(connection, defined)

    def dump(self) -> None:
        with self.address.option_file() as options:
            _shell(f"mariadb-dump --defaults-file={options} --single-transaction {self.address.database} > /dev/null")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backups", description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000, help="of each of four tables (default 500,000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is done (default 3)")
    chosen = parser.parse_args()
    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with PrivateMariaDb(folder / "server", DURABLE) as server:
            url = create_database(server.url("mysql"), "coprra")
            address = read_address(url)
            _fill(address, chosen.rows)
            repository = make_repository(FileBlobStore(folder / "store"), SystemClock())
            backups = Backups.of(repository, MariaDbDatabase(address, {}), SystemRandomness())
            json.dump(_told(Drill(server, address, folder, repository, backups), chosen.rounds), sys.stdout, indent=2)
            print()


def _told(drill: Drill, rounds: int) -> dict[str, object]:
    ratios: dict[str, list[float]] = {"backup": [], "restore": [], "fingerprint": []}
    size, walls = 0, []
    for number in range(rounds):
        file = drill.folder / f"bare{number}.age"
        bare = drill.cpu(lambda file=file: drill.bare_backup(file))  # type: ignore[misc]  # bound on purpose
        before = time.perf_counter()
        taken: list[Manifest] = []
        ours = drill.cpu(lambda taken=taken: taken.append(drill.backup()))  # type: ignore[misc]  # likewise
        walls.append(time.perf_counter() - before)
        fingerprinted = drill.cpu(drill.fingerprint)
        ratios["backup"].append((ours - fingerprinted) / bare)
        ratios["fingerprint"].append(fingerprinted / drill.cpu(drill.dump))
        bare = drill.cpu(lambda file=file: drill.bare_restore(file))  # type: ignore[misc]  # likewise
        ratios["restore"].append(drill.cpu(lambda taken=taken: drill.restore(taken[0])) / bare)  # type: ignore[misc]
        size = taken[0].size
    return {
        "bytes": size,
        "backup_without_fingerprint_to_bare_pipeline": _spread(ratios["backup"]),
        "restore_without_proof_to_bare_pipeline": _spread(ratios["restore"]),
        "fingerprint_to_dump": _spread(ratios["fingerprint"]),
        "seconds_of_a_backup": round(median(walls), 1),
        "peak_of_this_process_in_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _spread(ratios: list[float]) -> dict[str, float]:
    return {"median": round(median(ratios), 2), "least": round(min(ratios), 2), "most": round(max(ratios), 2)}


def _fill(address: Address, rows: int) -> None:
    with closing(address.connect()) as connection, connection.cursor() as cursor:
        for table in ("offers", "observations", "articles", "prices"):
            for statement in FILL.format(table=table, rows=rows).split(";"):
                cursor.execute(statement)


def _shell(pipeline: str) -> None:
    subprocess.run(["bash", "-euo", "pipefail", "-c", pipeline], check=True, capture_output=True)


if __name__ == "__main__":
    main()
