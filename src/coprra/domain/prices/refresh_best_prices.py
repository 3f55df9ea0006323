"""Refresh the best prices that are kept, so that lists of products are answered fast."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.ports import Clock
from coprra.domain.prices.ports import OpenBestPricesUnitOfWork
from coprra.domain.products.product import ProductId

_BATCH = 500


@dataclass(frozen=True, slots=True)
class RefreshBestPrices:
    """Use case: work out the best prices of now that no kept one tells. It changes no answer.

    A unit of work for each 500 products, so that imports need not wait for long.
    """

    clock: Clock
    unit_of_work: OpenBestPricesUnitOfWork

    def __call__(self) -> datetime:
        """The instant as of which they are worked out. Raises: Unavailable; what was done until then is kept."""
        now = self.clock.now()
        last: ProductId | None = None
        while True:
            with self.unit_of_work() as uow:
                last = uow.best_prices.refresh(now, after=last, limit=_BATCH)
                uow.commit()
            if last is None:
                return now
