"""Languages: those in which people are written to."""

from enum import StrEnum


class Language(StrEnum):
    """One that pages and letters have texts in, by its tag. Source: BCP 47."""

    ENGLISH = "en"
    GERMAN = "de"
