"""List the feed profiles that price lists can be read with."""

from dataclasses import dataclass

from coprra.domain.prices.ports import Feeds, Profile


@dataclass(frozen=True, slots=True)
class ListProfiles:
    """Use case: the shipped profiles and the user's own, by name."""

    feeds: Feeds

    def __call__(self) -> tuple[Profile, ...]:
        """Raises: Invalid for a user's profile with mistakes, naming file and key."""
        return self.feeds.profiles()
