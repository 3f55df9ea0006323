"""Draft a feed profile for a price list that none fits."""

from dataclasses import dataclass

from coprra.domain.prices.ports import Drafts


@dataclass(frozen=True, slots=True)
class DraftProfile:
    """Use case: the beginning of a profile, for a person to complete."""

    drafts: Drafts

    def __call__(self, source: str) -> str:
        """Raises: Unreadable."""
        return self.drafts.draft(source)
