"""Decisions in SQL: read and written in the one transaction that holds the pen."""

from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy import insert as insert_into

from coprra.adapters.sql.engine import domain_errors
from coprra.adapters.sql.pen import take_pen
from coprra.adapters.sql.reads import SqlReads
from coprra.adapters.sql.rows import decision_values
from coprra.adapters.sql.tables import branches, decisions, listings
from coprra.domain.prices.decision import Decision
from coprra.domain.prices.listing import ListingId, UnknownListing
from coprra.domain.prices.ports import Decisions
from coprra.domain.prices.series import Series


class SqlDecisions(Decisions):
    """Works in the transaction of its unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self) -> None:
        """See `Decisions.lock`."""
        take_pen(self._connection)

    def series(self, listing: ListingId, as_of: datetime) -> Series:
        """See `Decisions.series`."""
        return SqlReads(self._connection).listing(listing, as_of)

    def decide(self, listing: ListingId, decision: Decision) -> None:
        """See `Decisions.decide`."""
        known = (
            select(listings.c.id)
            .join(branches)
            .where(
                branches.c.chain_code == listing.branch.chain,
                branches.c.code == listing.branch.code,
                listings.c.sku == listing.sku,
            )
        )
        with domain_errors():
            row = self._connection.execute(known).first()
            if row is None:
                raise UnknownListing.of(listing)
            self._connection.execute(insert_into(decisions).values(listing_id=row.id, **decision_values(decision)))
