"""Builders of accounts: users, secrets that can be foretold, and a store with everything that it needs, for tests."""

import hashlib
import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from coprra.adapters.argon2.hasher import Argon2Hasher
from coprra.adapters.system.macs import HmacMacs
from coprra.domain.kernel.errors import Unavailable
from coprra.domain.kernel.ports import Clock, Envelopes, Randomness
from coprra.domain.limits.ports import Limiter
from coprra.domain.sessions.ports import SessionsReads, SessionsUnitOfWork
from coprra.domain.users.email import EmailAddress
from coprra.domain.users.role import Role
from coprra.domain.users.user import User, UserId
from coprra.testing.builders import LONG_AFTER

PASSWORD = "correct horse battery"  # noqa: S105  # pragma: allowlist secret


class AccountStore(Protocol):
    """What the contract of accounts examines: a store that opens looks and units of work, and counts."""

    @property
    def limiter(self) -> Limiter:
        """What counts."""

    def reads(self) -> AbstractContextManager[SessionsReads]:
        """A look."""

    def unit_of_work(self) -> AbstractContextManager[SessionsUnitOfWork]:
        """A unit of work."""


class CountedRandomness(Randomness):
    """Bytes that differ each time and are the same in each run. Shared by threads."""

    def __init__(self, seed: str = "") -> None:
        self._seed = seed
        self._count = itertools.count()

    def draw(self, size: int) -> bytes:
        """See `Randomness.draw`."""
        return hashlib.shake_256(f"{self._seed} {next(self._count)}".encode()).digest(size)


class MemoryEnvelopes(Envelopes):
    """Keeps the secrets, and gives a number for each: what is stored tells nothing."""

    def __init__(self) -> None:
        self._kept: list[tuple[str, str, bytes]] = []

    def seal(self, purpose: str, owner: str, secret: bytes) -> str:
        """See `Envelopes.seal`."""
        self._kept.append((purpose, owner, secret))
        return f"sealed.{len(self._kept) - 1}"

    def open(self, purpose: str, owner: str, sealed: str) -> bytes:
        """See `Envelopes.open`."""
        kept = self._kept[int(sealed.removeprefix("sealed."))]
        if kept[:2] != (purpose, owner):
            raise Unavailable("It was sealed for somebody else.")
        return kept[2]


@dataclass
class SetClock(Clock):
    """Stands still until it is set on."""

    instant: datetime = LONG_AFTER

    def now(self) -> datetime:
        """See `Clock.now`."""
        return self.instant

    def pass_(self, time: timedelta) -> None:
        """Let so much time pass."""
        self.instant += time


def cheap_hasher() -> Argon2Hasher:
    """The real one, at a price that tests can pay; any number at once."""
    return Argon2Hasher(memory_kib=8, at_once=64, waiting=64)


def some_macs() -> HmacMacs:
    """Under a key that everybody knows."""
    return HmacMacs({"k1": b"a key for tests, 32 bytes long.."})


def user_id(number: int) -> UserId:
    """The id that belongs to a number."""
    return UserId(f"u_{number:022}")


def a_user(number: int = 1, **changes: object) -> User:
    """A verified user, whose address is a…@example.com; the hash of the password is none."""
    user = User(
        id=user_id(number),
        email=EmailAddress.read(f"a{number}@example.com"),
        name=f"User {number}",
        role=Role.USER,
        password_hash="not a hash",  # noqa: S106  # it is none
        created_at=LONG_AFTER,
        email_since=LONG_AFTER,
        email_verified_at=LONG_AFTER,
    )
    return replace(user, **changes)  # type: ignore[arg-type]  # fields by name


def add_user(store: AccountStore, user: User) -> User:
    """Store it as it is."""
    with store.unit_of_work() as uow:
        uow.users.add(user)
        uow.commit()
    return user


MakeAccounts = Callable[[], AccountStore]
