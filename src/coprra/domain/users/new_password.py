"""New passwords: looked at by every rule, then hashed."""

from dataclasses import dataclass

from coprra.domain.kernel.errors import Unavailable
from coprra.domain.users.email import EmailAddress
from coprra.domain.users.password import InvalidPassword, check_length, check_own_words
from coprra.domain.users.ports import BreachedPasswords, CommonPasswords, Hasher


@dataclass(frozen=True, slots=True)
class HashedPassword:
    """A password that was taken. unasked: nobody could say whether it is known from a breach."""

    hash: str
    unasked: bool


@dataclass(frozen=True, slots=True)
class NewPasswords:
    """Takes new passwords. breached: None where nobody is asked."""

    hasher: Hasher
    common: CommonPasswords
    breached: BreachedPasswords | None = None

    def take(self, password: str, email: EmailAddress, name: str) -> HashedPassword:
        """email, name: of the account. Raises: InvalidPassword; Overloaded."""
        check_length(password)
        check_own_words(password, (email.canonical, *email.words, name, *name.split()))
        if self.common.hold(password):
            raise InvalidPassword("Too many people have this password; take other words.")
        unasked = self._is_unasked(password)
        return HashedPassword(self.hasher.hash(password), unasked)

    def _is_unasked(self, password: str) -> bool:
        """Whether it could not be asked. Raises: InvalidPassword for one that is known."""
        if self.breached is None:
            return False
        try:
            known = self.breached.hold(password)
        except Unavailable:
            return True
        if known:
            raise InvalidPassword("This password is known from a breach elsewhere; take other words.")
        return False
