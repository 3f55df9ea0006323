"""Plot: a product's history as step lines in the terminal, one for each chain."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import pairwise

from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.chain import Chain
from coprra.domain.prices.show_history import PriceHistory
from coprra.entrypoints.cli.screen import Block, Figure, Gap, Prose, Screen, safe
from coprra.entrypoints.cli.wording import day

SYMBOLS = "●▲■◆○△□◇+×"
"""One for each chain: without colour the shapes alone tell the lines apart."""

ASCII_SYMBOLS = "ox+*#@%&=~"

_ASCII_AXES = str.maketrans("│┤├─┬┴└┘┌┐┼", "|++-+++++++")
_COLOURS = ("green", "blue", "red", "magenta", "cyan", "orange")
_ROWS = 14
_NARROWEST = 50
_WIDEST = 120
_SHORTEST = timedelta(minutes=10)
_MICROSECOND = timedelta(microseconds=1)
_DAY_STEPS = (1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 365, 730)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which a chain's lowest price stayed the same: start ≤ t < end."""

    start: datetime
    end: datetime
    price: Money


@dataclass(frozen=True, slots=True)
class ChainLine:
    """What a chain asked at its cheapest branch over time, with gaps where nothing is known. stretches: by time."""

    name: str
    stretches: tuple[Stretch, ...]


def chain_lines(history: PriceHistory) -> tuple[ChainLine, ...]:
    """A line for each chain in the currency that most steps are in, without suspect prices; lowest last price first."""
    currency = _main_currency(history)
    by_chain: dict[Chain, list[Stretch]] = {}
    for listing in history.listings:
        for past in listing.steps:
            if past.believed and past.step.price.currency == currency:
                end = max(past.ended or history.as_of, past.step.start + _MICROSECOND)
                by_chain.setdefault(listing.listing.chain, []).append(Stretch(past.step.start, end, past.step.price))
    lines = [ChainLine(chain.name, tuple(lowest(stretches))) for chain, stretches in by_chain.items()]
    return tuple(sorted(lines, key=lambda line: (line.stretches[-1].price.minor, line.name)))


def _main_currency(history: PriceHistory) -> Currency | None:
    counts = Counter(past.step.price.currency for listing in history.listings for past in listing.steps)
    return min(counts, key=lambda currency: (-counts[currency], currency.code), default=None)


