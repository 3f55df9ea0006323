"""Hashes of passwords by argon2id, with bounds on memory, on time, and on how many are computed at once."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import argon2
from argon2.exceptions import Argon2Error, InvalidHashError, VerifyMismatchError

from coprra.domain.users.ports import Hasher, Overloaded

MEMORY_KIB = 47_104
"""Source: OWASP Password Storage Cheat Sheet: 46 MiB, one pass, one lane."""

MOST_MEMORY_KIB = 131_072
MOST_PASSES = 10

_log = logging.getLogger(__name__)


class Argon2Hasher(Hasher):
    """Shared by threads. memory_kib, passes: what a hash costs; at_once: how many are computed; waiting: how many wait.

    Memory is bounded by at_once × memory_kib. A thread that waits serves nobody else, so that few may.
    """

    def __init__(self, *, memory_kib: int = MEMORY_KIB, passes: int = 1, at_once: int = 4, waiting: int = 1) -> None:
        self._argon2 = argon2.PasswordHasher(
            time_cost=passes, memory_cost=memory_kib, parallelism=1, hash_len=32, salt_len=16, type=argon2.Type.ID
        )
        self._computing = threading.Semaphore(at_once)
        self._places = threading.Semaphore(at_once + waiting)

    def hash(self, password: str) -> str:
        with self._place():
            return self._argon2.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        with self._place():
            known = stored is not None and _is_bearable(stored)
            right = self._matches(stored if stored is not None and known else self._nobodys, password)
        return right and known

    def is_outdated(self, stored: str) -> bool:
        return self._argon2.check_needs_rehash(stored)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._argon2.verify(stored, password)
        except VerifyMismatchError:
            return False
        except (Argon2Error, UnicodeEncodeError):
            _log.warning("A stored password hash can't be compared.")
            return False

    @cached_property
    def _nobodys(self) -> str:
        """What is compared where there is no account."""
        return self._argon2.hash("")

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise Overloaded("Too many people are signing in at this moment; try again in a few seconds.")
        try:
            with self._computing:
                yield
        finally:
            self._places.release()


def _is_bearable(stored: str) -> bool:
    try:
        parameters = argon2.extract_parameters(stored)
    except InvalidHashError:
        _log.warning("A stored password hash is none of argon2.")
        return False
    if parameters.memory_cost > MOST_MEMORY_KIB or parameters.time_cost > MOST_PASSES:
        _log.warning("A stored password hash asks for too much memory or time; it was not computed.")
        return False
    return True
