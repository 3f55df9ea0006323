"""Places: branches as a snapshot knows them, remembered for as long as nobody changes the store."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from coprra.adapters.sql.complete_lists import MOST_MOMENTS, Version
from coprra.domain.prices.chain import Branch, Chain


@dataclass(frozen=True, slots=True)
class Place:
    """A branch, and when each of its complete lists is of: sorted, microseconds UTC."""

    chain: Chain
    branch: Branch
    lists: tuple[int, ...]

    def newest_list(self, horizon: int) -> int:
        """When the newest of them is of that is not after the horizon; below every instant where there is none."""
        lists = self.lists
        if lists and lists[-1] <= horizon:
            return lists[-1]
        known = bisect_right(lists, horizon)
        return lists[known - 1] if known else -(2**63)


class Places:
    """Shared by threads; by the numbers of the branches' rows."""

    def __init__(self) -> None:
        self._known: tuple[Version | None, Mapping[int, Place]] = (None, {})

    def of(
        self,
        wanted: Collection[int],
        version: Version,
        read: Callable[[set[int]], Mapping[int, Place] | None],
    ) -> Mapping[int, Place] | None:
        """At least the wanted ones, as that version of the store has them. read: the others; None: it is too late."""
        remembered, known = self._known
        if remembered != version:
            known = {}
        missing = set(wanted) - known.keys()
        if not missing:
            return known
        found = read(missing)
        if found is None:
            return None
        known = {**known, **found}
        if sum(len(place.lists) for place in known.values()) <= MOST_MOMENTS:
            self._known = (version, known)
        return known
