"""At random, in SQL: nothing works once too often."""

from collections.abc import Callable
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine

from coprra.adapters.sql.accounts.store import SqlAccounts
from coprra.adapters.sql.store import SqlStore
from coprra.domain.kernel.events import Event
from coprra.testing.accounts import CollectedLetters, Unlimited, World
from coprra.testing.contracts.account_machine import AccountMachine


def few(examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def world_on(engine: Engine) -> World:
    outbox = CollectedLetters()
    events: list[Event] = []
    return World(SqlAccounts(engine, events.append, lambda _: outbox), outbox, events, limiter=Unlimited())


def test_nothing_works_once_too_often_on_sqlite(make_store: Callable[[], SqlStore]) -> None:
    class Machine(AccountMachine):
        def make_world(self) -> World:
            return world_on(make_store()._engine)

    run_state_machine_as_test(Machine, settings=few(10))


def test_nothing_works_once_too_often_on_mariadb(make_mariadb_store: Callable[[], SqlStore]) -> None:
    class Machine(AccountMachine):
        held: ClassVar[list[SqlStore]] = []

        def make_world(self) -> World:
            self.held[:] = [make_mariadb_store()]
            return world_on(self.held[0]._engine)

    run_state_machine_as_test(Machine, settings=few(5))
    Machine.held.clear()
