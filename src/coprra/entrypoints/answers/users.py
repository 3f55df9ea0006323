"""Users, and their second factors, as JSON-ready values; never what lets anybody in."""

from collections.abc import Sequence

from coprra.domain.mfa.show_second_factor import SecondFactorState
from coprra.domain.users.user import User
from coprra.entrypoints.answers.values import JsonObject, instant, instant_or_none


def user(value: User) -> JsonObject:
    """One account. verified_at: null while nobody has proved the mailbox; disabled_at: null while it can be used.

    language: of letters.
    """
    return {
        "id": value.id.value,
        "email": value.email.text,
        "name": value.name,
        "role": str(value.role),
        "language": str(value.language),
        "created_at": instant(value.created_at),
        "verified_at": instant_or_none(value.email_verified_at),
        "disabled_at": instant_or_none(value.disabled_at),
    }


def users(value: Sequence[User]) -> JsonObject:
    """A page of accounts, by id. The next page begins after the last one's id."""
    return {"users": [user(one) for one in value]}


def second_factor(value: SecondFactorState) -> JsonObject:
    """confirmed_at: null: the account has none. recovery_codes: how many are unused."""
    return {
        "user": value.user.id.value,
        "confirmed_at": instant_or_none(value.confirmed_at),
        "locked_at": instant_or_none(value.locked_at),
        "recovery_codes": value.recovery_codes,
    }
