"""A comparison as blocks for a screen."""

from collections.abc import Callable, Iterator
from itertools import groupby

from coprra.domain.prices.chain import BranchFilter
from coprra.domain.prices.compare_offers import Comparison
from coprra.domain.prices.landed_price import Completeness, LandedPrice
from coprra.domain.prices.observation import ANY_CONDITION, Condition
from coprra.domain.prices.offer import Aside, Offer
from coprra.domain.prices.ranking import RankedOffer, Ranking
from coprra.entrypoints.cli.screen import Block, Column, Gap, Prose, Table, Title, safe
from coprra.entrypoints.cli.tables.discounts import remarkable
from coprra.entrypoints.cli.wording import (
    branches,
    count,
    day,
    days,
    decided,
    minute,
    minute_utc,
    money,
    narrowed,
    product_line,
    rates,
    unit_price,
)

_MOST_BESIDE_A_TIME = 7


def comparison(compared: Comparison, within: BranchFilter) -> list[Block]:
    """Who asks least, why, what is set aside, and for how long that holds."""
    ranking = compared.ranking
    order = compared.order
    delivered = f" to {order.country}" if order.country else ""
    wanted = " or ".join(condition for condition in Condition if condition in compared.conditions)
    condition = f", {wanted} only" if compared.conditions != ANY_CONDITION else ""
    blocks: list[Block] = [
        Title(safe(compared.product.name)),
        Prose(product_line(compared.product), quiet=True),
        Prose(
            f"As of {minute_utc(compared.as_of)}, for {count(order.quantity, 'piece')}{delivered}{condition}"
            f"{narrowed(within)}.",
            quiet=True,
        ),
        Gap(),
    ]
    if ranking.ranked:
        blocks += [_ranked(ranking, order.quantity), *_footnotes(ranking), Gap()]
    blocks.append(Prose(safe(ranking.why.summary)))
    if not ranking.ranked and ranking.set_aside:
        blocks += _when_it_was_known(ranking)
    if ranking.set_aside:
        blocks += [Gap(), Prose("Set aside, not ranked:"), _set_aside(ranking), *_reasons(ranking)]
    blocks += [Gap(), Prose(_validity(ranking), quiet=True)]
    return blocks


def _ranked(ranking: Ranking, quantity: int) -> Table:
    """Columns appear with the first offer that has something to say in them."""
    entries = ranking.ranked
    cells = [column for shown, column in _columns(ranking, quantity) if shown]
    # Beside more columns than these a time of day does not fit on 80 cells; the reason below the table has it.
    seen = minute if len(cells) < _MOST_BESIDE_A_TIME else day
    cells.append((Column("Seen (UTC)"), lambda entry: seen(entry.best.observed_at)))
    rows = tuple(tuple(cell(entry) for _, cell in cells) for entry in entries)
    first = frozenset(index for index, entry in enumerate(entries) if entry.rank == 1 and entry.landed.total)
    return Table(tuple(column for column, _ in cells), rows, bright=first)


def _columns(ranking: Ranking, quantity: int) -> list[tuple[bool, tuple[Column, Callable[[RankedOffer], str]]]]:
    """Every column there may be: whether it has something to say, and each offer's cell."""
    entries = ranking.ranked
    return [
        (True, (Column("#", numeric=True), lambda entry: f"{entry.rank}{'=' if entry.tied else ''}")),
        (True, (Column("Store", flexible=True), lambda entry: safe(entry.chain.name))),
        (True, (Column("Branch", flexible=True), lambda entry: branches(entry.branches))),
        (True, (Column("You pay", numeric=True), _you_pay)),
        (
            any(entry.condition is not Condition.NEW for entry in entries),
            (Column("Condition"), lambda entry: str(entry.condition)),
        ),
        (bool(ranking.exchange), (Column(f"In {ranking.currency}", numeric=True), _converted)),
        (quantity > 1, (Column("Each", numeric=True), lambda entry: money(entry.asked.price))),
        (
            any(entry.landed.shipping or entry.landed.fees for entry in entries),
            (Column("Delivery", numeric=True), lambda entry: _delivery(entry.landed)),
        ),
        (any(entry.asked.special for entry in entries), (Column("Regular", numeric=True), _regular)),
        (
            any(entry.best.unit_price for entry in entries),
            (Column("Per unit", numeric=True), lambda entry: unit_price(entry.best.unit_price)),
        ),
    ]


def _you_pay(entry: RankedOffer) -> str:
    landed = entry.landed
    if landed.total is None:
        return f"{landed.items}+?"
    mark = "*" if entry.asked.special else ""
    return f"{landed.total}{mark}{'+tax' if landed.completeness is Completeness.ESTIMATED else ''}"


def _converted(entry: RankedOffer) -> str:
    paid = entry.paid
    return f"{paid.items}+?" if paid.total is None else str(paid.total)


def _delivery(landed: LandedPrice) -> str:
    if landed.completeness is Completeness.UNKNOWN_SHIPPING:
        return "unknown"
    extras = [part for part in (landed.shipping, landed.fees) if part]
    return money(sum(extras[1:], extras[0])) if extras else ""


def _regular(entry: RankedOffer) -> str:
    if not entry.asked.special:
        return ""
    return money(entry.best.regular.price) if entry.best.regular else "not stated"


