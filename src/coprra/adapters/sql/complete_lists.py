"""Complete lists: their moments, branch by branch, remembered for as long as nobody changes the store."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from threading import Lock

from coprra.domain.prices.observation import Moment

MOST_MOMENTS = 200_000
"""How many are remembered; at 120 bytes each that is 24 MB."""

Version = tuple[object, ...]
"""What differs between any two states of any two stores that may stand at the same address, one after the other."""

Moments = tuple[Moment, ...]


class CompleteLists:
    """Shared by threads and snapshots. A year of daily lists is hundreds of rows a branch, and few of them are new."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._version: Version | None = None
        self._known: dict[int, Moments] = {}

    def up_to(
        self, horizon: int, branches: Iterable[int], version: Version, read: Callable[[set[int]], Mapping[int, Moments]]
    ) -> dict[int, Moments]:
        """The sorted moments of each branch's complete lists, none after the horizon (microseconds UTC).

        version: of the snapshot that asks. read: reads all moments of branches in that snapshot.
        """
        wanted = set(branches)
        with self._lock:
            known = self._known if version == self._version else {}
        missing = wanted - known.keys()
        if missing:
            found = read(missing)
            known = {**known, **{branch: found.get(branch, ()) for branch in missing}}
            self._remember(known, version)
        return {branch: _until(known[branch], horizon) for branch in wanted}

    def _remember(self, known: dict[int, Moments], version: Version) -> None:
        count = sum(map(len, known.values()))
        with self._lock:
            self._version = version
            self._known = known if count <= MOST_MOMENTS else {}


def _until(moments: Moments, horizon: int) -> Moments:
    if not moments or moments[-1].instant <= horizon:
        return moments
    return moments[: bisect_right(moments, horizon, key=attrgetter("instant"))]
