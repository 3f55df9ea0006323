"""Imports a list that does not fit on a small disk, and tells what was left: JSON on stdout."""

import json
import shutil
import sqlite3
import sys
from pathlib import Path

from coprra.adapters.sql.engine import make_engine
from coprra.adapters.sql.store import SqlStore
from coprra.domain.kernel.errors import Unavailable
from coprra.testing.answers import all_answers
from coprra.testing.builders import PriceList, a_row, day, gtin_of, import_list


def main(migrated: Path, disk: Path) -> dict[str, object]:
    """disk: a folder on a file system of two megabytes."""
    path = disk / "coprra.sqlite"
    shutil.copy(migrated, path)
    store = SqlStore(make_engine(f"sqlite:///{path}"))
    import_list(store, PriceList((a_row(gtins=[gtin_of(1)]),)))
    before = all_answers(store, day(0.5))
    long = PriceList(
        tuple(a_row(str(n), gtins=[gtin_of(n)], title=f"{n} " + "x" * 400, line=n) for n in range(2, 6000)),
        at=day(1),
        complete=False,
    )
    error = None
    try:
        import_list(store, long)
    except Unavailable as full:
        error = full.message
    after = all_answers(store, day(1.5))
    short = PriceList((a_row("2", gtins=[gtin_of(2)]),), at=day(2), complete=False)
    return {
        "error": error,
        "same_answers": before == all_answers(store, day(0.5)) and "x" * 400 not in after,
        "integrity": sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone()[0],
        "imported_afterwards": import_list(store, short).changes.new,
    }


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1]), Path(sys.argv[2])), sys.stdout)
