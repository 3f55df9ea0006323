"""Authenticate: who is it that shows a session or a token."""

from dataclasses import dataclass

from coprra.domain.kernel.ports import Clock, Macs
from coprra.domain.sessions.ports import OpenSessionsReads, OpenSessionsUnitOfWork
from coprra.domain.sessions.session import DEFAULT_LIFETIMES, Lifetimes
from coprra.domain.sessions.token import InvalidToken, TokenKind, is_token, read_token_id
from coprra.domain.users.identity import Identity, NotSignedIn
from coprra.domain.users.secret import digest_of


@dataclass(frozen=True, slots=True)
class AuthenticateSession:
    """Use case: who shows that cookie. One read, and at most one write a minute."""

    clock: Clock
    reads: OpenSessionsReads
    unit_of_work: OpenSessionsUnitOfWork
    lifetimes: Lifetimes = DEFAULT_LIFETIMES

    def __call__(self, secret: str) -> Identity:
        """Raises: NotSignedIn, Unavailable."""
        now = self.clock.now()
        with self.reads() as look:
            holder = look.sessions.holder(digest_of(secret))
        if holder is None or not holder.session.is_alive(now) or not holder.user.may_enter:
            raise NotSignedIn("Sign in first: there is no session, or it has ended.")
        session = holder.session
        seen = session.seen(now, self.lifetimes)
        if seen is not session:
            with self.unit_of_work() as uow:
                uow.sessions.see(seen)
                uow.commit()
        return Identity(
            user=holder.user.id,
            role=holder.user.role,
            methods=session.methods,
            second_factor=holder.second_factor,
            session=session.id,
            stepped_up_at=session.stepped_up_at,
        )


@dataclass(frozen=True, slots=True)
class AuthenticateToken:
    """Use case: who shows that access token, and what for. One read and no write."""

    clock: Clock
    macs: Macs
    reads: OpenSessionsReads

    def __call__(self, text: str) -> Identity:
        """Raises: InvalidToken, Unavailable."""
        now, id = self.clock.now(), read_token_id(text, TokenKind.ACCESS, TokenKind.PERSONAL)
        if id is None:
            raise invalid_token()
        with self.reads() as look:
            holder = look.tokens.holder(id)
        if holder is None or holder.token.kind is TokenKind.REFRESH or not is_token(self.macs, holder.token, text):
            raise invalid_token()
        if not (holder.token.is_alive(now) and holder.family.is_alive(now) and holder.user.may_enter):
            raise invalid_token()
        return Identity(
            user=holder.user.id,
            role=holder.user.role,
            methods=holder.family.methods,
            second_factor=holder.second_factor,
            abilities=holder.family.abilities,
            family=holder.family.id,
        )


def invalid_token() -> InvalidToken:
    """The one refusal, whatever is wrong."""
    return InvalidToken("The token is not valid.")
