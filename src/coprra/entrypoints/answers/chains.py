"""Chains and branches as JSON-ready values."""

from coprra.domain.prices.list_chains import KnownChains
from coprra.domain.prices.ports import KnownChain
from coprra.entrypoints.answers.values import JsonObject, branch, chain, days, instant


def chains(value: KnownChains) -> JsonObject:
    """The chains whose prices are known, with their branches and when each was last listed."""
    return {"as_of": instant(value.as_of), "chains": [_known_chain(known) for known in value.chains]}


def _known_chain(known: KnownChain) -> JsonObject:
    stale_after = days(known.chain.stale_after)
    return {
        **chain(known.chain),
        "currency": known.chain.currency.code,
        "stale_after_days": int(stale_after) if stale_after.is_integer() else stale_after,
        "branches": [
            {**branch(one), "timezone": one.timezone, "last_list_at": instant(last_list_at)}
            for one, last_list_at in known.branches
        ],
    }
