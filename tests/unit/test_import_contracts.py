"""The import contracts of setup.cfg hold, and would notice if they did not."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PURE = frozenset(
    "__future__ abc base64 binascii bisect collections contextlib dataclasses datetime decimal enum fractions "
    "functools hashlib heapq hmac ipaddress itertools json math operator re statistics string struct textwrap "
    "types typing unicodedata zoneinfo".split()
)
"""What the domain may take from the standard library: nothing that tells the time, rolls dice, logs or does I/O."""

BREACHES = [
    ("domain/kernel", "import coprra.application", "Entrypoints ask, the domain decides, adapters do"),
    ("adapters/memory", "import coprra.settings", "Entrypoints ask, the domain decides, adapters do"),
    ("domain/products", "import coprra.domain.prices", "The rooms of the domain know each other in one direction"),
    ("adapters/memory", "import coprra.adapters.sql", "Adapters are independent of each other"),
    ("entrypoints/cli", "from coprra.adapters import sql", "Entrypoints reach adapters through bootstrap alone"),
    ("domain/kernel", "import sqlalchemy", "SQLAlchemy and Alembic live in adapters/sql"),
    ("adapters/memory", "from alembic import command", "SQLAlchemy and Alembic live in adapters/sql"),
    ("entrypoints/cli", "from pyramid.config import Configurator", "Pyramid and its kin live in entrypoints/http"),
    ("entrypoints/http", "import rich.table", "Click, Rich and Plotext live in entrypoints/cli"),
    ("adapters/sql", "import cryptography.hazmat", "cryptography lives in adapters/cryptography"),
    ("adapters/memory", "import ijson", "ijson lives in adapters/feeds"),
    ("domain/users", "import coprra.domain.sessions", "The rooms of the domain know each other in one direction"),
    ("adapters/memory", "from botocore import config", "boto3 lives in adapters/s3"),
    ("adapters/s3", "import pyrage", "pyrage and zstandard live in adapters/age"),
    ("domain/backups", "import coprra.domain.audit", "The rooms of the domain know each other in one direction"),
    ("domain/users", "import argon2", "argon2-cffi lives in adapters/argon2"),
    ("domain/mfa", "import pyotp", "pyotp lives in adapters/pyotp"),
    ("domain/mfa", "import segno", "segno lives in adapters/segno"),
    ("adapters/argon2", "import zxcvbn", "zxcvbn lives in adapters/zxcvbn"),
    ("adapters/sql", "import pymysql", "PyMySQL lives in adapters/mariadb and adapters/mysql"),
    ("adapters/sql", "import structlog", "structlog and orjson live in the entrypoints"),
    ("entrypoints/http", "from dependency_injector import providers", "dependency-injector lives in bootstrap"),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src/coprra", tmp_path / "src/coprra", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    return tmp_path


def add_import(tree: Path, package: str, line: str) -> None:
    with (tree / "src/coprra" / package / "__init__.py").open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tree,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tree / "src"), "PYTHONUTF8": "1", "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def impurities(tree: Path) -> Iterator[str]:
    domain = tree / "src/coprra/domain"
    for path in sorted(domain.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = ["." * node.level + (node.module or "")]
            else:
                continue
            for name in names:
                if name.partition(".")[0] not in PURE and not f"{name}.".startswith("coprra.domain."):
                    yield f"{path.relative_to(domain)}:{node.lineno} imports {name}"


def test_every_contract_holds(tree: Path) -> None:
    verdict = lint_imports(tree)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


@pytest.mark.parametrize(("package", "line", "contract"), BREACHES)
def test_a_breach_is_noticed(tree: Path, package: str, line: str, contract: str) -> None:
    add_import(tree, package, line)
    verdict = lint_imports(tree)
    assert verdict.returncode == 1
    assert f"{contract} BROKEN" in verdict.stdout


def test_a_room_without_a_place_in_the_order_is_noticed(tree: Path) -> None:
    room = tree / "src/coprra/domain/lumber"
    room.mkdir()
    (room / "__init__.py").touch()
    verdict = lint_imports(tree)
    assert verdict.returncode == 1
    assert "coprra.domain.lumber" in verdict.stdout


def test_the_domain_imports_nothing_but_pure_parts_of_the_standard_library(tree: Path) -> None:
    assert list(impurities(tree)) == []


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "import socket, re",
        "from random import randint",
        "import secrets",
        "from time import time",
        "import logging",
        "from pathlib import Path",
        "import sqlalchemy",
        "import coprra",
        "from coprra.adapters import sql",
        "from . import money",
    ],
)
def test_an_impure_import_in_the_domain_is_noticed(tree: Path, line: str) -> None:
    add_import(tree, "domain/kernel", line)
    assert any(impurity.startswith("kernel/__init__.py:") for impurity in impurities(tree))


def test_tests_of_the_domain_need_nothing_that_is_installed_with_coprra() -> None:
    tests = [str(path) for path in sorted((ROOT / "tests/unit/domain").rglob("*.py"))]
    script = (
        "import runpy, sys\n"
        "before = set(sys.modules)\n"
        "for path in sys.argv[1:]:\n"
        "    runpy.run_path(path)\n"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, *tests], check=True, capture_output=True, text=True)
    wanted = {
        re.split(r"[^\w.-]", line)[0].lower() for line in metadata.requires("coprra") or () if "extra" not in line
    }
    installed = {
        module
        for module, distributions in metadata.packages_distributions().items()
        if {name.lower() for name in distributions} & wanted
    }
    assert "sqlalchemy" in installed
    assert installed.isdisjoint(done.stdout.split())
