"""Register: somebody makes an account of their own."""

from dataclasses import dataclass, replace
from datetime import datetime

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.ports import Clock, Macs, Randomness
from coprra.domain.kernel.text import plain_text
from coprra.domain.limits.origin import Origin
from coprra.domain.limits.ports import Limiter
from coprra.domain.users.email import EmailAddress
from coprra.domain.users.events import BreachCheckFailed, UserRegistered
from coprra.domain.users.language import Language
from coprra.domain.users.letter import Letter, LetterKind
from coprra.domain.users.link import LinkPurpose, make_link
from coprra.domain.users.lockout import mail_buckets
from coprra.domain.users.new_password import NewPasswords
from coprra.domain.users.ports import OpenUsersUnitOfWork, UsersUnitOfWork
from coprra.domain.users.role import Role
from coprra.domain.users.user import NAME_LENGTH, EmailTaken, User, UserId


@dataclass(frozen=True, slots=True)
class RegisterUser:
    """Use case: make an account that can be entered when its mailbox is proved.

    Whether the address has an account already is told to its mailbox alone: everything else is the same. Until the
    mailbox is proved the newest registration counts, with its name, password and language, and only its link is good.
    """

    clock: Clock
    randomness: Randomness
    macs: Macs
    limiter: Limiter
    passwords: NewPasswords
    unit_of_work: OpenUsersUnitOfWork

    def __call__(
        self, email: str, password: str, *, name: str, origin: Origin, language: Language = Language.ENGLISH
    ) -> None:
        """language: of letters to it.

        Raises: InvalidEmail, InvalidText, InvalidPassword, LimitExceeded, Overloaded, Unavailable.
        """
        now, address = self.clock.now(), EmailAddress.read(email)
        plain_text("name", name, NAME_LENGTH)
        self.limiter.consume(*mail_buckets(self.macs, LinkPurpose.VERIFY_EMAIL, address.canonical, origin), at=now)
        taken = self.passwords.take(password, address, name)
        user = User(
            id=UserId.draw(self.randomness),
            email=address,
            name=name,
            role=Role.USER,
            password_hash=taken.hash,
            created_at=now,
            email_since=now,
            language=language,
        )
        try:
            self._store(user, now, origin, unasked=taken.unasked)
        except EmailTaken:
            # Somebody registered the same address at the same moment, and is found now.
            self._store(user, now, origin, unasked=taken.unasked)

    def _store(self, user: User, now: datetime, origin: Origin, *, unasked: bool) -> None:
        with self.unit_of_work() as uow:
            found = uow.users.find_by_email(user.email)
            known = found and uow.users.hold(found.id)
            if known is not None and known.email_verified_at is not None:
                uow.outbox.post(Letter.to_user(LetterKind.ALREADY_REGISTERED, known))
            elif known is not None:
                newest = replace(known, name=user.name, language=user.language).with_password(user.password_hash)
                uow.users.save(newest)
                self._ask_for_proof(uow, newest)
                self._record(uow, newest, now, origin, unasked=unasked)
            else:
                uow.users.add(user)
                self._ask_for_proof(uow, user)
                self._record(uow, user, now, origin, unasked=unasked)
            uow.commit()

    def _record(self, uow: UsersUnitOfWork, user: User, now: datetime, origin: Origin, *, unasked: bool) -> None:
        uow.record(UserRegistered(occurred_at=now, by=Actor.guest(), user=user.id, origin=origin))
        if unasked:
            uow.record(BreachCheckFailed(occurred_at=now, by=Actor.guest(), user=user.id, origin=origin))

    def _ask_for_proof(self, uow: UsersUnitOfWork, user: User) -> None:
        new = make_link(self.randomness, LinkPurpose.VERIFY_EMAIL, user, self.clock.now())
        uow.links.issue(new.link)
        uow.outbox.post(Letter.to_user(LetterKind.VERIFY_EMAIL, user, secret=new.secret))
