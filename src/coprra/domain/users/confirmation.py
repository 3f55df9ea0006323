"""Confirmation: the password of an account, shown by who is in it already, or was sent a link to it."""

from dataclasses import dataclass

from coprra.domain.kernel.errors import Unauthenticated
from coprra.domain.kernel.ports import Macs
from coprra.domain.limits.ports import Limiter
from coprra.domain.users.events import AccountEvent
from coprra.domain.users.lockout import confirmation_bucket
from coprra.domain.users.password import LONGEST
from coprra.domain.users.ports import Hasher, OpenUsersUnitOfWork
from coprra.domain.users.user import User


class WrongPassword(Unauthenticated):
    """The password is not the account's."""

    code = "wrong_password"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Compares a password, apart from those with which people sign in, which strangers try as well."""

    macs: Macs
    limiter: Limiter
    hasher: Hasher
    unit_of_work: OpenUsersUnitOfWork

    def __call__(self, user: User, password: str, *, holder: str, failure: AccountEvent) -> bool:
        """Whether it is the user's. holder: the session, token or link with which it is shown.

        failure: what a wrong one is remembered as; it happens when that says. Raises: LimitExceeded, Overloaded,
        Unavailable.
        """
        bucket = confirmation_bucket(self.macs, user.id, holder)
        self.limiter.consume(bucket, at=failure.occurred_at)
        if self.hasher.verify(user.password_hash if len(password) <= LONGEST else None, password):
            self.limiter.refund(bucket)
            return True
        with self.unit_of_work() as uow:
            uow.record(failure)
            uow.commit()
        return False
