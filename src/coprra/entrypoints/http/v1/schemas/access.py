"""Answers about accounts and tokens."""

from marshmallow import fields

from coprra.domain.sessions.token import TokenKind
from coprra.domain.users.identity import Method
from coprra.domain.users.language import Language
from coprra.domain.users.role import Permission, Role
from coprra.entrypoints.http.v1.schemas.fields import instant, many, number, one, one_of, text, truth, words
from coprra.entrypoints.http.v1.schemas.values import Answer

_USER_ID = "u_[0-9A-Za-z]{22}"


def permissions() -> fields.List[str]:
    """Some of what can be allowed, perhaps nothing."""
    return fields.List(one_of(Permission), required=True)


class Tokens(Answer):
    """What a program shows from here on."""

    token_type = one_of(["Bearer"])
    access_token = text(pattern="pca_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}")
    expires_at = instant()
    refresh_token = text(pattern="pcr_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}")


class Ticket(Answer):
    """What a code is sent with."""

    ticket = text()
    expires_at = instant()


class Family(Answer):
    """A sign-in, or a personal token."""

    id = text(pattern="[0-9A-Za-z]{16}")
    name = text()
    kind = one_of(TokenKind)
    abilities = permissions()
    created_at = instant()
    expires_at = instant()
    revoked_at = instant(nullable=True)


class ListedFamily(Family):
    """One of several. current: the one that asks."""

    current = truth()


class Families(Answer):
    """Sign-ins and personal tokens."""

    tokens = many(ListedFamily)


class Accepted(Answer):
    """Nothing but that."""

    status = one_of(["accepted"])


class User(Answer):
    """An account."""

    id = text(pattern=_USER_ID)
    email = text()
    name = text()
    role = one_of(Role)
    language = one_of(Language)
    created_at = instant()
    verified_at = instant(nullable=True)
    disabled_at = instant(nullable=True)


class Users(Answer):
    """A page of accounts."""

    users = many(User)
    next = text(pattern=_USER_ID, nullable=True)


class Account(User):
    """Who asks."""

    permissions = permissions()
    second_factor = truth()
    second_factor_wanted = truth()


class Session(Answer):
    """A person's browser."""

    id = text()
    created_at = instant()
    seen_at = instant()
    idle_until = instant()
    ends_at = instant()
    methods = words(Method)
    address = fields.String(required=True)
    user_agent = fields.String(required=True)


class OwnData(Answer):
    """All that is kept about somebody."""

    account = one(User)
    second_factor = truth()
    recovery_codes_left = number()
    sessions = many(Session)
    tokens = many(Family)
