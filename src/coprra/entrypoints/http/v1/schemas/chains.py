"""Answers about chains."""

from coprra.entrypoints.http.v1.schemas.fields import days, instant, many, text
from coprra.entrypoints.http.v1.schemas.values import Answer, Branch, Chain


class KnownBranch(Branch):
    """A branch, and how fresh its list is."""

    timezone = text()
    last_list_at = instant()


class KnownChain(Chain):
    """A chain with its branches."""

    currency = text(pattern="[A-Z]{3}")
    stale_after_days = days()
    branches = many(KnownBranch)


class Chains(Answer):
    """Whose prices are known."""

    as_of = instant()
    chains = many(KnownChain)