def lowest(stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    """The lower envelope of stretches that overlap: sorted, without overlap, equal neighbours joined."""
    coming = sorted(stretches, key=lambda stretch: stretch.start, reverse=True)
    edges = sorted({edge for stretch in stretches for edge in (stretch.start, stretch.end)})
    asked: list[tuple[int, datetime, Money]] = []
    current: Stretch | None = None
    for start, end in pairwise(edges):
        while coming and coming[-1].start <= start:
            stretch = coming.pop()
            heappush(asked, (stretch.price.minor, stretch.end, stretch.price))
        while asked and asked[0][1] <= start:
            heappop(asked)
        price = asked[0][2] if asked else None
        if current and current.end == start and current.price == price:
            current = Stretch(current.start, end, current.price)
            continue
        if current:
            yield current
        current = Stretch(start, end, price) if price else None
    if current:
        yield current


def history_plot(history: PriceHistory, screen: Screen) -> list[Block]:
    """The plot with its legend; nothing where there is no line to draw."""
    lines = chain_lines(history)
    if not lines:
        return []
    begin = min(line.stretches[0].start for line in lines)
    end = max(line.stretches[-1].end for line in lines)
    if end - begin < _SHORTEST:
        return []
    symbols = ASCII_SYMBOLS if screen.ascii_only else SYMBOLS
    drawn = lines[: len(symbols)]
    currency = drawn[0].stretches[0].price.currency
    blocks: list[Block] = [
        Prose(f"The lowest price of each store, in {currency}:"),
        Figure(_drawing(drawn, symbols, (begin, end), screen)),
        Figure(_legend(drawn, symbols, screen.width, history.as_of)),
    ]
    if len(lines) > len(drawn):
        names = ", ".join(safe(line.name) for line in lines[len(drawn) :])
        blocks.append(Prose(f"Not drawn, because more lines can't be told apart: {names}.", quiet=True))
    if any(past.step.price.currency != currency for listing in history.listings for past in listing.steps):
        blocks.append(Prose(f"Prices in other currencies than {currency} are not drawn.", quiet=True))
    return [Gap(), *blocks]


def _legend(lines: Sequence[ChainLine], symbols: str, width: int, as_of: datetime) -> str:
    """Each line's symbol, name and last price, as many on a row as fit."""
    rows: list[str] = []
    for symbol, line in zip(symbols, lines, strict=False):
        last = line.stretches[-1]
        over = "" if last.end >= as_of else f" until {day(last.end)}"
        entry = f"{symbol} {safe(line.name)} {last.price.amount}{over}"
        if rows and len(rows[-1]) + len(entry) + 3 <= width:
            rows[-1] += f"   {entry}"
        else:
            rows.append(entry)
    return "\n".join(rows)


def _drawing(lines: Sequence[ChainLine], symbols: str, window: tuple[datetime, datetime], screen: Screen) -> str:
    import plotext  # noqa: PLC0415 - only a plot needs it

    width = max(_NARROWEST, min(screen.width, _WIDEST))
    figure = plotext.figure
    figure.clear()
    plotext.terminal.limit(False, False)
    figure.theme("colorless")
    figure.plot_size(width, _ROWS + 2)
    figure.axes(False, side="both")
    figure.axes(True, axis="x", side="lower")
    figure.axes(True, axis="y", side="left")
    begin, end = window
    # The cheapest comes last, so that it stays visible where lines cross.
    for index, line in reversed(list(enumerate(lines))):
        colour = _COLOURS[index % len(_COLOURS)] if screen.colour else None
        xs, ys, jumps = _corners(line, begin)
        signal = figure.signal(xs, ys, marker=plotext.marker(symbols[index], colour))
        signal.lines(True)
        for jump in jumps:
            signal.line(jump, False)
        figure.draw(signal)
    prices = price_ticks({stretch.price for line in lines for stretch in line.stretches}, _ROWS)
    figure.ruler("y").ticks([float(price.amount) for price in prices], labels=[f"{price.amount} " for price in prices])
    figure.ruler("x").lim(0, _days_between(begin, end))
    ticks = date_ticks(begin, end, width // 16)
    label = "%Y-%m-%d" if end - begin >= timedelta(days=2) else "%m-%d %H:%M"
    figure.ruler("x").ticks(
        [_days_between(begin, tick) for tick in ticks], labels=[f"{tick:{label}}" for tick in ticks]
    )
    text: str = figure.build().string(colorless=not screen.colour)
    if screen.ascii_only:
        text = text.translate(_ASCII_AXES)
    return "\n".join(row.rstrip() for row in text.rstrip("\n").split("\n"))


def _corners(line: ChainLine, begin: datetime) -> tuple[list[float], list[float], list[int]]:
    """The corners of a step line, and those that no line leads to because nothing is known before them."""
    xs: list[float] = []
    ys: list[float] = []
    jumps: list[int] = []
    before: Stretch | None = None
    for stretch in line.stretches:
        if before and before.end != stretch.start:
            jumps.append(len(xs))
        xs += [_days_between(begin, stretch.start), _days_between(begin, stretch.end)]
        ys += [float(stretch.price.amount)] * 2
        before = stretch
    return xs, ys, jumps


def _days_between(begin: datetime, end: datetime) -> float:
    return (end - begin) / timedelta(days=1)


def price_ticks(prices: set[Money], rows: int) -> list[Money]:
    """Prices to label on so many rows: the lowest, the highest, and those between that have a row for themselves."""
    ordered = sorted(prices)
    if len(ordered) < 2:
        return ordered
    row = (ordered[-1].minor - ordered[0].minor) / (rows - 1)
    chosen = [ordered[0]]
    for price in ordered[1:-1]:
        if price.minor - chosen[-1].minor >= row and ordered[-1].minor - price.minor >= row:
            chosen.append(price)
    return [*chosen, ordered[-1]]


def date_ticks(begin: datetime, end: datetime, most: int) -> list[datetime]:
    """Instants to label: midnights in UTC a whole number of days apart; the ends of a window shorter than two days."""
    if end - begin < timedelta(days=2):
        return [begin, end]
    first = datetime.combine(begin.date(), time.min, UTC)
    first += timedelta(days=first < begin)
    days = (end - first) // timedelta(days=1)
    step = next((step for step in _DAY_STEPS if days // step < most), days)
    return [first + timedelta(days=count) for count in range(0, days + 1, max(step, 1))]
