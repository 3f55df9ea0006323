"""How peers reach a database: of a URL without a driver, such as sqlite:///file or mysql://user@host/name."""

from typing import Any
from urllib.parse import urlsplit


def with_driver(url: str, sqlite: str, mysql: str) -> str:
    """For SQLAlchemy, with the driver for its database."""
    kind, _, rest = url.partition(":")
    return f"{kind}+{sqlite if kind == 'sqlite' else mysql}:{rest}"


def for_django(url: str) -> dict[str, Any]:
    """As Django's settings say it."""
    if url.startswith("sqlite:///"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.removeprefix("sqlite:///"), "CONN_MAX_AGE": None}
    import pymysql

    pymysql.version_info = (2, 2, 7, "final", 0)
    pymysql.install_as_MySQLdb()
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.mysql",
        "NAME": parts.path.removeprefix("/"),
        "USER": parts.username,
        "PASSWORD": parts.password,
        "HOST": parts.hostname,
        "PORT": parts.port,
        "CONN_MAX_AGE": None,
    }
