"""Letters: what is said to somebody by mail."""

from dataclasses import dataclass, field
from enum import StrEnum

from coprra.domain.users.email import EmailAddress
from coprra.domain.users.language import Language
from coprra.domain.users.user import User


class LetterKind(StrEnum):
    """What a letter is about; each has a text of its own."""

    VERIFY_EMAIL = "verify_email"
    ALREADY_REGISTERED = "already_registered"
    RESET_PASSWORD = "reset_password"  # noqa: S105  # a kind of letter  # pragma: allowlist secret
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # a kind of letter  # pragma: allowlist secret
    CHANGE_EMAIL = "change_email"
    EMAIL_CHANGED = "email_changed"
    ACCOUNT_DELETED = "account_deleted"
    SECOND_FACTOR_CHANGED = "second_factor_changed"
    SECOND_FACTOR_LOCKED = "second_factor_locked"
    RECOVERY_CODE_USED = "recovery_code_used"
    RESET_SECOND_FACTOR = "reset_second_factor"
    SECOND_FACTOR_RESET = "second_factor_reset"
    TOKEN_REUSED = "token_reused"  # noqa: S105  # a kind of letter


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. name: of whom it greets, or nobody's; secret: what its link carries; note: a fact for its text.

    language: in which it is written.
    """

    kind: LetterKind
    to: EmailAddress
    name: str
    secret: str | None = field(default=None, repr=False)
    note: str = ""
    language: Language = Language.ENGLISH

    @classmethod
    def to_user(
        cls,
        kind: LetterKind,
        user: User,
        *,
        secret: str | None = None,
        note: str = "",
        asked_in: Language | None = None,
    ) -> "Letter":
        """To the address that the account has now; by name and in its language once somebody has proved to read there.

        asked_in: the language of a stranger's request, which goes before what another stranger said of the account.
        """
        if user.email_verified_at:
            return cls(kind, user.email, user.name, secret, note, user.language)
        return cls(kind, user.email, "", secret, note, asked_in or user.language)
