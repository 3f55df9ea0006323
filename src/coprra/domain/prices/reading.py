"""Reading: what a price list is taken for, column by column, and from what that is known."""

from dataclasses import dataclass
from enum import StrEnum


class Known(StrEnum):
    """From what something about a list is known: somebody said it, its name, its content, or its profile tells it."""

    ASKED = "asked"
    NAME = "name"
    CONTENT = "content"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class FeedColumn:
    """A column of a list. term: what the profile takes it for; None: for nothing.

    perhaps: a term that has no column, and that the name of this one sounds like.
    """

    name: str
    term: str | None = None
    perhaps: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How a list is read. branch_by, listed_at_by: None where nothing tells them.

    columns: those of the file, in its order (of a document those of its first rows), then those that the profile looks
    for besides. unnamed: the terms for
    which the profile names no column.
    """

    profile_by: Known
    branch_by: Known | None
    listed_at_by: Known | None
    columns: tuple[FeedColumn, ...]
    unnamed: tuple[str, ...]
