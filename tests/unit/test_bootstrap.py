"""Bootstrap: an application of its own for each call, wired as its settings say."""

from datetime import timedelta
from pathlib import Path

import pytest

import coprra
from coprra import Settings
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.jobs.run_next_job import Outcome
from coprra.domain.kernel.errors import Invalid, Unavailable
from coprra.domain.kernel.events import Event
from coprra.domain.prices.events import ListPublished
from coprra.domain.sessions.entry import SignedIn
from coprra.domain.users.role import Permission, Role
from coprra.testing.accounts import ANA, HERE, PASSWORD, SetClock
from coprra.testing.builders import TESTER, OneFile, PriceList, a_row, day
from coprra.testing.keys import K1


def test_two_applications_share_nothing() -> None:
    one, other = (coprra.build(feeds=OneFile(PriceList((a_row(),)))) for _ in range(2))
    one.import_feed("list.csv", by=TESTER)
    assert one.list_chains().chains
    assert not other.list_chains().chains


def test_without_keys_accounts_are_made_and_nobody_signs_in() -> None:
    accounts = coprra.build(Settings(password_memory_kib=8)).accounts
    accounts.create_user(ANA, PASSWORD, name="Ana", role=Role.USER, by=TESTER)
    with pytest.raises(Unavailable, match="COPRRA_APP_KEYS"):
        accounts.sign_in(ANA, PASSWORD, origin=HERE)


def test_with_keys_people_sign_in() -> None:
    accounts = coprra.build(Settings(password_memory_kib=8, app_keys=(K1,))).accounts
    accounts.create_user(ANA, PASSWORD, name="Ana", role=Role.USER, by=TESTER)
    assert isinstance(accounts.sign_in(ANA, PASSWORD, origin=HERE), SignedIn)


def test_questions_are_answered_as_of_the_setting_and_changes_happen_now() -> None:
    feeds = OneFile(PriceList((a_row(),), at=day(5)))
    application = coprra.build(Settings(as_of=day(1)), clock=StoppedClock(day(9)), feeds=feeds)
    assert application.import_feed("list.csv", by=TESTER).run.imported_at == day(9)
    assert not application.list_chains().chains, "the list is of a later day than the questions"
    assert application.list_chains(as_of=day(5)).chains


def test_reactions_hear_of_a_list_after_its_commit_and_can_not_undo_it() -> None:
    heard: list[Event] = []

    def fail(event: Event) -> None:
        heard.append(event)
        raise RuntimeError("the reaction failed")

    application = coprra.build(feeds=OneFile(PriceList((a_row(),))), reactions=(fail, heard.append))
    application.import_feed("list.csv", by=TESTER)
    application.import_feed("list.csv", by=TESTER)
    assert [type(event) for event in heard] == [ListPublished, ListPublished], "two reactions, one list"
    assert application.list_chains().chains


def test_a_dry_run_tells_nobody() -> None:
    heard: list[Event] = []
    application = coprra.build(feeds=OneFile(PriceList((a_row(),))), reactions=(heard.append,))
    application.import_feed("list.csv", by=TESTER, dry_run=True)
    assert not heard


def test_a_closed_application_has_let_go_of_its_database_and_opens_it_anew(tmp_path: Path) -> None:
    path = tmp_path / "coprra.sqlite"
    with coprra.build(Settings(database_url=f"sqlite:///{path}")) as application:
        application.schema.upgrade()
        application.list_chains()
    assert [file.name for file in tmp_path.iterdir()] == ["coprra.sqlite"], "the write-ahead log is closed as well"
    assert application.list_chains(as_of=day(0) + timedelta(days=1)).chains == ()
    application.close()


def test_how_old_exchange_rates_may_be_is_the_same_for_every_question() -> None:
    application = coprra.build(Settings(fx_max_age_days=3))
    ages = (application.compare_offers.max_rate_age, application.convert_money.max_age, application.show_rates.max_age)
    assert set(ages) == {timedelta(days=3)}


def test_a_database_url_that_is_none_is_refused() -> None:
    with pytest.raises(Invalid, match="COPRRA_DATABASE_URL"):
        coprra.build(Settings(database_url="nonsense"))


def test_the_public_names_are_loaded_when_they_are_used() -> None:
    assert set(dir(coprra)) == {"Application", "Settings", "__version__", "build"}
    assert coprra.Application.__name__ == "Application"
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = coprra.nonsense


def test_a_grace_and_who_knows_breached_passwords_are_there_where_settings_say_so() -> None:
    strict = coprra.build(Settings()).accounts
    assert (strict.refresh_tokens.grace, strict.register_user.passwords.breached) == (None, None)
    url = "https://api.pwnedpasswords.com/range/"
    lenient = coprra.build(Settings(refresh_grace_seconds=5, breached_passwords_url=url)).accounts
    assert lenient.refresh_tokens.grace is not None
    assert lenient.refresh_tokens.grace.lasts == timedelta(seconds=5)
    assert lenient.register_user.passwords.breached is not None


def test_a_job_forgets_what_has_ended_long_ago() -> None:
    clock = SetClock()
    application = coprra.build(Settings(password_memory_kib=8, app_keys=(K1,)), clock=clock)
    accounts = application.accounts
    user = accounts.create_user(ANA, PASSWORD, name="Ana", role=Role.USER, by=TESTER)
    accounts.create_token_on_host(user.id, "script", [Permission.READ_PRICES], by=TESTER, lasts=timedelta(days=1))
    clock.pass_(timedelta(days=31, seconds=1))
    application.enqueue_job("access.prune", by=TESTER)
    run = application.run_next_job(worker="tester", only=["access.prune"])
    assert run is not None
    assert run.outcome is Outcome.DONE
    assert accounts.prune_access().tokens == 0
