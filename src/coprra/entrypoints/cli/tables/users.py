"""Accounts and second factors as blocks for a screen."""

from collections.abc import Sequence

from coprra.domain.mfa.show_second_factor import SecondFactorState
from coprra.domain.users.user import User
from coprra.entrypoints.cli.screen import Block, Column, Prose, Table, safe
from coprra.entrypoints.cli.wording import count, minute, minute_utc


def user(one: User) -> list[Block]:
    """Everything that is known of it."""
    return [
        Prose(f"{safe(one.email.text)}: {one.role}, {_state(one)}"),
        Prose(f"id {one.id}", indent=2),
        Prose(f"called {safe(one.name)}", indent=2),
        Prose(f"letters in {one.language}", indent=2),
        Prose(f"made {minute_utc(one.created_at)}", indent=2),
    ]


def users(page: Sequence[User]) -> list[Block]:
    """A row each."""
    if not page:
        return [Prose("There is no such account.")]
    columns = (
        Column("Id", whole_words=True),
        Column("Address", whole_words=True),
        Column("Name", flexible=True),
        Column("Role"),
        Column("State"),
        Column("Made (UTC)"),
    )
    rows = (
        (str(one.id), safe(one.email.text), safe(one.name), str(one.role), _state(one), minute(one.created_at))
        for one in page
    )
    return [Table(columns, tuple(rows))]


def second_factor(state: SecondFactorState) -> list[Block]:
    """Whether there is one, and what is left of it."""
    address = safe(state.user.email.text)
    if state.confirmed_at is None:
        return [Prose(f"{address} has no second factor.")]
    said = [Prose(f"{address} has a second factor since {minute_utc(state.confirmed_at)}.")]
    if state.locked_at is not None:
        said.append(Prose(f"Too many codes were wrong: it is locked since {minute_utc(state.locked_at)}."))
    return [*said, Prose(f"{count(state.recovery_codes, 'recovery code')} left.")]


def _state(one: User) -> str:
    if one.disabled_at is not None:
        return "disabled"
    return "can sign in" if one.may_enter else "unverified"
