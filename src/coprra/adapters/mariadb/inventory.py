"""Inventory: what a server has beside the rows of the one database, as far as one may see it."""

from collections.abc import Mapping

import pymysql

from coprra.adapters.mariadb.address import Connection
from coprra.adapters.mariadb.examination import rows_of

_NOT_TOLD = frozenset({1109, 1142, 1143, 1146, 1227})
"""It may not be seen by whoever asks, or is not there."""

Inventory = Mapping[str, int]


def inventory(connection: Connection, counts: Mapping[str, str]) -> Inventory:
    """How many there are of each kind; of what is not told to whoever asks, nothing. counts: see `Family`.

    Raises: pymysql.Error.
    """
    counted = {}
    for kind, query in counts.items():
        try:
            ((counted[kind],),) = rows_of(connection, query)
        except pymysql.Error as error:
            if error.args[:1] and error.args[0] in _NOT_TOLD:
                continue
            raise
    return counted
