"""Chain: whether entries are all there, unchanged and in their order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from coprra.domain.audit.entry import NO_ENTRIES, Entry, Head


class FaultKind(StrEnum):
    """What is wrong with an entry."""

    EDITED = "edited"
    """Its content is not what its hash says."""
    REMOVED = "removed"
    """There is none of that number, and there are later ones."""
    MOVED = "moved"
    """It is unchanged, and does not follow the one before it: entries were reordered, or one between was taken out."""
    CUT = "cut"
    """There is none of that number nor any later one, and there once was."""
    REWRITTEN = "rewritten"
    """The chain is whole, and another one than was anchored."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong, with the number of its entry."""

    kind: FaultKind
    number: int


def examine(entries: Iterable[Entry], head: Head, anchors: Mapping[int, str]) -> tuple[Head, Fault | None]:
    """Where the chain ends that holds, and what is wrong behind that.

    entries: by number; head: what the store says of its end; anchors: hashes that were written down elsewhere, by
    number.
    """
    last = NO_ENTRIES
    for entry in entries:
        if entry.number != last.number + 1:
            return last, Fault(FaultKind.REMOVED, last.number + 1)
        if entry.hash != entry.computed_hash():
            return last, Fault(FaultKind.EDITED, entry.number)
        if entry.previous != last.hash:
            return last, Fault(FaultKind.MOVED, entry.number)
        if anchors.get(entry.number, entry.hash) != entry.hash:
            return last, Fault(FaultKind.REWRITTEN, entry.number)
        last = Head(entry.number, entry.hash)
    if max(head.number, *anchors, 0) > last.number:
        return last, Fault(FaultKind.CUT, last.number + 1)
    if head != last:
        return last, Fault(FaultKind.REWRITTEN, last.number)
    return last, None
