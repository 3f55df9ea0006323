"""Chain: a backup together with all that it needs to be restored."""

from collections.abc import Mapping


def chain_of(id: str, parents: Mapping[str, str | None]) -> tuple[str, ...] | None:
    """The backups that are restored one after the other, from the whole one to `id`.

    parents: of every backup that is there, what it builds on; None for a whole one. None where a link is missing, or
    where the links run in a circle.
    """
    chain: list[str] = []
    link: str | None = id
    while link is not None:
        if link not in parents or link in chain:
            return None
        chain.append(link)
        link = parents[link]
    return tuple(reversed(chain))
