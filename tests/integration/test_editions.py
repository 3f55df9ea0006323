"""Whatever changes the store makes another edition of it, and whatever only tries or asks does not."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_type_hints

import pytest

from coprra import Settings, build
from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.application import Application
from coprra.domain.jobs.job import Job, JobState
from coprra.domain.jobs.kind import Kind
from coprra.domain.kernel.errors import Refused
from coprra.domain.kernel.money import Money
from coprra.domain.mail.message import Message
from coprra.domain.prices.correct_price import Amendment
from coprra.domain.prices.decision import Decision, DecisionKind
from coprra.domain.prices.judge_price import Judgement
from coprra.domain.prices.listing import ListingId
from coprra.domain.products.product import ProductKey
from coprra.domain.users.role import Role
from coprra.settings import MEMORY
from coprra.testing.builders import TESTER, OneFile, PriceList, a_row, day, decide, gtin_of, import_list
from coprra.testing.copies import exported_decisions
from coprra.testing.keys import K1, K2
from coprra.testing.rates import OneRateFile, QuotedRates, quoted

MILK, CREAM = gtin_of(1), gtin_of(2)
SOLD = ListingId.parse("konzum/0613/1")

Deed = Callable[[Application, dict[str, Any]], object]


def _undo(application: Application, how: dict[str, Any]) -> object:
    (latest, *_) = application.list_moves().moves
    return application.undo_move(latest.move.id, **how)


def _import_decisions(application: Application, how: dict[str, Any]) -> object:
    elsewhere = MemoryStore()
    import_list(elsewhere, PriceList((a_row(),)))
    seen = Decision(day(3), DecisionKind.RECORDED, Money.of("5.00", "EUR"), day(4), TESTER)
    decide(elsewhere, SOLD, seen)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "decisions.jsonl"
        file.write_text(exported_decisions(elsewhere), "utf-8")
        return application.import_decisions(str(file), **how)


def _compact(application: Application, how: dict[str, Any]) -> object:
    application.import_feed("list.csv", observed_at=day(-1), **how)
    return application.compact_ledger(older_than=timedelta(), **how)


DEEDS: dict[str, Deed] = {
    "import_feed": lambda app, how: app.import_feed("list.csv", **how),
    "import_rates": lambda app, how: app.import_rates("rates.csv", **how),
    "compact_ledger": _compact,
    "judge_price": lambda app, how: app.judge_price(SOLD, Judgement.CONFIRMED, at=day(1), **how),
    "record_price": lambda app, how: app.record_price(SOLD, price=Decimal(3), at=day(2), **how),
    "correct_price": lambda app, how: app.correct_price(
        SOLD, Amendment(price=Decimal(4)), since=day(0), through=day(1), **how
    ),
    "import_decisions": _import_decisions,
    "merge_products": lambda app, how: app.merge_products(MILK, CREAM, **how),
    "split_product": lambda app, how: app.split_product(MILK, [ProductKey.of_gtin(CREAM)], **how),
    "undo_move": _undo,
}
"""Every use case that changes the store, in an order in which each finds something to change."""


BESIDE: dict[str, Deed] = {
    "rotate_keys": lambda app, how: app.rotate_keys(**how),
    "enqueue_job": lambda app, how: app.enqueue_job("jobs.prune", **how),
    "export_audit": lambda app, how: app.export_audit(**how).__enter__(),
    "post_mail": lambda app, how: app.post_mail(Message("ana@example.com", "Hello", "Hello"), **how),
    "retire_key": lambda app, how: app.retire_key("k1", **how),
    "retry_job": lambda app, how: app.retry_job(_dead_job(app), **how),
}
"""Every use case that changes what no answer is made from."""


def _dead_job(application: Application) -> int:
    id = application.enqueue_job("test.refused", by=TESTER)
    assert id is not None
    while application.show_job(id).state is not JobState.DEAD:
        application.run_next_job(worker="tester")
    return id


def _refuse(_: Job) -> None:
    raise Refused("A person has to decide.")


def _takes_an_actor(use_case: Any) -> bool:
    return "by" in inspect.signature(use_case.__call__).parameters


@pytest.fixture(params=["memory", "sqlite", "mariadb"])
def application(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Application]:
    """An empty one that can be told a list with milk and cream, and rates."""
    if request.param == "mariadb":
        url = request.getfixturevalue("new_mariadb")()
    else:
        url = MEMORY if request.param == "memory" else f"sqlite:///{tmp_path / 'coprra.sqlite'}"
    rows = (a_row(gtins=[MILK], title="Milk"), a_row("2", gtins=[CREAM], title="Cream", line=3))
    application = build(
        Settings(database_url=url, app_keys=(K2, K1), password_memory_kib=8),
        clock=StoppedClock(day(5)),
        feeds=OneFile(PriceList(rows)),
        rate_files=OneRateFile(QuotedRates((quoted("2025-12-01", USD="1.16"),))),
        kinds=(Kind(name="test.refused", perform=_refuse),),
    )
    application.schema.upgrade()
    yield application
    application.close()


def test_every_use_case_that_changes_something_is_examined_here() -> None:
    types = get_type_hints(Application)
    changing = {field.name for field in fields(Application) if _takes_an_actor(types[field.name])}
    assert set(DEEDS) | set(BESIDE) == changing


def test_every_change_makes_another_edition_and_a_trial_does_not(application: Application) -> None:
    states = [application.read_edition().state]
    for name, deed in DEEDS.items():
        deed(application, {"by": TESTER, "dry_run": True})
        assert application.read_edition().state == states[-1], name
        deed(application, {"by": TESTER})
        states.append(application.read_edition().state)
        assert states[-1] not in states[:-1], name


def test_what_stands_beside_prices_makes_no_other_edition(application: Application) -> None:
    application.import_feed("list.csv", by=TESTER)
    before = application.read_edition()
    for name, deed in BESIDE.items():
        deed(application, {"by": TESTER})
        assert application.read_edition() == before, name


def test_what_is_done_to_accounts_makes_no_other_edition(application: Application) -> None:
    before = application.read_edition().state
    password = "correct horse battery"  # pragma: allowlist secret
    user = application.accounts.create_user("ana@example.com", password, name="Ana", role=Role.USER, by=TESTER)
    application.accounts.change_role(user.id, Role.MODERATOR, by=TESTER)
    application.accounts.revoke_access(user.id, by=TESTER)
    assert application.read_edition().state == before


def test_doing_again_what_is_done_makes_no_other_edition(application: Application) -> None:
    application.import_feed("list.csv", by=TESTER)
    application.import_rates("rates.csv", by=TESTER)
    before = application.read_edition()
    assert application.import_feed("list.csv", by=TESTER).already
    assert application.import_rates("rates.csv", by=TESTER).already
    assert application.read_edition() == before
