"""Publication: one staged list on its way into the ledger, in statements over whole sets."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    false,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy import insert as insert_into

from coprra.adapters.sql.best_prices import Forgetting
from coprra.adapters.sql.catalogue import Catalogue, newest_id
from coprra.adapters.sql.rows import ABSENT_STATE, UNREADABLE_STATE
from coprra.adapters.sql.search_index import index_new
from coprra.adapters.sql.tables import (
    STATE_COLUMNS,
    affected,
    articles,
    branches,
    chains,
    list_runs,
    listings,
    observations,
    staged_articles,
    staged_rows,
    store,
)
from coprra.domain.kernel.instants import to_micros
from coprra.domain.prices.list_run import Base, Changes, ListRun, MissingBase
from coprra.domain.prices.observation import Availability, Moment
from coprra.domain.products.product import fuller


class Publication:
    """One list on its way into the ledger, inside a transaction that holds the pen."""

    def __init__(self, connection: Connection, run: ListRun, base: Base | None = None) -> None:
        self._connection = connection
        self._run = run
        self._base = base
        self._forget = Forgetting(connection, run)
        self._branch = self._name_branch()
        self._upon_newest = base is not None and self._is_newest(base.run)
        self._next_complete = self._find_next_complete()
        self._run_id = self._insert_run()

    def publish(self) -> Changes:
        """Every step is a handful of statements, however long the list is."""
        newest_article = newest_id(self._connection, articles)
        catalogue = Catalogue(self._connection, self._run)
        catalogue.add_articles()
        self._find_affected()
        self._append_staged(catalogue.article_id)
        if self._speaks_of_all:
            self._append_absent()
        if self._base and self._speaks_of_all:
            self._append_standing(_just_after(self._base.run.moment))
        if self._next_complete is not None:
            self._keep_what_the_next_list_confirmed(*self._next_complete)
        catalogue.list_products()
        index_new(self._connection, newer_than=newest_article)
        self._forget()
        self._connection.execute(store.update().values(revision=store.c.revision + 1))
        return self._count()

    def _name_branch(self) -> int:
        run, execute = self._run, self._connection.execute
        chain = {
            "name": run.chain.name,
            "country": run.chain.country,
            "currency": run.chain.currency.code,
            "stale_after_seconds": int(run.chain.stale_after.total_seconds()),
        }
        if not execute(chains.update().where(chains.c.code == run.chain.code).values(chain)).rowcount:
            execute(insert_into(chains).values(code=run.chain.code, **chain))
        known = execute(
            select(branches.c.id, branches.c.address).where(
                branches.c.chain_code == run.chain.code, branches.c.code == run.branch.id.code
            )
        ).first()
        values = {
            "timezone": run.branch.timezone,
            "channel": run.branch.channel.value,
            "address": fuller(known.address if known else None, run.branch.address),
        }
        if known:
            execute(branches.update().where(branches.c.id == known.id).values(values))
            return int(known.id)
        named = insert_into(branches).values(chain_code=run.chain.code, code=run.branch.id.code, **values)
        return int(execute(named).lastrowid)

    @property
    def _speaks_of_all(self) -> bool:
        """Whether there are listings that the list speaks of without naming them, and of which that is news."""
        return self._run.complete and not self._upon_newest

    def _is_newest(self, base: ListRun) -> bool:
        """Whether nothing was published for after the base. Raises: MissingBase."""
        runs = (
            select(list_runs.c.instant, list_runs.c.precedence, list_runs.c.complete)
            .where(list_runs.c.branch_id == self._branch)
            .order_by(list_runs.c.instant.desc(), list_runs.c.precedence.desc())
        )
        found = self._connection.execute(
            runs.where(list_runs.c.instant == base.moment.instant, list_runs.c.precedence == base.moment.precedence)
        ).first()
        if not found or not found.complete or base.moment >= self._run.moment:
            raise MissingBase.of(self._run)
        return self._connection.execute(runs.limit(1)).first() == found

    def _is_late(self) -> bool:
        """Whether anything was published for after this list, complete or not."""
        later = select(list_runs.c.id).where(
            list_runs.c.branch_id == self._branch,
            is_after(list_runs.c.instant, list_runs.c.precedence, self._run.moment),
        )
        return self._connection.execute(later.limit(1)).first() is not None

    def _find_next_complete(self) -> tuple[int, Moment] | None:
        query = (
            select(list_runs.c.id, list_runs.c.instant, list_runs.c.precedence)
            .where(
                list_runs.c.branch_id == self._branch,
                list_runs.c.complete,
                is_after(list_runs.c.instant, list_runs.c.precedence, self._run.moment),
            )
            .order_by(list_runs.c.instant, list_runs.c.precedence)
            .limit(1)
        )
        row = self._connection.execute(query).first()
        return (row.id, Moment(row.instant, row.precedence)) if row else None

    def _insert_run(self) -> int:
        run = self._run
        statement = insert_into(list_runs).values(
            branch_id=self._branch,
            instant=run.instant,
            precedence=run.moment.precedence,
            complete=run.complete,
            sha256=run.sha256,
            source=run.source[-255:],
            profile=run.profile,
            row_count=run.rows,
            imported_at=to_micros(run.imported_at),
            imported_by=str(run.imported_by),
        )
        return int(self._connection.execute(statement).lastrowid)

    def _find_affected(self) -> None:
        """A new listing's id is as far behind the newest one's as its row's number says."""
        newest = newest_id(self._connection, listings)
        known = and_(listings.c.branch_id == self._branch, listings.c.sku == staged_rows.c.sku)
        id = func.coalesce(listings.c.id, newest + staged_rows.c.number)
        believed = _state_before(self._run.moment)
        named = (
            select(id, staged_rows.c.number, staged_rows.c.state, believed)
            .select_from(staged_rows.join(listings, known, isouter=True))
            .where(or_(listings.c.id.is_not(None), staged_rows.c.state != ABSENT_STATE))
            .order_by(staged_rows.c.number)
        )
        self._affect(named)
        if self._speaks_of_all:
            said: ColumnElement[int] = literal(ABSENT_STATE)
            if self._base:
                said = func.coalesce(_state_before(_just_after(self._base.run.moment)), ABSENT_STATE)
            unnamed = select(listings.c.id, null(), said, believed).where(
                listings.c.branch_id == self._branch,
                ~select(affected.c.listing_id).where(affected.c.listing_id == listings.c.id).exists(),
            )
            self._affect(unnamed)
        new = (
            select(affected.c.listing_id, literal(self._branch), staged_rows.c.sku)
            .join(staged_rows, staged_rows.c.number == affected.c.number)
            .where(affected.c.listing_id > newest)
            .order_by(affected.c.listing_id)
        )
        self._connection.execute(insert_into(listings).from_select(("id", "branch_id", "sku"), new))

    def _affect(self, rows: Select[Any]) -> None:
        self._connection.execute(insert_into(affected).from_select(("listing_id", "number", "state", "before"), rows))

    def _append(self, rows: Select[Any]) -> None:
        names = ("listing_id", "instant", "precedence", "run_id", "line", "article_id", *STATE_COLUMNS)
        self._connection.execute(insert_into(observations).from_select(names, rows))

    def _here(self) -> tuple[ColumnElement[Any], ...]:
        moment = self._run.moment
        return literal(moment.instant), literal(moment.precedence), literal(self._run_id)

    def _append_staged(self, article_id: ColumnElement[int]) -> None:
        """A complete list writes what changed; a partial one everything it names."""
        rows = (
            select(
                affected.c.listing_id,
                *self._here(),
                case((staged_rows.c.line > 0, staged_rows.c.line)),
                article_id,
                *(staged_rows.c[name] for name in STATE_COLUMNS),
            )
            .select_from(
                affected.join(staged_rows, staged_rows.c.number == affected.c.number).join(
                    staged_articles, staged_articles.c.number == affected.c.number, isouter=True
                )
            )
            .order_by(affected.c.listing_id)
        )
        self._append(rows.where(_changed()) if self._run.complete else rows)

    def _append_absent(self) -> None:
        gone = select(affected.c.listing_id, *self._here(), null(), null(), *_absence()).where(
            affected.c.number.is_(None), affected.c.state == ABSENT_STATE, _changed()
        )
        self._append(gone)

    def _append_standing(self, moment: Moment) -> None:
        """What the list leaves out, because its base says the same, and what others have spoken of since."""
        states = (observations.c.article_id, *(observations.c[name] for name in STATE_COLUMNS))
        self._append(
            _join_latest(select(affected.c.listing_id, *self._here(), null(), *states), moment).where(
                affected.c.number.is_(None), affected.c.state != ABSENT_STATE, _changed()
            )
        )

    def _keep_what_the_next_list_confirmed(self, run_id: int, moment: Moment) -> None:
        """A later complete list said by silence what was believed then; this late list must not be read into it."""
        later = observations.alias("later")
        spoken_for = (
            select(later.c.listing_id)
            .where(
                later.c.listing_id == affected.c.listing_id,
                is_after(later.c.instant, later.c.precedence, self._run.moment),
                ~is_after(later.c.instant, later.c.precedence, moment),
            )
            .exists()
        )
        at = (literal(moment.instant), literal(moment.precedence), literal(run_id), null())
        states = (observations.c.article_id, *(observations.c[name] for name in STATE_COLUMNS))
        known = _join_latest(select(affected.c.listing_id, *at, *states), self._run.moment).where(
            _changed(), ~spoken_for
        )
        unseen = select(affected.c.listing_id, *at, null(), *_absence()).where(
            affected.c.before.is_(None), _changed(), ~spoken_for
        )
        self._append(known)
        self._append(unseen)

    def _count(self) -> Changes:
        state, before = affected.c.state, func.coalesce(affected.c.before, ABSENT_STATE)
        effects = {
            "unchanged": and_(state == before, state != ABSENT_STATE),
            "unlisted": and_(state != before, state == ABSENT_STATE),
            "new": and_(state != before, affected.c.before.is_(None)),
            "back": and_(state != before, affected.c.before == ABSENT_STATE),
            "changed": and_(state != before, state != ABSENT_STATE, before != ABSENT_STATE),
        }
        of_consequence = and_(state != UNREADABLE_STATE, or_(*effects.values()))
        later = select(observations.c.listing_id).where(
            observations.c.listing_id == affected.c.listing_id,
            is_after(observations.c.instant, observations.c.precedence, self._run.moment),
        )
        overtaken: ColumnElement[bool] = and_(of_consequence, later.exists())
        if self._next_complete is not None:
            overtaken = of_consequence
        elif not self._is_late():
            overtaken = false()
        counts = self._connection.execute(
            select(
                *(_how_many(and_(state != UNREADABLE_STATE, effect)).label(name) for name, effect in effects.items()),
                _how_many(overtaken).label("overtaken"),
            )
        ).one()
        # Sums are decimals in MariaDB.
        named = Changes(**{name: int(count) for name, count in counts._asdict().items()})
        if not self._base or self._speaks_of_all:
            return named
        return named + Changes(unchanged=self._base.standing.rows - self._base.standing.bad_rows)


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _changed() -> ColumnElement[bool]:
    return affected.c.state != func.coalesce(affected.c.before, ABSENT_STATE)


