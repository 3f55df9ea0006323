"""How statements are to be executed, where a database might choose worse."""

from typing import Any

from sqlalchemy import Select


def joined_as_written(statement: Select[Any]) -> Select[Any]:
    """Joined from the first table to the last.

    MariaDB would begin with what it takes for small, and until its statistics are gathered anew, it takes for small
    what was empty before the first import.
    """
    return statement.prefix_with("STRAIGHT_JOIN", dialect="mysql")
