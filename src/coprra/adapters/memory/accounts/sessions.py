"""Sessions, tickets and tokens in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from coprra.adapters.memory.accounts.state import Changing
from coprra.domain.sessions.ports import SessionHolder, Sessions, Tickets, TokenHolder, Tokens
from coprra.domain.sessions.session import Session
from coprra.domain.sessions.ticket import Ticket
from coprra.domain.sessions.token import Family, Token, TokenKind
from coprra.domain.users.user import UserId


class MemorySessions(Sessions):
    """Works on the state that it is given."""

    def __init__(self, state: Changing) -> None:
        self._state = state

    def holder(self, digest: str) -> SessionHolder | None:
        state = self._state()
        for session in state.sessions.values():
            if session.digest == digest:
                return SessionHolder(session, state.users[session.user], session.user in state.devices)
        return None

    def alive(self, user: UserId, now: datetime) -> Sequence[Session]:
        alive = [one for one in self._state().sessions.values() if one.user == user and one.is_alive(now)]
        return tuple(sorted(alive, key=lambda one: (one.seen_at, one.id), reverse=True))

    def add(self, session: Session) -> None:
        self._state().sessions[session.id] = session

    def see(self, session: Session) -> None:
        before = self._state().sessions.get(session.id)
        if before is not None and before.revoked_at is None and before.seen_at < session.seen_at:
            seen = replace(before, seen_at=session.seen_at, idle_until=session.idle_until)
            self._state().sessions[session.id] = seen

    def ended(self, at: datetime, *, limit: int) -> Sequence[Session]:
        ended = [one for one in self._state().sessions.values() if one.revoked_at is None and not one.is_alive(at)]
        return tuple(sorted(ended, key=lambda one: (one.user.value, one.id))[:limit])

    def revoke(self, id: str, at: datetime) -> bool:
        before = self._state().sessions.get(id)
        if before is None or before.revoked_at is not None:
            return False
        self._state().sessions[id] = replace(before, revoked_at=at)
        return True

    def prune(self, before: datetime) -> int:
        state = self._state()
        kept = {key: one for key, one in state.sessions.items() if one.ends_at >= before}
        pruned, state.sessions = len(state.sessions) - len(kept), kept
        return pruned


class MemoryTickets(Tickets):
    """Works on the state that it is given."""

    def __init__(self, state: Changing) -> None:
        self._state = state

    def find(self, digest: str) -> Ticket | None:
        return self._state().tickets.get(digest)

    def add(self, ticket: Ticket) -> None:
        self._state().tickets[ticket.digest] = ticket

    def attempt(self, digest: str, at: datetime, *, most: int) -> bool:
        ticket = self._good(digest, at)
        if ticket is None or ticket.tries >= most:
            return False
        self._state().tickets[digest] = replace(ticket, tries=ticket.tries + 1)
        return True

    def consume(self, digest: str, at: datetime) -> bool:
        ticket = self._good(digest, at)
        if ticket is None:
            return False
        self._state().tickets[digest] = replace(ticket, used_at=at)
        return True

    def prune(self, before: datetime) -> int:
        state = self._state()
        kept = {key: one for key, one in state.tickets.items() if one.expires_at >= before}
        pruned, state.tickets = len(state.tickets) - len(kept), kept
        return pruned

    def _good(self, digest: str, at: datetime) -> Ticket | None:
        ticket = self._state().tickets.get(digest)
        return ticket if ticket and ticket.used_at is None and at < ticket.expires_at else None


class MemoryTokens(Tokens):
    """Works on the state that it is given."""

    def __init__(self, state: Changing) -> None:
        self._state = state

    def holder(self, id: str) -> TokenHolder | None:
        state = self._state()
        token = state.tokens.get(id)
        if token is None:
            return None
        family = state.families[token.family]
        return TokenHolder(token, family, state.users[family.user], family.user in state.devices)

    def families(self, user: UserId, now: datetime) -> Sequence[Family]:
        alive = [one for one in self._state().families.values() if one.user == user and one.is_alive(now)]
        return tuple(sorted(alive, key=lambda one: (one.created_at, one.id), reverse=True))

    def found(self, family: Family) -> None:
        self._state().families[family.id] = family

    def add(self, token: Token) -> None:
        self._state().tokens[token.id] = token

    def exchange(self, id: str, at: datetime, successor: str | None) -> bool:
        state = self._state()
        token = state.tokens.get(id)
        if token is None or token.kind is not TokenKind.REFRESH or not token.is_alive(at):
            return False
        if not state.families[token.family].is_alive(at):
            return False
        state.tokens[id] = replace(token, used_at=at, successor=successor)
        return True

    def revoke_access(self, family: str, at: datetime) -> None:
        tokens = self._state().tokens
        for id, token in tokens.items():
            if token.family == family and token.kind is TokenKind.ACCESS and token.revoked_at is None:
                tokens[id] = replace(token, revoked_at=at)

    def ended(self, at: datetime, *, limit: int) -> Sequence[Family]:
        ended = [one for one in self._state().families.values() if one.revoked_at is None and not one.is_alive(at)]
        return tuple(sorted(ended, key=lambda one: (one.user.value, one.id))[:limit])

    def revoke(self, family: str, at: datetime) -> bool:
        before = self._state().families.get(family)
        if before is None or before.revoked_at is not None:
            return False
        self._state().families[family] = replace(before, revoked_at=at)
        return True

    def forget_successors(self, before: datetime) -> int:
        tokens = self._state().tokens
        sealed = [one for one in tokens.values() if one.successor and one.used_at and one.used_at < before]
        for token in sealed:
            tokens[token.id] = replace(token, successor=None)
        return len(sealed)

    def prune(self, before: datetime) -> int:
        state = self._state()
        ended = {
            id
            for id, one in state.families.items()
            if one.ends_at < before or (one.revoked_at is not None and one.revoked_at < before)
        }
        kept = {key: one for key, one in state.tokens.items() if one.family not in ended and one.expires_at >= before}
        pruned, state.tokens = len(state.tokens) - len(kept), kept
        state.families = {key: one for key, one in state.families.items() if key not in ended}
        return pruned
