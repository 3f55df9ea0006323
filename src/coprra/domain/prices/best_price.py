"""Best price: what a comparison says first of a product, in one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.money import Money
from coprra.domain.prices.landed_price import Order
from coprra.domain.prices.offer import offers_of
from coprra.domain.prices.ranking import Ranking, rank
from coprra.domain.prices.series import Series


@dataclass(frozen=True, slots=True)
class BestPrice:
    """The least that one piece costs, delivered at home, in whatever condition, and who asks something for it.

    price: None where nothing is ranked, or nobody's total is known. special: whether it is a special price. offers: how
    many are ranked; chains: whose they are, by code. valid_until: until then it stays so without a new observation;
    None when it always would.
    """

    price: Money | None
    special: bool
    offers: int
    chains: tuple[str, ...]
    valid_until: datetime | None

    @classmethod
    def of(cls, ranking: Ranking) -> "BestPrice":
        """What that comparison says."""
        first = ranking.ranked[0] if ranking.ranked else None
        return cls(
            price=first.paid.total if first else None,
            special=first is not None and first.asked.special,
            offers=len(ranking.ranked),
            chains=tuple(sorted({entry.chain.code for entry in ranking.ranked})),
            valid_until=ranking.valid_until,
        )


def best_price(series: Sequence[Series]) -> BestPrice:
    """As of the instant of the series, which are all of one product."""
    return BestPrice.of(rank(offers_of(series, Order())))
