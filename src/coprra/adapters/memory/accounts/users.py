"""Users, links and grants in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from coprra.adapters.memory.accounts.state import Changing
from coprra.domain.users.email import EmailAddress
from coprra.domain.users.identity import Method
from coprra.domain.users.link import TAKING_OVER, Link, LinkPurpose
from coprra.domain.users.ports import Grants, Links, Users
from coprra.domain.users.role import Role
from coprra.domain.users.user import EmailTaken, User, UserChanged, UserId


class MemoryUsers(Users):
    """Works on the state that it is given."""

    def __init__(self, state: Changing) -> None:
        self._state = state

    def find(self, id: UserId) -> User | None:
        return self._state().users.get(id)

    def find_by_email(self, email: EmailAddress) -> User | None:
        id = self._state().emails.get(email.canonical)
        return None if id is None else self._state().users[id]

    def page(self, *, after: UserId | None, limit: int, role: Role | None = None) -> Sequence[User]:
        users = [one for id, one in sorted(self._state().users.items()) if after is None or id > after]
        return tuple(one for one in users if role is None or one.role is role)[:limit]

    def hold(self, id: UserId) -> User | None:
        return self.find(id)

    def add(self, user: User) -> None:
        self._name(user)
        self._state().users[user.id] = user

    def save(self, user: User) -> None:
        before = self._state().users.get(user.id)
        if before is None or before.version != user.version:
            raise UserChanged("Somebody else changed the account meanwhile; look again.")
        self._name(user)
        if before.email.canonical != user.email.canonical:
            del self._state().emails[before.email.canonical]
        self._state().users[user.id] = replace(user, version=user.version + 1)

    def remove(self, id: UserId) -> None:
        state = self._state()
        user = state.users.pop(id, None)
        if user is None:
            return
        del state.emails[user.email.canonical]
        state.links = {key: one for key, one in state.links.items() if one.user != id}
        state.sessions = {key: one for key, one in state.sessions.items() if one.user != id}
        state.tickets = {key: one for key, one in state.tickets.items() if one.user != id}
        state.families = {key: one for key, one in state.families.items() if one.user != id}
        state.tokens = {key: one for key, one in state.tokens.items() if one.family in state.families}
        state.devices.pop(id, None)
        state.pending.pop(id, None)
        state.recovery_codes.pop(id, None)
        state.resets.pop(id, None)

    def _name(self, user: User) -> None:
        if self._state().emails.setdefault(user.email.canonical, user.id) != user.id:
            raise EmailTaken("Another account has this address.")


class MemoryLinks(Links):
    """Works on the copy that its unit of work will commit."""

    def __init__(self, state: Changing) -> None:
        self._state = state

    def issue(self, link: Link) -> None:
        self.revoke(link.user, link.purpose)
        self._state().links[link.digest] = link

    def find(self, digest: str) -> Link | None:
        return self._state().links.get(digest)

    def consume(self, digest: str, at: datetime) -> bool:
        return self._state().links.pop(digest, None) is not None

    def revoke(self, user: UserId, purpose: LinkPurpose) -> None:
        state = self._state()
        state.links = {key: one for key, one in state.links.items() if (one.user, one.purpose) != (user, purpose)}

    def prune(self, before: datetime) -> int:
        state = self._state()
        kept = {key: one for key, one in state.links.items() if one.expires_at >= before}
        pruned, state.links = len(state.links) - len(kept), kept
        return pruned


class MemoryGrants(Grants):
    """Works on the copy that its unit of work will commit."""

    def __init__(self, state: Changing) -> None:
        self._state = state

    def lives(self, session: str | None, family: str | None, at: datetime) -> bool:
        state = self._state()
        named = [kept.get(id) for kept, id in ((state.sessions, session), (state.families, family)) if id is not None]
        return bool(named) and all(one is not None and one.is_alive(at) for one in named)

    def revoke_all(self, user: UserId, at: datetime, *, keep: str | None = None) -> None:
        state = self._state()
        for id, session in state.sessions.items():
            if session.user == user and id != keep and session.revoked_at is None:
                state.sessions[id] = replace(session, revoked_at=at)
        for id, family in state.families.items():
            if family.user == user and family.revoked_at is None:
                state.families[id] = replace(family, revoked_at=at)
        state.tickets = {key: one for key, one in state.tickets.items() if one.user != user}
        state.links = {
            key: one for key, one in state.links.items() if one.user != user or one.purpose not in TAKING_OVER
        }

    def strengthen(self, session: str, digest: str, method: Method | None, at: datetime) -> bool:
        before = self._state().sessions.get(session)
        if before is None or before.revoked_at is not None:
            return False
        methods = before.methods | ({method} if method else set())
        self._state().sessions[session] = replace(before, digest=digest, methods=methods, stepped_up_at=at)
        return True
