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
