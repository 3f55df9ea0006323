"""Sessions and tokens as blocks for a screen."""

from collections.abc import Sequence

from coprra.domain.sessions.manage_tokens import Pruned
from coprra.domain.sessions.session import Session
from coprra.domain.sessions.token import Family
from coprra.entrypoints.cli.screen import Block, Column, Prose, Table, safe
from coprra.entrypoints.cli.wording import count, minute


def sessions(those: Sequence[Session]) -> list[Block]:
    """A row each."""
    if not those:
        return [Prose("There is no session.")]
    columns = (
        Column("Session", whole_words=True),
        Column("Signed in (UTC)"),
        Column("Seen (UTC)"),
        Column("By"),
        Column("From"),
        Column("Browser", flexible=True),
    )
    rows = (
        (
            safe(one.id),
            minute(one.created_at),
            minute(one.seen_at),
            " + ".join(sorted(one.methods)),
            safe(one.origin.address),
            safe(one.origin.user_agent),
        )
        for one in those
    )
    return [Table(columns, tuple(rows))]


def tokens(those: Sequence[Family]) -> list[Block]:
    """A row each."""
    if not those:
        return [Prose("There is no token.")]
    columns = (
        Column("Id", whole_words=True),
        Column("Name", flexible=True),
        Column("Kind"),
        Column("May", flexible=True),
        Column("Made (UTC)"),
        Column("Ends (UTC)"),
    )
    rows = (
        (
            one.id,
            safe(one.name),
            str(one.kind),
            ", ".join(sorted(one.abilities)),
            minute(one.created_at),
            minute(one.ends_at),
        )
        for one in those
    )
    return [Table(columns, tuple(rows))]


def pruned(those: Pruned) -> list[Block]:
    """How many of each were forgotten."""
    told = (
        count(those.tokens, "token"),
        count(those.sessions, "session"),
        count(those.tickets, "ticket"),
        count(those.links, "link"),
        count(those.limits, "count of a limit", "counts of limits"),
    )
    return [Prose(f"Forgotten: {', '.join(told)}.")]
