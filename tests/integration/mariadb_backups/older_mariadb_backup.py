"""Does around its locks what mariadb-backup 10.11.7 does, and says it in its words; URL names the server.

Run by test_older_programs.py in place of mariadb-backup. What it sends is nothing.
"""

import os
import sys
from contextlib import closing
from pathlib import Path

from coprra.adapters.mariadb.address import read_address
from coprra.adapters.mariadb.examination import rows_of

SIZE = 200_000


def say(words: str) -> None:
    sys.stderr.write(f"[00] 2024-02-07 12:00:00 {words}\n")
    sys.stderr.flush()


def send() -> None:
    sys.stdout.buffer.write(bytes(SIZE))
    sys.stdout.buffer.flush()


def back_up(notes: Path) -> None:
    server = read_address(os.environ["URL"])
    with closing(server.connect()) as locking, closing(server.connect()) as writing:
        send()
        say("Acquiring BACKUP LOCKS...")
        rows_of(locking, "BACKUP STAGE START")
        rows_of(writing, "INSERT INTO shops (name) VALUES ('the last before')")
        rows_of(locking, "BACKUP STAGE BLOCK_COMMIT")
        say("Starting to backup non-InnoDB tables and files")
        send()
        say("Executing BACKUP STAGE END")
        rows_of(locking, "BACKUP STAGE END")
        say("All tables unlocked")
        rows_of(writing, "INSERT INTO shops (name) VALUES ('the first after')")
    (notes / "xtrabackup_checkpoints").write_text("from_lsn = 0\nto_lsn = 1\nlast_lsn = 2\n")
    (notes / "xtrabackup_info").write_text("server_version = 10.11.7-MariaDB\n")
    say("completed OK!")


if __name__ == "__main__":
    if "--version" in sys.argv:
        sys.stdout.write("mariadb-backup based on MariaDB server 10.11.7-MariaDB debian-linux-gnu (x86_64)\n")
    else:
        back_up(Path(next(one for one in sys.argv if one.startswith("--extra-lsndir=")).partition("=")[2]))
