"""What admins and operators do to the accounts of others: role, password, disable, enable."""

from dataclasses import dataclass, replace

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock
from coprra.domain.limits.origin import ON_THE_HOST, Origin
from coprra.domain.users.events import BreachCheckFailed, PasswordChanged, RoleChanged, UserDisabled, UserEnabled
from coprra.domain.users.held import held, held_for, unknown_user
from coprra.domain.users.identity import Identity, require_admin
from coprra.domain.users.last_admin import hold_admins, keep_an_admin
from coprra.domain.users.new_password import NewPasswords
from coprra.domain.users.ports import OpenUsersReads, OpenUsersUnitOfWork
from coprra.domain.users.role import Role
from coprra.domain.users.user import User, UserId


@dataclass(frozen=True, slots=True)
class ChangeRole:
    """Use case: give an account another role. All that it was signed in with ends: nothing keeps an older right."""

    clock: Clock
    unit_of_work: OpenUsersUnitOfWork

    def __call__(
        self, id: UserId, role: Role, *, by: Actor, me: Identity | None = None, origin: Origin = ON_THE_HOST
    ) -> User:
        """me: of a person who asks.

        Raises: what `require_admin` does, NotSignedIn, UnknownUser, LastAdmin, Invalid for guest, Unavailable.
        """
        now = self.clock.now()
        require_admin(me, now)
        with self.unit_of_work() as uow:
            admins = hold_admins(uow, id, me)
            user = held_for(uow, id, me, now)
            if user.role is role:
                return user
            keep_an_admin(admins, user)
            after = replace(user, role=role)
            uow.users.save(after)
            uow.grants.revoke_all(id, now)
            uow.record(RoleChanged(occurred_at=now, by=by, user=id, origin=origin, before=user.role, after=role))
            uow.commit()
        return after


@dataclass(frozen=True, slots=True)
class DisableUser:
    """Use case: nobody signs in to the account any more, and who is signed in is out."""

    clock: Clock
    unit_of_work: OpenUsersUnitOfWork

    def __call__(self, id: UserId, *, by: Actor, me: Identity | None = None, origin: Origin = ON_THE_HOST) -> User:
        """me: of a person who asks.

        Raises: what `require_admin` does, NotSignedIn, UnknownUser, LastAdmin, Unavailable.
        """
        now = self.clock.now()
        require_admin(me, now)
        with self.unit_of_work() as uow:
            admins = hold_admins(uow, id, me)
            user = held_for(uow, id, me, now)
            if user.disabled_at is not None:
                return user
            keep_an_admin(admins, user)
            after = replace(user, disabled_at=now)
            uow.users.save(after)
            uow.grants.revoke_all(id, now)
            uow.record(UserDisabled(occurred_at=now, by=by, user=id, origin=origin))
            uow.commit()
        return after


@dataclass(frozen=True, slots=True)
class EnableUser:
    """Use case: the account can be signed in to again."""

    clock: Clock
    unit_of_work: OpenUsersUnitOfWork

    def __call__(self, id: UserId, *, by: Actor, me: Identity | None = None, origin: Origin = ON_THE_HOST) -> User:
        """me: of a person who asks. Raises: what `require_admin` does, NotSignedIn, UnknownUser, Unavailable."""
        now = self.clock.now()
        require_admin(me, now)
        with self.unit_of_work() as uow:
            user = held_for(uow, id, me, now)
            if user.disabled_at is None:
                return user
            after = replace(user, disabled_at=None)
            uow.users.save(after)
            uow.record(UserEnabled(occurred_at=now, by=by, user=id, origin=origin))
            uow.commit()
        return after


@dataclass(frozen=True, slots=True)
class SetPassword:
    """Use case: an operator gives an account another password; nobody is signed in to it any more."""

    clock: Clock
    passwords: NewPasswords
    reads: OpenUsersReads
    unit_of_work: OpenUsersUnitOfWork

    def __call__(self, id: UserId, password: str, *, by: Actor) -> None:
        """Raises: UnknownUser, InvalidPassword, Overloaded, Unavailable."""
        now = self.clock.now()
        with self.reads() as look:
            known = look.users.find(id)
        if known is None:
            raise unknown_user()
        taken = self.passwords.take(password, known.email, known.name)
        with self.unit_of_work() as uow:
            uow.users.save(held(uow, id).with_password(taken.hash))
            uow.grants.revoke_all(id, now)
            uow.record(PasswordChanged(occurred_at=now, by=by, user=id, origin=ON_THE_HOST))
            if taken.unasked:
                uow.record(BreachCheckFailed(occurred_at=now, by=by, user=id, origin=ON_THE_HOST))
            uow.commit()
