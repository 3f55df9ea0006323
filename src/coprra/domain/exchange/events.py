"""What the room tells after a commit."""

from dataclasses import dataclass

from coprra.domain.exchange.revision import RateChanges
from coprra.domain.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesImported(Event):
    """A file of exchange rates was taken. source: its name, without folders."""

    source: str
    changes: RateChanges
