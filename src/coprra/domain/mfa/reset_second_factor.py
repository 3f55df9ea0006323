"""Reset a second factor that is lost: asked for by an admin, confirmed by its owner; or at the command line."""

from dataclasses import dataclass

from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.errors import Conflict
from coprra.domain.kernel.ports import Clock, Macs, Randomness
from coprra.domain.kernel.text import plain_text
from coprra.domain.limits.origin import ON_THE_HOST, Origin
from coprra.domain.limits.ports import Limiter
from coprra.domain.mfa.device import NoSecondFactor
from coprra.domain.mfa.events import ResetConfirmed, ResetRequested
from coprra.domain.mfa.ports import MfaUnitOfWork, OpenMfaReads, OpenMfaUnitOfWork
from coprra.domain.mfa.remove_device import forget_factor
from coprra.domain.mfa.reset import REASON_LENGTH, SecondFactorReset, check_mailbox
from coprra.domain.users.confirmation import Confirmation, WrongPassword
from coprra.domain.users.events import PasswordMistaken
from coprra.domain.users.held import held, held_for, unknown_user
from coprra.domain.users.identity import Identity
from coprra.domain.users.letter import Letter, LetterKind
from coprra.domain.users.link import LinkPurpose, invalid_link, make_link
from coprra.domain.users.lockout import mail_buckets
from coprra.domain.users.notices import tell
from coprra.domain.users.password import check_readable
from coprra.domain.users.role import Permission, Role
from coprra.domain.users.used_link import look_up_link, use_link
from coprra.domain.users.user import User, UserId


class OwnSecondFactor(Conflict):
    """An admin asked to reset their own second factor."""

    code = "own_second_factor"


@dataclass(frozen=True, slots=True)
class RequestSecondFactorReset:
    """Use case: an admin asks; the owner gets a link. Until the owner confirms it by the password nothing changes.

    The admin never sees the link.
    """

    clock: Clock
    randomness: Randomness
    macs: Macs
    limiter: Limiter
    reads: OpenMfaReads
    unit_of_work: OpenMfaUnitOfWork

    def __call__(self, me: Identity, target: UserId, *, reason: str, origin: Origin) -> None:
        """reason: told to the log alone.

        Raises: NotAllowed, MfaEnrollmentRequired, StepUpRequired, OwnSecondFactor, InvalidText, UnknownUser,
        NoSecondFactor, ResetRefused, LimitExceeded, NotSignedIn, Unavailable.
        """
        now = self.clock.now()
        me.require(Permission.RESET_SECOND_FACTOR)
        me.require_step_up(now)
        plain_text("reason", reason, REASON_LENGTH)
        if me.user == target:
            raise OwnSecondFactor("Somebody else has to reset your own; the only admin uses the command line.")
        with self.reads() as look:
            known = look.users.find(target)
        if known is None:
            raise unknown_user()
        self.limiter.consume(
            *mail_buckets(self.macs, LinkPurpose.RESET_SECOND_FACTOR, known.email.canonical, origin), at=now
        )
        with self.unit_of_work() as uow:
            user = held_for(uow, target, me, now)
            if uow.devices.find(target) is None:
                raise NoSecondFactor("The account has no second factor.")
            check_mailbox(user, now)
            new = make_link(self.randomness, LinkPurpose.RESET_SECOND_FACTOR, user, now)
            uow.links.issue(new.link)
            uow.resets.request(
                SecondFactorReset(
                    user=target, link_digest=new.link.digest, reason=reason, requested_at=now, by=me.actor
                )
            )
            uow.outbox.post(Letter.to_user(LetterKind.RESET_SECOND_FACTOR, user, secret=new.secret))
            uow.record(ResetRequested(occurred_at=now, by=me.actor, user=target, origin=origin, reason=reason))
            uow.commit()


@dataclass(frozen=True, slots=True)
class ConfirmSecondFactorReset:
    """Use case: the owner, by link and password, lets the second factor go; nobody is signed in any more."""

    clock: Clock
    confirmation: Confirmation
    unit_of_work: OpenMfaUnitOfWork

    def __call__(self, secret: str, password: str, *, origin: Origin) -> None:
        """secret: of the link. A wrong password is remembered although it raises.

        Raises: InvalidMailLink, WrongPassword, LimitExceeded, Overloaded, Unavailable.
        """
        now = self.clock.now()
        check_readable(password)
        with self.unit_of_work() as uow:
            found = look_up_link(uow, secret, LinkPurpose.RESET_SECOND_FACTOR, now)
        user = found.user
        mistaken = PasswordMistaken(occurred_at=now, by=Actor.guest(), user=user.id, origin=origin)
        if not self.confirmation(user, password, holder=found.link.digest, failure=mistaken):
            raise WrongPassword("The password is not right.")
        with self.unit_of_work() as uow:
            used = use_link(uow, secret, LinkPurpose.RESET_SECOND_FACTOR, now)
            reset = uow.resets.find(user.id)
            if reset is None or reset.link_digest != used.link.digest or used.user.version != user.version:
                raise invalid_link()
            _reset(uow, used.user)
            uow.grants.revoke_all(user.id, now)
            by = Actor.user(user.id.value)
            uow.record(ResetConfirmed(occurred_at=now, by=by, user=user.id, origin=origin))
            uow.commit()


@dataclass(frozen=True, slots=True)
class ResetSecondFactor:
    """Use case: break-glass, at the command line of the host, for whom nobody else can help."""

    clock: Clock
    unit_of_work: OpenMfaUnitOfWork

    def __call__(self, target: UserId, *, by: Actor) -> None:
        """Raises: UnknownUser, NoSecondFactor, Unavailable."""
        now = self.clock.now()
        with self.unit_of_work() as uow:
            user = held(uow, target)
            if uow.devices.find(target) is None:
                raise NoSecondFactor("The account has no second factor.")
            _reset(uow, user)
            uow.grants.revoke_all(user.id, now)
            uow.record(ResetConfirmed(occurred_at=now, by=by, user=target, origin=ON_THE_HOST))
            uow.commit()


def _reset(uow: MfaUnitOfWork, user: User) -> None:
    forget_factor(uow, user.id)
    tell(uow.outbox, Letter.to_user(LetterKind.SECOND_FACTOR_RESET, user))
    for admin in uow.users.page(after=None, limit=100, role=Role.ADMIN):
        if admin.may_enter and admin.id != user.id:
            tell(uow.outbox, Letter.to_user(LetterKind.SECOND_FACTOR_RESET, admin, note=user.email.text))
