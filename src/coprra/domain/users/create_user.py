"""Create an account for somebody: at the command line of the host."""

from dataclasses import dataclass

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock, Randomness
from coprra.domain.limits.origin import ON_THE_HOST
from coprra.domain.users.email import EmailAddress
from coprra.domain.users.events import BreachCheckFailed, UserRegistered
from coprra.domain.users.language import Language
from coprra.domain.users.new_password import NewPasswords
from coprra.domain.users.ports import OpenUsersUnitOfWork
from coprra.domain.users.role import Role
from coprra.domain.users.user import User, UserId


@dataclass(frozen=True, slots=True)
class CreateUser:
    """Use case: an account whose mailbox the operator vouches for. There is none by default."""

    clock: Clock
    randomness: Randomness
    passwords: NewPasswords
    unit_of_work: OpenUsersUnitOfWork

    def __call__(
        self, email: str, password: str, *, name: str, role: Role, by: Actor, language: Language = Language.ENGLISH
    ) -> User:
        """language: of letters to it.

        Raises: InvalidEmail, InvalidText, InvalidPassword, EmailTaken, Overloaded, Unavailable.
        """
        now, address = self.clock.now(), EmailAddress.read(email)
        taken = self.passwords.take(password, address, name)
        user = User(
            id=UserId.draw(self.randomness),
            email=address,
            name=name,
            role=role,
            password_hash=taken.hash,
            created_at=now,
            email_since=now,
            language=language,
            email_verified_at=now,
        )
        with self.unit_of_work() as uow:
            uow.users.add(user)
            uow.record(UserRegistered(occurred_at=now, by=by, user=user.id, origin=ON_THE_HOST))
            if taken.unasked:
                uow.record(BreachCheckFailed(occurred_at=now, by=by, user=user.id, origin=ON_THE_HOST))
            uow.commit()
        return user
