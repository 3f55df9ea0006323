"""Lists over HTTP: pages of 20 products with best prices, and searches, asked of coprra and of its peers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from urllib.parse import quote, urlencode

from benchmarks.benchmark import Benchmark, Comparison, Stopwatch, Work
from benchmarks.catalogue import COMMON_WORD, NOON, Catalogue, vocabulary
from benchmarks.engines import Database
from benchmarks.homes import Home
from benchmarks.load import ask, question
from benchmarks.servers import free_port
from benchmarks.services import PEERS, Asking, Command, Peer, apart, coprra, environment
from coprra.domain.products.ports import ProductCursor
from coprra.domain.products.product import ProductId

PRODUCTS = 1_000_000

MARKET, MANY, FEW = "market", "many_products", "few_products"
"""A tenth of the products in five chains; all of them in one chain; a hundredth of them in one chain."""

_PLACES = 200

_COPRRA = "coprra"
_LIST, _SEARCH, _BEGUN, _FEW_LIST = "20 products", "search", "begun word, of all", "20 products, of few"
_MANY_LIST, _COMMON = "20 products, of all", "common word, of all"


def lists_benchmark(name: str, title: str, home: Home, peers: Path) -> Benchmark:
    """One process each, on a processor of its own. peers: the Python that has their libraries; without it, none."""
    contenders: dict[str, Work] = {_COPRRA: partial(_ask_coprra, home)}
    if peers.exists():
        contenders |= {name: partial(_ask_peer, home, peer, peers) for name, peer in PEERS.items()}
    comparisons = (
        _against(f"{_LIST}, to the best peer", _LIST, _LIST, 4),
        _against(f"{_LIST} again, to the best peer", f"{_LIST} again", _LIST),
        _against("search, to the best peer", _SEARCH, _SEARCH, 1.2),
        _against("search again, to the best peer", f"{_SEARCH} again", _SEARCH, 5),
        _against("common word, to the best peer", _COMMON, _COMMON, 1.2),
        _against("common word again, to the best peer", f"{_COMMON} again", _COMMON, 5),
        Comparison("20 products of all, to those of a hundredth", (_COPRRA, _MANY_LIST), (_COPRRA, _FEW_LIST), 0.67),
    )
    return Benchmark(
        name=name,
        title=title,
        prepare=partial(_prepare, home),
        contenders=contenders,
        comparisons=tuple(one for one in comparisons if one.theirs and one.theirs[0] in contenders),
        rows=PRODUCTS,
        unit="requests",
        size="products",
        small=False,
    )


def _against(text: str, ours: str, theirs: str, goal: float | None = None) -> Comparison:
    first, *others = ((peer, theirs) for peer in PEERS)
    return Comparison(text, (_COPRRA, ours), first, goal, others=others)


def catalogues(products: int) -> dict[str, Catalogue]:
    """By the name of their database."""
    return {
        MARKET: Catalogue(max(products // 10, 2), 5),
        MANY: Catalogue(products, 1),
        FEW: Catalogue(max(products // 100, 2), 1),
    }


def _prepare(home: Home, folder: Path, products: int) -> None:
    made = catalogues(products)
    for name, catalogue in made.items():
        lines = [f"{name}\t{id}" for name, id in catalogue.places(_PLACES)]
        (folder / f"{name}.places").write_text("\n".join(lines), "utf-8")
    home.write(folder, tuple(made.items()))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, in the words of one kind of service. places: where a page ended, by name and id."""

    listed: Callable[[str, str], str]
    searched: Callable[[str], str]

    def pages(self, folder: Path, catalogue: str) -> list[bytes]:
        """Pages from all over the catalogue."""
        lines = (folder / f"{catalogue}.places").read_text("utf-8").splitlines()
        places = [line.split("\t") for line in lines]
        Random(4).shuffle(places)
        return [question(self.listed(name, id)) for name, id in places]

    def searches(self) -> list[bytes]:
        """Of one word and of two, frequent and rare ones."""
        words, random = vocabulary(), Random(3)
        picked = [words[int(len(words) * random.random() ** 2)] for _ in range(200)]
        pairs = [f"{word} {COMMON_WORD}" for word in picked[:50]]
        return [question(self.searched(query)) for query in (*picked, *pairs)]


def _cursor(name: str, id: str) -> str:
    from coprra.entrypoints.answers import browse_cursor

    return f"/api/v1/products?cursor={browse_cursor(ProductCursor(name, ProductId(id)))}"


_OURS = Asked(_cursor, lambda query: f"/api/v1/products?q={quote(query)}")


def _theirs(path: str) -> Asked:
    return Asked(
        lambda name, id: f"{path}/list?{urlencode({'name': name, 'id': id})}",
        lambda query: f"{path}/search?{urlencode({'q': query})}",
    )


def _ask_coprra(home: Home, folder: Path, watch: Stopwatch) -> None:
    with home.open(folder) as opened:
        market, many, few = map(opened, (MARKET, MANY, FEW))
        with _coprra(market, watch) as asking:
            asking(_LIST, _OURS.pages(folder, MARKET))
            asking(_SEARCH, _OURS.searches())
            watch.peak = asking.server.peak()
        with _coprra(few, watch) as asking:
            asking(_FEW_LIST, _OURS.pages(folder, FEW))
        with _coprra(many, watch) as asking:
            asking(_MANY_LIST, _OURS.pages(folder, MANY))
            asking(_COMMON, [question(_OURS.searched(COMMON_WORD))])
            asking(_BEGUN, [question(_OURS.searched(COMMON_WORD[:5]))])
        with _coprra(many, watch, cache_mb=32) as asking:
            _ask_again(asking, _LIST, _OURS.pages(folder, MANY))
            _ask_again(asking, _SEARCH, _OURS.searches())
            _ask_again(asking, _COMMON, [question(_OURS.searched(COMMON_WORD))])


def _ask_peer(home: Home, peer: Peer, python: Path, folder: Path, watch: Stopwatch) -> None:
    asked = _theirs(peer.path)
    with home.open(folder) as opened:
        market, many = map(opened, (MARKET, MANY))
        with _asking(market, watch, partial(peer.command, python)) as asking:
            asking(_LIST, asked.pages(folder, MARKET))
            asking(_SEARCH, asked.searches())
            watch.peak = asking.server.peak()
        with _asking(many, watch, partial(peer.command, python)) as asking:
            asking(_COMMON, [question(asked.searched(COMMON_WORD))])


def _ask_again(asking: Asking, step: str, questions: Sequence[bytes]) -> None:
    """The same, of which each was asked before."""
    for one in questions:
        ask(asking.server.port, one)
    asking(f"{step} again", questions)


def _coprra(database: Database, watch: Stopwatch, cache_mb: int = 0) -> AbstractContextManager[Asking]:
    return _asking(database, watch, partial(coprra, database, NOON), cache_mb)


@contextmanager
def _asking(database: Database, watch: Stopwatch, command: Command, cache_mb: int = 0) -> Iterator[Asking]:
    port = free_port()
    with apart(command(port), environment(database, NOON, cache_mb), port) as server:
        yield Asking(server, database, watch, min(max(watch.rows / 200_000, 0.1), 5.0))
