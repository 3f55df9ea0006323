"""Show the schema of feed profiles, for editors that check and complete what is typed."""

from dataclasses import dataclass

from coprra.domain.prices.ports import Drafts


@dataclass(frozen=True, slots=True)
class ShowProfileSchema:
    """Use case: the JSON Schema of feed profiles."""

    drafts: Drafts

    def __call__(self) -> str:
        """A JSON document."""
        return self.drafts.schema()
