"""Run the benchmarks: python -m benchmarks --help."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.benchmark import Benchmark, run_benchmark
from benchmarks.engines import MariaDb, Sqlite
from benchmarks.history import MariaDbLedgers, SqliteLedgers, history
from benchmarks.homes import MariaDbHome, SqliteHome
from benchmarks.imports import imports
from benchmarks.kept_answers import kept_answers
from benchmarks.lists import lists_benchmark
from benchmarks.mariadb_backups import MARIADB_BACKUPS
from benchmarks.report import as_json, as_markdown, write_section
from benchmarks.serving import offers_benchmark
from benchmarks.sqlite_backups import SQLITE_BACKUPS
from benchmarks.xml_reading import XML_READING
from coprra.adapters.system.clock import SystemClock

PEERS = Path(os.environ.get("BENCH_PEERS", "no-peers")) / "bin" / "python"
"""The Python of the peers of serving; where it is not there, they are left out."""

DEFAULT_SCALE = 0.1
"""What is done in half an hour."""

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"

BENCHMARKS: Sequence[Benchmark] = (
    imports("import_sqlite", "Importing into SQLite", Sqlite()),
    imports("import_mariadb", "Importing into MariaDB", MariaDb()),
    XML_READING,
    offers_benchmark("serve_offers", "Offers of a product over HTTP, SQLite", SqliteHome(), PEERS, 2.5),
    offers_benchmark("serve_offers_mariadb", "Offers of a product over HTTP, MariaDB", MariaDbHome(), PEERS, 1.7),
    kept_answers("kept_answers_sqlite", "Answers that are given again, SQLite", Sqlite()),
    kept_answers("kept_answers_mariadb", "Answers that are given again, MariaDB", MariaDb()),
    history("history_sqlite", "A product's history, SQLite", SqliteLedgers()),
    history("history_mariadb", "A product's history, MariaDB", MariaDbLedgers()),
    lists_benchmark("lists_sqlite", "Lists and searches over HTTP, SQLite", SqliteHome(), PEERS),
    lists_benchmark("lists_mariadb", "Lists and searches over HTTP, MariaDB", MariaDbHome(), PEERS),
    SQLITE_BACKUPS,
    MARIADB_BACKUPS,
)


def main(arguments: Sequence[str] | None = None) -> None:
    names = [benchmark.name for benchmark in BENCHMARKS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=names, action="append", help="this one (may be repeated); all by default")
    parser.add_argument(
        "--scale",
        type=float,
        default=DEFAULT_SCALE,
        help=f"1: a million rows or products, 2,000 products' offers, 10 million prices (default {DEFAULT_SCALE})",
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each contender works (default 3)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--write", action="store_true", help=f"put the results into docs/{PAGE.name}")
    chosen = parser.parse_args(arguments)
    results = []
    for benchmark in BENCHMARKS:
        if chosen.only and benchmark.name not in chosen.only:
            continue
        print(f"{benchmark.name} …", file=sys.stderr)
        result = run_benchmark(benchmark, scale=chosen.scale, rounds=chosen.rounds)
        results.append(result)
        section = as_markdown(result, chosen.rounds, SystemClock().now().date())
        if not chosen.json:
            print(f"\n{section}\n")
        if chosen.write:
            write_section(PAGE, benchmark.name, section)
    if chosen.json:
        print(json.dumps(as_json(results, chosen.rounds), indent=2))


if __name__ == "__main__":
    main()
