"""What persons decided, as JSON Lines and back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from coprra.adapters.feeds.archive.lines import Lines, line_of, refuse_cut
from coprra.adapters.feeds.formats.whole_file import WholeFile, open_whole
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.kernel.instants import format_instant, parse_instant
from coprra.domain.kernel.money import Currency, Money
from coprra.domain.prices.decision import Decision, DecisionKind
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.ports import DecidedPrice, DecisionArchive
from coprra.domain.products.move import KeyMove, Move, MoveId, MoveKind
from coprra.domain.products.product import ProductId, ProductKey

FORM = "coprra-decisions"
VERSION = 1

Json = dict[str, Any]


class JsonLinesDecisions(DecisionArchive):
    """See docs/export.md: a head, then decisions, then moves, then the end."""

    def lines(self, decisions: Iterator[DecidedPrice], moves: Iterator[Move]) -> Iterator[str]:
        """See `DecisionArchive.lines`."""
        yield line_of({"type": FORM, "version": VERSION})
        decided = moved = 0
        for one in decisions:
            yield line_of(_write_decision(one))
            decided += 1
        for move in moves:
            yield line_of(_write_move(move))
            moved += 1
        yield line_of({"type": "end", "decisions": decided, "moves": moved})

    @contextmanager
    def open(self, source: str) -> Iterator[Iterator[DecidedPrice | Move]]:
        """See `DecisionArchive.open`."""
        with open_whole(source) as file:
            if not is_of_decisions(file):
                raise Unreadable(f"{file.name} is no file of decisions; `coprra export decisions` writes one.")
            refuse_cut(file)
            lines = Lines(file)
            lines.take_head(FORM, VERSION)
            yield _told(lines)
            file.assert_unchanged()


def is_of_decisions(file: WholeFile) -> bool:
    """Whether it begins as files of decisions do."""
    return file.stream().read(len(_HEAD)) == _HEAD


_HEAD = f'{{"type":"{FORM}"'.encode()


def _told(lines: Lines) -> Iterator[DecidedPrice | Move]:
    decided = moved = 0
    while (said := lines.take())["type"] != "end":
        if said["type"] == "decision" and not moved:
            decided += 1
            yield lines.understand(_read_decision, said)
        elif said["type"] == "move":
            moved += 1
            yield lines.understand(_read_move, said)
        else:
            lines.refuse_type(said)
    lines.finish(said, {"type": "end", "decisions": decided, "moves": moved})


def _write_decision(one: DecidedPrice) -> Json:
    decision = one.decision
    price = decision.price
    return {
        "type": "decision",
        "listing": str(one.listing),
        "at": format_instant(decision.at),
        "kind": str(decision.kind),
        **({"price": f"{price.amount:f}", "currency": price.currency.code} if price else {}),
        "decided_at": format_instant(decision.decided_at),
        "by": str(decision.by),
        **_note(decision.note),
    }


def _read_decision(said: Mapping[str, Any]) -> DecidedPrice:
    decision = Decision(
        parse_instant(said["at"]),
        DecisionKind(said["kind"]),
        Money.of(said["price"], Currency(said["currency"])) if "price" in said else None,
        parse_instant(said["decided_at"]),
        Actor.parse(said["by"]),
        said.get("note"),
    )
    one = DecidedPrice(ListingId.parse(said["listing"]), decision)
    if said != _write_decision(one):
        raise ValueError("It is said in another way than an export says it.")
    return one


def _write_move(move: Move) -> Json:
    return {
        "type": "move",
        "id": move.id.value,
        "kind": str(move.kind),
        "keys": [{"key": one.key.value, "from": one.source.value, "to": one.target.value} for one in move.keys],
        "moved_at": format_instant(move.moved_at),
        "by": str(move.by),
        **_note(move.note),
        **({"undoes": move.undoes.value} if move.undoes else {}),
    }


def _read_move(said: Mapping[str, Any]) -> Move:
    keys = {KeyMove(ProductKey(one["key"]), ProductId(one["from"]), ProductId(one["to"])) for one in said["keys"]}
    if not keys:
        raise ValueError("A move moves something.")
    move = Move(
        MoveKind(said["kind"]),
        tuple(sorted(keys)),
        parse_instant(said["moved_at"]),
        Actor.parse(said["by"]),
        said.get("note"),
        MoveId(said["undoes"]) if "undoes" in said else None,
    )
    if said != _write_move(move):
        raise ValueError("It is said in another way than an export says it.")
    return move


def _note(text: str | None) -> Json:
    return {} if text is None else {"note": text}
