"""What each letter says, in English: these are the keys of the catalogue.

Between braces stand facts of the one letter: `home` is the installation's address; `note` is what the letter was given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from coprra.domain.users.letter import LetterKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """before: what is said first, after: what follows the link. path: where the link leads; None: there is none."""

    subject: str
    before: tuple[str, ...]
    path: str | None = None
    after: tuple[str, ...] = ()


def marked(text: str) -> str:
    """The text itself; extractors of messages look for this word, as in ``xgettext --keyword=marked``."""
    return text


HELLO = marked("Hello {name},")
HELLO_TO_NOBODY = marked("Hello,")
SENT_BY = marked("This letter was sent by {home}. Nobody reads answers to it.")

_CONFIRM_MAILBOX = marked("To confirm that the mailbox is yours, open this link within 24 hours:")
_NOT_YOU = marked("If that was not you, ask for another password at {home} at once, and tell whoever runs it.")
_DO_NOTHING = marked("If that was not you, there is nothing to do: without the link nothing happens.")

TEXTS: Mapping[LetterKind, Text] = MappingProxyType(
    {
        LetterKind.VERIFY_EMAIL: Text(
            subject=marked("Confirm your address"),
            before=(
                marked("Somebody, probably you, made an account with this address."),
                _CONFIRM_MAILBOX,
            ),
            path="verify-email",
            after=(
                marked(
                    "You will be asked for the password you chose. If you don't know it, choose another one at {home}."
                ),
                _DO_NOTHING,
            ),
        ),
        LetterKind.ALREADY_REGISTERED: Text(
            subject=marked("You have an account already"),
            before=(
                marked("Somebody, probably you, wanted to use this address for an account. It has one already."),
                marked("Sign in at {home}, or ask there for another password."),
                marked("If that was not you, there is nothing to do."),
            ),
        ),
        LetterKind.RESET_PASSWORD: Text(
            subject=marked("Choose another password"),
            before=(
                marked("Somebody, probably you, has forgotten the password of your account."),
                marked("To choose another one, open this link within 30 minutes:"),
            ),
            path="reset-password",
            after=(_DO_NOTHING,),
        ),
        LetterKind.PASSWORD_CHANGED: Text(
            subject=marked("Your password was changed"),
            before=(
                marked("Your account has another password. Wherever else it was signed in, it no longer is."),
                _NOT_YOU,
            ),
        ),
        LetterKind.CHANGE_EMAIL: Text(
            subject=marked("Confirm your new address"),
            before=(
                marked("Somebody, probably you, wants to use this address for an account."),
                _CONFIRM_MAILBOX,
            ),
            path="change-email",
            after=(_DO_NOTHING,),
        ),
        LetterKind.EMAIL_CHANGED: Text(
            subject=marked("Your address was changed"),
            before=(
                marked("Your account has another address now, and letters no longer come here."),
                marked("If that was not you, tell whoever runs {home} at once."),
            ),
        ),
        LetterKind.ACCOUNT_DELETED: Text(
            subject=marked("Your account was deleted"),
            before=(
                marked("Your account and what belonged to it are gone."),
                marked("If that was not you, tell whoever runs {home}."),
            ),
        ),
        LetterKind.SECOND_FACTOR_CHANGED: Text(
            subject=marked("Your second factor was changed"),
            before=(
                marked("A device was set up for your account or taken off it, or new recovery codes were made."),
                _NOT_YOU,
            ),
        ),
        LetterKind.SECOND_FACTOR_LOCKED: Text(
            subject=marked("Your second factor is locked"),
            before=(
                marked("Too many wrong codes were tried for your account, by somebody who knows its password."),
                marked("No code is looked at any more. To unlock it, open this link within 30 minutes:"),
            ),
            path="unlock-second-factor",
            after=(marked("If it was not you who tried, change your password then."),),
        ),
        LetterKind.RECOVERY_CODE_USED: Text(
            subject=marked("A recovery code was used"),
            before=(
                marked("Your account was signed in to with a recovery code. Unused codes left: {note}."),
                _NOT_YOU,
            ),
        ),
        LetterKind.RESET_SECOND_FACTOR: Text(
            subject=marked("Confirm the reset of your second factor"),
            before=(
                marked("An admin wants to take the second factor off your account, as you will have asked for."),
                marked("To confirm that, open this link within 30 minutes; it asks for your password:"),
            ),
            path="reset-second-factor",
            after=(_DO_NOTHING,),
        ),
        LetterKind.SECOND_FACTOR_RESET: Text(
            subject=marked("Your second factor was reset"),
            before=(
                marked("Your account has no second factor any more, and is signed in to nowhere."),
                _NOT_YOU,
            ),
        ),
        LetterKind.TOKEN_REUSED: Text(
            subject=marked("A sign-in was ended"),
            before=(
                marked("A token of the sign-in named “{note}” was used a second time, as happens to stolen ones."),
                marked("That sign-in was ended. If it is yours, sign in there anew."),
                _NOT_YOU,
            ),
        ),
    }
)

OF_SOMEBODY_ELSE: Mapping[LetterKind, Text] = MappingProxyType(
    {
        LetterKind.SECOND_FACTOR_RESET: Text(
            subject=marked("A second factor was reset"),
            before=(
                marked("The account {note} has no second factor any more, and is signed in to nowhere."),
                marked("You are told because you are an admin at {home}."),
            ),
        )
    }
)
"""What is said to admins, about the account that the note names."""
