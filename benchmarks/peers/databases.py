"""Which database peers answer out of, and how each of them reaches it."""

import os
from typing import Any
from urllib.parse import urlsplit

URL = os.environ["PEERS_URL"]
"""Without a driver: sqlite:///… or mysql://…"""

AS_OF = int(os.environ["PEERS_AS_OF"])
"""When everything is asked, in microseconds UTC."""


def with_driver(sqlite: str, mysql: str) -> str:
    """For SQLAlchemy, with the driver for its database."""
    kind, _, rest = URL.partition(":")
    return f"{kind}+{sqlite if kind == 'sqlite' else mysql}:{rest}"


def for_django() -> dict[str, Any]:
    """As Django's settings say it."""
    if URL.startswith("sqlite:///"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": URL.removeprefix("sqlite:///"), "CONN_MAX_AGE": None}
    import pymysql

    pymysql.version_info = (2, 2, 7, "final", 0)
    pymysql.install_as_MySQLdb()
    parts = urlsplit(URL)
    return {
        "ENGINE": "django.db.backends.mysql",
        "NAME": parts.path.removeprefix("/"),
        "USER": parts.username,
        "PASSWORD": parts.password,
        "HOST": parts.hostname,
        "PORT": parts.port,
        "CONN_MAX_AGE": None,
    }
