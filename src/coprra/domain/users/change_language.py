"""Change in which language one is written to."""

from dataclasses import dataclass, replace

from coprra.domain.kernel.ports import Clock
from coprra.domain.limits.origin import Origin
from coprra.domain.users.events import LanguageChanged
from coprra.domain.users.held import held_own
from coprra.domain.users.identity import Identity
from coprra.domain.users.language import Language
from coprra.domain.users.ports import OpenUsersUnitOfWork
from coprra.domain.users.role import Permission


@dataclass(frozen=True, slots=True)
class ChangeLanguage:
    """Use case: letters come in another language from here on; pages go by what the browser asks for."""

    clock: Clock
    unit_of_work: OpenUsersUnitOfWork

    def __call__(self, me: Identity, language: Language, *, origin: Origin) -> None:
        """Raises: NotAllowed, NotSignedIn, Unavailable."""
        now = self.clock.now()
        me.require(Permission.MANAGE_ACCOUNT)
        with self.unit_of_work() as uow:
            user = held_own(uow, me, now)
            uow.users.save(replace(user, language=language))
            uow.record(LanguageChanged(occurred_at=now, by=me.actor, user=user.id, origin=origin))
            uow.commit()
