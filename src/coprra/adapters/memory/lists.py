"""Lists in memory: the ledger's law applied listing by listing, just as the domain words it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from coprra.adapters.memory.state import ListingKey, State
from coprra.domain.kernel.instants import from_micros
from coprra.domain.prices.article import Article
from coprra.domain.prices.chain import BranchId
from coprra.domain.prices.ledger import additions, effect_of, state_at, state_before
from coprra.domain.prices.list_run import Base, Changes, ListRow, ListRun, MissingBase
from coprra.domain.prices.observation import ABSENT, Moment
from coprra.domain.prices.observation import State as Seen
from coprra.domain.prices.ports import Lists
from coprra.domain.products.product import Product, ProductId, fuller, plainer


class MemoryLists(Lists):
    """Works on the copy that its unit of work will commit."""

    def __init__(self, changing: Callable[[], State], shown: Callable[[], State]) -> None:
        self._changing = changing
        self._shown = shown
        self._staged: dict[str, list[ListRow]] = {}

    def find(self, run: ListRun) -> bool:
        """See `Lists.find`."""
        return any(
            (known.instant, known.sha256) == (run.instant, run.sha256)
            for known in self._shown().runs.get(run.branch.id, ())
        )

    def stage(self, rows: Iterable[ListRow]) -> None:
        """See `Lists.stage`."""
        for row in rows:
            if row.sku is not None:
                self._staged.setdefault(row.sku, []).append(row)

    def repeated(self) -> Iterator[tuple[ListRow, ...]]:
        """See `Lists.repeated`."""
        for rows in list(self._staged.values()):
            if len(rows) > 1:
                yield tuple(rows)

    def replace(self, row: ListRow) -> None:
        """See `Lists.replace`."""
        self._staged[str(row.sku)] = [row]

    def staged(self) -> int:
        """See `Lists.staged`."""
        return sum(not rows[0].absence for rows in self._staged.values())

    def lock(self, run: ListRun) -> None:
        """See `Lists.lock`."""
        self._changing()

    def rows_before(self, run: ListRun) -> int | None:
        """See `Lists.rows_before`."""
        earlier = [
            known.rows
            for known in self._shown().runs.get(run.branch.id, ())
            if known.complete and known.moment < run.moment
        ]
        return earlier[-1] if earlier else None

    def publish(self, run: ListRun, *, base: Base | None = None) -> Changes:
        """See `Lists.publish`."""
        state = self._changing()
        branch = run.branch.id
        known = state.runs.get(branch, ())
        next_complete = min(
            (later.moment for later in known if later.complete and later.moment > run.moment), default=None
        )
        listings = {(branch, sku): rows[0].state for sku, rows in self._staged.items()}
        self._staged = {}
        counts: Counter[str] = Counter()
        if base is not None:
            _require(base.run, run, known)
        if base is not None and base.run.moment == known[-1].moment:
            counts["unchanged"] = base.standing.rows - base.standing.bad_rows
        elif run.complete:
            listings = _left_out(state, branch, base) | listings
        for key, seen in listings.items():
            counts.update(_append(state, key, run, seen, next_complete))
        for seen in listings.values():
            if seen.article:
                list_product(state, run, seen.article)
        state.chains[run.chain.code] = run.chain
        address = fuller(state.branches[branch].address if branch in state.branches else None, run.branch.address)
        state.branches[branch] = replace(run.branch, address=address)
        state.runs[branch] = tuple(sorted((*known, run), key=lambda one: one.moment))
        return Changes(**counts)


def _require(base: ListRun, run: ListRun, known: tuple[ListRun, ...]) -> None:
    if not any(one.complete and one.moment == base.moment < run.moment for one in known):
        raise MissingBase.of(run)


def _left_out(state: State, branch: BranchId, base: Base | None) -> dict[ListingKey, Seen]:
    """What a complete list says by silence of every listing of its branch."""
    return {
        key: state_at(past, base.run.moment) if base else ABSENT
        for key, past in state.observations.items()
        if key[0] == branch
    }


def _append(state: State, key: ListingKey, run: ListRun, seen: Seen, next_complete: Moment | None) -> list[str]:
    past = state.observations.get(key, ())
    before = state_before(past, run.moment)
    seen_before = any(one.moment < run.moment for one in past)
    effect = effect_of(seen, before, seen_before=seen_before)
    added = additions(past, run.moment, seen, complete=run.complete, next_complete=next_complete)
    if added:
        state.observations[key] = tuple(sorted((*past, *added), key=lambda one: one.moment))
    if effect is None:
        return []
    overtaken = next_complete is not None or any(one.moment > run.moment for one in past)
    return [effect, "overtaken"] if overtaken else [effect]


def list_product(state: State, run: ListRun, article: Article) -> None:
    """Give each of the article's keys a product, and let the product's entry be the fullest that is known."""
    for key in article.keys:
        id = state.keys.setdefault(key, ProductId.born_of(key))
        known = state.products.get(id)
        first_seen = from_micros(run.instant)
        gtins = tuple(gtin for gtin in article.gtins if gtin.value == key.value)
        state.products[id] = Product(
            id=id,
            name=str(fuller(known.name if known else None, article.title)),
            brand=plainer(known.brand if known else None, article.brand),
            category=fuller(known.category if known else None, article.category),
            gtins=tuple(sorted({*(known.gtins if known else ()), *gtins})),
            first_seen=min(first_seen, known.first_seen) if known else first_seen,
        )
        state.articles[id] = state.articles.get(id, frozenset()) | {article}