def _footnotes(ranking: Ranking) -> Iterator[Block]:
    if ranking.exchange:
        yield Prose(f"{rates(ranking.exchange)}.", quiet=True)
    if any(entry.asked.special for entry in ranking.ranked):
        yield Prose("* special price", quiet=True)
    judged = [offer.discount for entry in ranking.ranked for offer in entry.offers if offer.discount]
    yield from (Prose(remark, quiet=True) for remark in remarkable(judged))
    if any(entry.tied for entry in ranking.ranked):
        yield Prose("= the same total", quiet=True)
    if any(entry.landed.total is None for entry in ranking.ranked):
        yield Prose("+? the store does not state its shipping to that country", quiet=True)
    if any(entry.landed.completeness is Completeness.ESTIMATED for entry in ranking.ranked):
        yield Prose("+tax: tax comes on top; its amount is not stated", quiet=True)
    decisions = [_decision(offer) for entry in ranking.ranked for offer in entry.offers if offer.decision]
    if decisions:
        yield Prose(f"Prices that a person looked at: {'; '.join(dict.fromkeys(decisions))}.", quiet=True)
    doubtful = {safe(entry.chain.name) for entry in ranking.ranked if entry.best.unit_price_claim_disagrees}
    if doubtful:
        yield Prose(f"The lists of {', '.join(sorted(doubtful))} state another price per unit.", quiet=True)


def _when_it_was_known(ranking: Ranking) -> Iterator[Block]:
    newest = max(offer.observed_at for offer in ranking.set_aside)
    if any(offer.aside is Aside.STALE for offer in ranking.set_aside):
        yield Prose(
            f"The newest price was seen {minute_utc(newest)}: import newer lists, or ask about that time with "
            f"--as-of {newest:%Y-%m-%d}."
        )


def _set_aside(ranking: Ranking) -> Table:
    """Offers of one chain that ask the same and are set aside for the same reason stand in one row."""

    def same(offer: Offer) -> tuple[str, str, str]:
        return (safe(offer.listing.chain.name), _price(offer), _reason(offer))

    rows = []
    for (chain, price, reason), group in groupby(ranking.set_aside, key=same):
        offers = list(group)
        seen = max(offer.observed_at for offer in offers)
        where = branches(sorted((offer.listing.branch for offer in offers), key=lambda branch: branch.id))
        rows.append((chain, where, price, minute(seen), reason))
    columns = (
        Column("Store", flexible=True),
        Column("Branch", flexible=True),
        Column("Price", numeric=True),
        Column("Seen (UTC)"),
        Column("Reason", flexible=True),
    )
    return Table(columns, tuple(rows))


def _price(offer: Offer) -> str:
    if offer.asked is None:
        return ""
    condition = f" {offer.condition}" if offer.condition is not Condition.NEW else ""
    return f"{offer.asked.price}{'*' if offer.asked.special else ''}{condition}"


def _reason(offer: Offer) -> str:
    """In a word or two; `_reasons` says the rest."""
    aside = offer.availability if offer.aside is Aside.OUT_OF_STOCK else offer.aside
    failed = ", check failed" if offer.check_failed else ""
    return f"{str(aside).replace('_', ' ')}{failed}"


def _reasons(ranking: Ranking) -> Iterator[Block]:
    """What the words in the column of reasons mean here, once each."""
    by_reason = {aside: [offer for offer in ranking.set_aside if offer.aside is aside] for aside in Aside}
    for aside, offers in by_reason.items():
        if offers:
            for meaning in _meanings(aside, offers):
                yield Prose(f"{str(aside).replace('_', ' ')}: {meaning}", quiet=True)
    if any(offer.check_failed for offer in ranking.set_aside):
        yield Prose("check failed: the newest list has it, and its price could not be read", quiet=True)


def _meanings(aside: Aside, offers: list[Offer]) -> list[str]:
    match aside:
        case Aside.STALE:
            limits = {safe(offer.listing.chain.name): offer.listing.chain.stale_after for offer in offers}
            if len(set(limits.values())) == 1:
                return [f"not seen for {days(offers[0].listing.chain.stale_after)} or more"]
            return [f"not seen for {', '.join(f'{days(limit)} ({name})' for name, limit in limits.items())} or more"]
        case Aside.SUSPECT:
            return list(dict.fromkeys(_suspicion(offer) for offer in offers))
        case Aside.REJECTED:
            return list(dict.fromkeys(_decision(offer).replace(", rejected by", ", by", 1) for offer in offers))
        case Aside.OUT_OF_STOCK:
            return []
        case Aside.NOT_LISTED:
            return ["a newer list of the branch does not carry it"]
        case Aside.NO_PRICE:
            return ["the special price is not in force, and no regular one is stated"]
        case Aside.OTHER_CURRENCY:
            return ["asked in another currency than most; --currency converts and compares them all"]
        case Aside.OTHER_CONDITION:
            return ["not in a condition that was asked for"]
        case Aside.NO_RATE:
            return ["no usable exchange rate leads to the currency asked for; `coprra fx show` lists those that do"]


def _decision(offer: Offer) -> str:
    name = safe(offer.listing.chain.name)
    return f"{name}, {decided(offer.decision)}" if offer.decision else name


def _suspicion(offer: Offer) -> str:
    doubt = offer.suspicion
    name = safe(offer.listing.chain.name)
    if doubt is None:
        return f"{name} is far from what others ask"
    of_whom = f"its {doubt.points} prices before" if doubt.against == "own_history" else f"{doubt.points} other stores"
    return f"{name} is too far from {doubt.median}, the median of {of_whom}"


def _validity(ranking: Ranking) -> str:
    if ranking.valid_until is None:
        return "Holds until another list is imported."
    imported = "another list or newer rates are" if ranking.exchange else "another list is"
    return f"Holds until {minute_utc(ranking.valid_until)}, unless {imported} imported."
