"""Categories: one small tree of kinds of goods, to which every chain's own words are mapped."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from coprra.domain.kernel.errors import Invalid


class UnknownCategory(Invalid):
    """A code that is not in the tree."""

    code = "unknown_category"


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of goods. code: lower-case words joined by underscores, never reworded; name: English; parent: its code.

    A chain may know no finer than a parent (a list's "products for the household"), so parents hold products too.
    """

    code: str
    name: str
    parent: str | None = None

    @property
    def path(self) -> tuple["Category", ...]:
        """From the root of the tree to this category, itself included."""
        above = CATEGORIES[self.parent].path if self.parent else ()
        return (*above, self)

    def within(self, other: "Category") -> bool:
        """Whether it is the other, or lies below it."""
        return other in self.path

    @property
    def codes(self) -> frozenset[str]:
        """Of itself and of everything below it."""
        return frozenset(code for code, kind in CATEGORIES.items() if kind.within(self))

    def __str__(self) -> str:
        return self.code


def category(code: str) -> Category:
    """The category of that code.

    Raises: UnknownCategory, which names the known ones.
    """
    try:
        return CATEGORIES[code]
    except KeyError:
        raise UnknownCategory(f"{code[:40]!r} is no category; there are {', '.join(CATEGORIES)}.") from None


_TREE = (
    Category("food", "Food"),
    Category("fresh_food", "Fruit, vegetables, meat, fish, dairy and bread", "food"),
    Category("frozen_food", "Frozen food", "food"),
    Category("sweets", "Sweets and snacks", "food"),
    Category("baby_food", "Baby food", "food"),
    Category("drinks", "Drinks"),
    Category("soft_drinks", "Water, juice and soft drinks", "drinks"),
    Category("alcohol", "Beer, wine and spirits", "drinks"),
    Category("hot_drinks", "Coffee and tea", "drinks"),
    Category("personal_care", "Personal care"),
    Category("cosmetics", "Cosmetics, hair and skin care", "personal_care"),
    Category("toiletries", "Toilet paper, tissues, pads and nappies", "personal_care"),
    Category("perfume", "Perfume", "personal_care"),
    Category("oral_care", "Teeth and mouth", "personal_care"),
    Category("health", "Health and supplements", "personal_care"),
    Category("baby", "Babies and children"),
    Category("household", "Household"),
    Category("cleaning", "Cleaning and laundry", "household"),
    Category("pets", "Pet food and supplies", "household"),
    Category("home", "Home, kitchen and garden", "household"),
    Category("electronics", "Electronics and appliances"),
    Category("clothing", "Clothing and shoes"),
    Category("accessories", "Accessories, decoration and gifts"),
    Category("leisure", "Toys, sports, books and media"),
    Category("other", "Other"),
)

CATEGORIES: Mapping[str, Category] = MappingProxyType({kind.code: kind for kind in _TREE})
"""By code; every parent stands before its children."""
