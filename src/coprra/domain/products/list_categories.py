"""List the categories, and how many products each of them holds."""

from dataclasses import dataclass
from datetime import datetime

from coprra.domain.kernel.ports import Clock
from coprra.domain.products.category import CATEGORIES, Category
from coprra.domain.products.ports import OpenProductReads


@dataclass(frozen=True, slots=True)
class CountedCategory:
    """A category, and how many products it or anything below it holds."""

    category: Category
    products: int


@dataclass(frozen=True, slots=True)
class CountedCategories:
    """The whole tree, parents before their children. unsorted: products that no list gives a known category."""

    categories: tuple[CountedCategory, ...]
    unsorted: int
    as_of: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class ListCategories:
    """Use case: which kinds of goods there are, and how much of each."""

    clock: Clock
    reads: OpenProductReads

    def __call__(self, *, as_of: datetime | None = None) -> CountedCategories:
        """Raises: Unavailable."""
        as_of = as_of or self.clock.now()
        with self.reads() as snapshot:
            counts, revision = snapshot.categories(as_of), snapshot.revision
        tree = tuple(
            CountedCategory(kind, sum(counts.get(code, 0) for code in kind.codes)) for kind in CATEGORIES.values()
        )
        unsorted = sum(number for code, number in counts.items() if code not in CATEGORIES)
        return CountedCategories(tree, unsorted, as_of, revision)
