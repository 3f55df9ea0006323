"""Views of one's own account: make it, prove its mailbox, find back into it, see what is kept of it."""

from dataclasses import dataclass, field
from typing import Any

from coprra.application import Application
from coprra.domain.users.language import Language
from coprra.entrypoints import answers
from coprra.entrypoints.answers import JsonObject
from coprra.entrypoints.http.callers import Caller

_ACCEPTED: JsonObject = {"status": "accepted"}
"""All that strangers are told: the rest stands in a letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationAsked:
    """What an account is made of."""

    email: str
    password: str = field(repr=False)
    name: str


def register(application: Application, asked: RegistrationAsked, caller: Caller) -> JsonObject:
    """The same whether or not the address has an account. Raises: what `RegisterUser` does."""
    application.accounts.register_user(
        asked.email, asked.password, name=asked.name, origin=caller.origin, language=caller.language
    )
    return _ACCEPTED


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterAsked:
    """Where a letter is to go."""

    email: str


def send_verification(application: Application, asked: LetterAsked, caller: Caller) -> JsonObject:
    """The same whether or not the address has an account. Raises: InvalidEmail, LimitExceeded, Unavailable."""
    application.accounts.send_verification(asked.email, origin=caller.origin, language=caller.language)
    return _ACCEPTED


def request_password_reset(application: Application, asked: LetterAsked, caller: Caller) -> JsonObject:
    """The same whether or not the address has an account. Raises: InvalidEmail, LimitExceeded, Unavailable."""
    application.accounts.request_password_reset(asked.email, origin=caller.origin, language=caller.language)
    return _ACCEPTED


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationAsked:
    """What the link in a letter ends with, and the password of the account."""

    secret: str = field(repr=False)
    password: str = field(repr=False)


def verify_email(application: Application, asked: VerificationAsked, caller: Caller) -> None:
    """The account can be signed in to. Raises: what `VerifyEmail` does."""
    application.accounts.verify_email(asked.secret, asked.password, origin=caller.origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPasswordAsked:
    """What the link in a letter ends with, and another password."""

    secret: str = field(repr=False)
    password: str = field(repr=False)


def reset_password(application: Application, asked: NewPasswordAsked, caller: Caller) -> None:
    """Nobody is signed in any more, and whoever asks neither. Raises: what `ResetPassword` does."""
    application.accounts.reset_password(asked.secret, asked.password, origin=caller.origin)


def show_account(application: Application, _asked: dict[str, Any], caller: Caller) -> JsonObject:
    """Who asks, and what they may do. Raises: Unavailable."""
    return answers.account(application.accounts.show_user(caller.me.user.value), caller.me)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAsked:
    """What is to be otherwise. language: of letters."""

    language: Language


def change_account(application: Application, asked: ChangeAsked, caller: Caller) -> JsonObject:
    """Who asks, as they are from here on. Raises: NotSignedIn, Unavailable."""
    application.accounts.change_language(caller.me, asked.language, origin=caller.origin)
    return answers.account(application.accounts.show_user(caller.me.user.value), caller.me)


def export_own_data(application: Application, _asked: dict[str, Any], caller: Caller) -> JsonObject:
    """All that is kept about whoever asks. Raises: Unavailable."""
    return answers.own_data(application.accounts.export_own_data(caller.me))
