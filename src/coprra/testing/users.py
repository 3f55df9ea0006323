"""Builders of users, and randomness that can be foretold, for tests; of the domain alone."""

import hashlib
import itertools
from dataclasses import replace

from coprra.domain.kernel.ports import Randomness
from coprra.domain.users.email import EmailAddress
from coprra.domain.users.role import Role
from coprra.domain.users.user import User, UserId
from coprra.testing.builders import LONG_AFTER


class CountedRandomness(Randomness):
    """Bytes that differ each time and are the same in each run. Shared by threads."""

    def __init__(self, seed: str = "") -> None:
        self._seed = seed
        self._count = itertools.count()

    def draw(self, size: int) -> bytes:
        """See `Randomness.draw`."""
        return hashlib.shake_256(f"{self._seed} {next(self._count)}".encode()).digest(size)


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
        password_hash="not a hash",  # noqa: S106  # it is none  # pragma: allowlist secret
        created_at=LONG_AFTER,
        email_since=LONG_AFTER,
        email_verified_at=LONG_AFTER,
    )
    return replace(user, **changes)  # type: ignore[arg-type]  # fields by name
