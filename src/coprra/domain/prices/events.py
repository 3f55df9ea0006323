"""What the room tells after a commit."""

from dataclasses import dataclass

from coprra.domain.kernel.events import Event
from coprra.domain.prices.chain import BranchId
from coprra.domain.prices.decision import Decision
from coprra.domain.prices.list_run import Changes
from coprra.domain.prices.listing import ListingId


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPublished(Event):
    """A price list was taken into the ledger."""

    branch: BranchId
    source: str
    changes: Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceDecided(Event):
    """A person confirmed, rejected, recorded or corrected prices of a listing."""

    listing: ListingId
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatsLetGo(Event):
    """Observations that no answer needs were removed from the ledger. size: bytes of their contents, about."""

    branch: BranchId
    repeats: int
    size: int