def _absence() -> list[ColumnElement[Any]]:
    """The state columns of `ABSENT`."""
    said: dict[str, ColumnElement[Any]] = {
        "state": literal(ABSENT_STATE),
        "availability": literal(Availability.NOT_LISTED.value),
    }
    return [said.get(name, null()) for name in STATE_COLUMNS]


def is_before(instant: ColumnElement[int], precedence: ColumnElement[int], moment: Moment) -> ColumnElement[bool]:
    """Whether a row stands before the moment: a range of the instant first, so that no series is read whole."""
    return and_(instant <= moment.instant, or_(instant < moment.instant, precedence < moment.precedence))


def is_after(instant: ColumnElement[int], precedence: ColumnElement[int], moment: Moment) -> ColumnElement[bool]:
    """Whether a row stands after the moment."""
    return and_(instant >= moment.instant, or_(instant > moment.instant, precedence > moment.precedence))


def _just_after(moment: Moment) -> Moment:
    """Before it stands whatever stands at the moment or before."""
    return Moment(moment.instant, moment.precedence + 1)


def _state_before(moment: Moment) -> ScalarSelect[int]:
    """Of a listing, what was believed just before the moment; NULL: it had never been seen."""
    return (
        select(observations.c.state)
        .where(
            observations.c.listing_id == listings.c.id,
            is_before(observations.c.instant, observations.c.precedence, moment),
        )
        .order_by(observations.c.instant.desc(), observations.c.precedence.desc())
        .limit(1)
        .scalar_subquery()
    )


def _join_latest(columns: Select[Any], moment: Moment) -> Select[Any]:
    """The columns of what was believed of each affected listing just before the moment."""
    latest = _latest_before(moment)
    return columns.select_from(
        affected.join(latest, latest.c.listing_id == affected.c.listing_id).join(
            observations,
            and_(
                observations.c.listing_id == latest.c.listing_id,
                observations.c.instant == latest.c.instant,
                observations.c.precedence == latest.c.precedence,
            ),
        )
    )


def _latest_before(moment: Moment) -> Subquery:
    """Of each affected listing, the moment of what was believed before."""
    place = func.row_number().over(
        partition_by=observations.c.listing_id,
        order_by=(observations.c.instant.desc(), observations.c.precedence.desc()),
    )
    ordered = (
        select(observations.c.listing_id, observations.c.instant, observations.c.precedence, place.label("place"))
        .join(affected, affected.c.listing_id == observations.c.listing_id)
        .where(is_before(observations.c.instant, observations.c.precedence, moment))
        .subquery()
    )
    return select(ordered).where(ordered.c.place == 1).subquery()
