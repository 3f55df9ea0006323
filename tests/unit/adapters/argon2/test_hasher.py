"""The hasher: argon2id with bounds on memory, on time and on how many are computed at once."""

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from threading import Event

import argon2
import pytest

from coprra.adapters.argon2.hasher import MEMORY_KIB, Argon2Hasher
from coprra.domain.users.ports import Overloaded
from coprra.testing.accounts import PASSWORD, cheap_hasher


def test_a_hash_is_of_its_password_alone_and_another_one_each_time() -> None:
    hasher = cheap_hasher()
    stored = hasher.hash(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert PASSWORD not in stored
    assert stored != hasher.hash(PASSWORD)
    assert hasher.verify(stored, PASSWORD)
    assert [hasher.verify(stored, wrong) for wrong in (PASSWORD + " ", PASSWORD.upper(), "", "\ud800")] == [False] * 4


def test_nobody_has_no_password_not_even_an_empty_one() -> None:
    assert [cheap_hasher().verify(None, password) for password in ("", PASSWORD)] == [False, False]


def test_what_is_stored_by_default_is_what_the_rules_say() -> None:
    stored = Argon2Hasher().hash(PASSWORD)
    assert stored.startswith(f"$argon2id$v=19$m={MEMORY_KIB},t=1,p=1$")
    assert cheap_hasher().verify(stored, PASSWORD)
    assert cheap_hasher().is_outdated(stored)
    assert not Argon2Hasher().is_outdated(stored)


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "x",
        "$argon2id$v=19$m=8,t=1,p=1$broken",
        "$2b$12$bcrypt",
        "$argon2id$v=19$m=262144,t=1,p=1$c29tZXNhbHRzYWx0$aGFzaA",
    ],
)
def test_a_hash_that_is_none_or_asks_for_too_much_is_nobodys(stored: str) -> None:
    assert not cheap_hasher().verify(stored, PASSWORD)


def test_a_hash_of_too_many_passes_is_not_computed() -> None:
    stored = argon2.PasswordHasher(time_cost=11, memory_cost=8, parallelism=1).hash(PASSWORD)
    assert not cheap_hasher().verify(stored, PASSWORD)


def test_who_finds_no_place_is_refused_at_once_and_who_finds_one_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = Argon2Hasher(memory_kib=8, at_once=1, waiting=1)
    started, finish = Event(), Event()

    class Slow:
        def hash(self, _: str) -> str:
            started.set()
            finish.wait(10)
            return "done"

    monkeypatch.setattr(hasher, "_argon2", Slow())
    with ThreadPoolExecutor(3) as pool:
        running = pool.submit(hasher.hash, PASSWORD)
        started.wait(10)
        others = [pool.submit(hasher.hash, PASSWORD) for _ in range(2)]
        (refused,), (waiting,) = wait(others, timeout=10, return_when=FIRST_COMPLETED)
        with pytest.raises(Overloaded):
            refused.result()
        finish.set()
        assert (running.result(), waiting.result()) == ("done", "done")
