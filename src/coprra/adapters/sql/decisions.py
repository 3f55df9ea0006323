"""Decisions in SQL: read and written in the one transaction that holds the pen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select
from sqlalchemy import insert as insert_into

from coprra.adapters.sql import entries
from coprra.adapters.sql.best_prices import forget_listing
from coprra.adapters.sql.engine import domain_errors
from coprra.adapters.sql.pen import take_pen
from coprra.adapters.sql.reads import SqlReads
from coprra.adapters.sql.rows import article_values, decision_values, state_values
from coprra.adapters.sql.tables import (
    ARTICLE_COLUMNS,
    STATE_COLUMNS,
    article_keys,
    articles,
    branches,
    decisions,
    list_runs,
    listings,
    observations,
    product_keys,
)
from coprra.domain.kernel.instants import to_micros
from coprra.domain.prices.article import Article
from coprra.domain.prices.chain import BranchId
from coprra.domain.prices.decision import Decision
from coprra.domain.prices.list_run import ListRun
from coprra.domain.prices.listing import ListingId, UnknownListing
from coprra.domain.prices.observation import Moment, Observation
from coprra.domain.prices.ports import Decisions
from coprra.domain.prices.series import Series
from coprra.domain.products.product import ProductId


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
        with domain_errors():
            known = self._connection.execute(_listing(listing.branch, listing.sku)).scalar()
            if known is None:
                raise UnknownListing.of(listing)
            self._connection.execute(insert_into(decisions).values(listing_id=known, **decision_values(decision)))
            forget_listing(self._connection, known)

    def article(self, chain: str, sku: str) -> Article | None:
        """See `Decisions.article`."""
        with domain_errors():
            id = self._connection.execute(_last_begun(chain, sku)).scalar()
        return None if id is None else SqlReads(self._connection).articles({id})[id]

    def taken(self, branch: BranchId, moment: Moment) -> bool:
        """See `Decisions.taken`."""
        with domain_errors():
            return self._connection.execute(_run(branch, moment)).scalar() is not None

    def append(self, run: ListRun, sku: str, added: Sequence[Observation]) -> None:
        """See `Decisions.append`."""
        with domain_errors():
            run_id, listing_id = self._insert_run(run), self._find_listing(run.branch.id, sku)
            said = {one.state.article for one in added if one.state.article}
            ids = {article: self._find_article(run, article) for article in said}
            for one in added:
                own = one.moment == run.moment
                self._insert(
                    one,
                    listing_id=listing_id,
                    run_id=run_id if own else self._connection.execute(_run(run.branch.id, one.moment)).scalar_one(),
                    line=1 if own else None,
                    article_id=ids[one.state.article] if one.state.article else None,
                )
            keys = sorted({key.value for article in said for key in article.keys})
            found = select(product_keys.c.product_id).where(product_keys.c.key.in_(keys))
            entries.refresh(self._connection, set(self._connection.execute(found).scalars()))
            forget_listing(self._connection, listing_id)

    def _insert_run(self, run: ListRun) -> int:
        branch = select(branches.c.id).where(
            branches.c.chain_code == run.branch.id.chain, branches.c.code == run.branch.id.code
        )
        inserted = self._connection.execute(
            insert_into(list_runs).values(
                branch_id=self._connection.execute(branch).scalar_one(),
                instant=run.moment.instant,
                precedence=run.moment.precedence,
                complete=run.complete,
                sha256=run.sha256,
                source=run.source,
                profile=run.profile,
                row_count=run.rows,
                imported_at=to_micros(run.imported_at),
                imported_by=str(run.imported_by),
            )
        )
        return int(inserted.lastrowid)

    def _find_listing(self, branch: BranchId, sku: str) -> int:
        known = self._connection.execute(_listing(branch, sku)).scalar()
        if known is not None:
            return int(known)
        at = select(branches.c.id).where(branches.c.chain_code == branch.chain, branches.c.code == branch.code)
        branch_id = self._connection.execute(at).scalar_one()
        return int(self._connection.execute(insert_into(listings).values(branch_id=branch_id, sku=sku)).lastrowid)

    def _find_article(self, run: ListRun, article: Article) -> int:
        known = self._connection.execute(select(articles.c.id).where(articles.c.digest == article.digest)).scalar()
        if known is not None:
            return int(known)
        id = int(
            self._connection.execute(
                insert_into(articles).values(dict(zip(ARTICLE_COLUMNS, article_values(article), strict=True)))
            ).lastrowid
        )
        wanted = {key.value: ProductId.born_of(key).value for key in article.keys}
        found = select(product_keys.c.key).where(product_keys.c.key.in_(sorted(wanted)))
        new = sorted(set(wanted) - set(self._connection.execute(found).scalars()))
        if new:
            entries.make_room(self._connection, [wanted[key] for key in new])
            mapped = {"mapped_at": to_micros(run.imported_at), "mapped_by": str(run.imported_by)}
            self._connection.execute(
                insert_into(product_keys), [{"key": key, "product_id": wanted[key], **mapped} for key in new]
            )
        self._connection.execute(insert_into(article_keys), [{"key": key, "article_id": id} for key in sorted(wanted)])
        return id

    def _insert(self, observation: Observation, **evidence: int | None) -> None:
        self._connection.execute(
            insert_into(observations).values(
                instant=observation.moment.instant,
                precedence=observation.moment.precedence,
                **evidence,
                **dict(zip(STATE_COLUMNS, state_values(observation.state), strict=True)),
            )
        )


def _listing(branch: BranchId, sku: str) -> Select[Any]:
    return (
        select(listings.c.id)
        .join(branches)
        .where(branches.c.chain_code == branch.chain, branches.c.code == branch.code, listings.c.sku == sku)
    )


def _last_begun(chain: str, sku: str) -> Select[Any]:
    """The id of the article that a branch last began to sell under that number."""
    before = func.lag(observations.c.article_id).over(
        partition_by=observations.c.listing_id, order_by=(observations.c.instant, observations.c.precedence)
    )
    sold = (
        select(
            observations.c.article_id,
            observations.c.instant,
            observations.c.precedence,
            branches.c.code,
            before.label("before"),
        )
        .select_from(observations.join(listings).join(branches))
        .where(branches.c.chain_code == chain, listings.c.sku == sku, observations.c.article_id.is_not(None))
        .subquery()
    )
    return (
        select(sold.c.article_id)
        .where(or_(sold.c.before.is_(None), sold.c.before != sold.c.article_id))
        .order_by(sold.c.instant.desc(), sold.c.precedence.desc(), sold.c.code.desc())
        .limit(1)
    )


def _run(branch: BranchId, moment: Moment) -> Select[Any]:
    return (
        select(list_runs.c.id)
        .join(branches)
        .where(
            branches.c.chain_code == branch.chain,
            branches.c.code == branch.code,
            list_runs.c.instant == moment.instant,
            list_runs.c.precedence == moment.precedence,
        )
    )
