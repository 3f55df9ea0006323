"""Check how a profile reads the beginning of a price list, without importing it."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from coprra.domain.prices.chain import Branch, UnknownShop
from coprra.domain.prices.list_run import EmptyList, ListRow
from coprra.domain.prices.ports import Feed, Feeds, Profile

MOST_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class CheckedFeed:
    """What the file is taken for, and its first rows as understood; branch and listed_at: None: must be given.

    alone: whether it is one list; else all this is of the first list in it. unknown_shop: what to do before it can be
    imported, where the profile does not say whose it is.
    """

    source: str
    profile: Profile
    branch: Branch | None
    listed_at: date | datetime | None
    complete: bool
    rows: tuple[ListRow, ...]
    alone: bool = True
    unknown_shop: str | None = None


@dataclass(frozen=True, slots=True)
class CheckFeed:
    """Use case: show a shop's owner how coprra reads a file."""

    feeds: Feeds

    def __call__(self, source: str, *, profile: str | None = None, rows: int = 10) -> CheckedFeed:
        """rows: how many to read, at most 1,000. Raises: Unreadable, Invalid, EmptyList."""
        with self.feeds.open(source, profile=profile) as feeds:
            feed = next(feeds, None)
            if feed is None:
                raise EmptyList("The file has no lists.")
            return CheckedFeed(
                feed.source,
                feed.profile,
                feed.branch,
                feed.listed_at,
                feed.complete,
                tuple(islice(feed.rows(), max(0, min(rows, MOST_ROWS)))),
                feed.alone,
                _unknown_shop(feed),
            )


def _unknown_shop(feed: Feed) -> str | None:
    try:
        feed.chain  # noqa: B018  # whether it can be told is what is asked
    except UnknownShop as unknown:
        return unknown.message
    return None
