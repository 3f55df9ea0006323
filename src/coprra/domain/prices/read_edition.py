"""Read which edition of the store a question that is asked now is answered from."""

from dataclasses import dataclass

from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.edition import Edition
from coprra.domain.prices.ports import Editions


@dataclass(frozen=True, slots=True)
class ReadEdition:
    """Use case: whether an answer that was given before would be given again. Much cheaper than any answer."""

    clock: Clock
    editions: Editions

    def __call__(self) -> Edition:
        """Of the clock's now; every commit that ended before the call is in it. Raises: Unavailable."""
        return self.editions.newest(self.clock.now())
