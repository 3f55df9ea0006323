"""A security audit finds weak accounts, old keys and tokens and a changed trail, and says what is unknown."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from coprra import Settings, build
from coprra.adapters.sql.engine import make_engine
from coprra.application import Application
from coprra.domain.jobs.run_next_job import Outcome
from coprra.domain.keys.key import Key
from coprra.domain.security.endpoint import Endpoint
from coprra.domain.security.finding import Finding, Verdict
from coprra.domain.security.ports import Endpoints, Inspector, Inventory
from coprra.domain.users.role import Permission, Role
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra
from coprra.entrypoints.site import SiteEndpoints
from coprra.testing.accounts import ANA, PASSWORD, SetClock
from coprra.testing.builders import TESTER
from coprra.testing.keys import K1, K2


class Found(Inspector):
    """Always finds the same."""

    def __init__(self, verdict: Verdict) -> None:
        self._finding = Finding("vulnerabilities", "PYSEC-1", verdict, "As the advisory service says.")

    def inspect(self) -> Sequence[Finding]:
        return [self._finding]


class Listed(Inventory):
    """One component, or nobody who could say."""

    def __init__(self, components: str | None) -> None:
        self._components = components

    def components(self) -> str | None:
        return self._components


class Site(Endpoints):
    """Answers at these, and at no others."""

    def __init__(self, *endpoints: Endpoint) -> None:
        self._endpoints = endpoints

    def endpoints(self) -> Sequence[Endpoint]:
        return self._endpoints


START = Endpoint("GET", "/", public=True)
"""Of a site of which nothing is wrong."""


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


class Installation:
    """A database that is opened with changing keys and tools."""

    def __init__(self, folder: Path, clock: SetClock) -> None:
        self.url = f"sqlite:///{folder / 'coprra.sqlite'}"
        self.clock = clock
        with self.open() as application:
            application.schema.upgrade()

    def open(
        self,
        *keys: Key,
        inspectors: tuple[Inspector, ...] = (),
        components: str | None = None,
        endpoints: Endpoints | None = Site(START),  # noqa: B008  # nothing changes it
        reports: Path | None = None,
    ) -> Application:
        settings = Settings(
            database_url=self.url, app_keys=keys or (K1,), password_memory_kib=8, security_reports=reports
        )
        return build(
            settings, clock=self.clock, inspectors=inspectors, inventory=Listed(components), endpoints=endpoints
        )

    def audit(
        self,
        *arguments: str,
        keys: tuple[Key, ...] = (K1,),
        found: Verdict = Verdict.PASSED,
        components: str | None = "{}",
        endpoints: Endpoints | None = Site(START),  # noqa: B008  # likewise
    ) -> Result:
        application = self.open(*keys, inspectors=(Found(found),), components=components, endpoints=endpoints)
        obj = Invocation(build=lambda _: application, environment={})
        return CliRunner().invoke(coprra, ["security", "audit", *arguments], obj=obj, prog_name="coprra")


@pytest.fixture
def installation(tmp_path: Path, clock: SetClock) -> Installation:
    return Installation(tmp_path, clock)


def wrong(result: Result) -> list[tuple[str, str]]:
    document: Any = json.loads(result.stdout)
    return [(one["check"], one["subject"]) for one in document["findings"] if one["verdict"] == "wrong"]


def test_an_admin_without_a_second_factor_and_an_old_token_are_wrong(installation: Installation) -> None:
    with installation.open() as application:
        ana = application.accounts.create_user(ANA, PASSWORD, name="Ana", role=Role.ADMIN, by=TESTER)
        lasts = timedelta(days=365)
        old = application.accounts.create_token_on_host(ana.id, "old", [Permission.READ_PRICES], by=TESTER, lasts=lasts)
        installation.clock.pass_(timedelta(days=90, seconds=1))
        application.accounts.create_token_on_host(ana.id, "new", [Permission.READ_PRICES], by=TESTER)
        application.rotate_keys(by=TESTER)
    found = installation.audit("--json")
    assert found.exit_code == 1
    assert wrong(found) == [("second-factors", ana.id.value), ("tokens", old.family.id)]
    assert "[insecure]" in installation.audit().stderr


def test_a_key_is_old_after_ninety_days_and_one_that_is_needed_must_be_there(installation: Installation) -> None:
    with installation.open() as application:
        user = application.accounts.create_user(ANA, PASSWORD, name="Ana", role=Role.USER, by=TESTER)
        application.accounts.create_token_on_host(user.id, "script", [Permission.READ_PRICES], by=TESTER)
    installation.clock.pass_(timedelta(days=90))
    assert wrong(installation.audit("--json")) == []
    installation.clock.pass_(timedelta(seconds=1))
    assert ("keys", "k1") in wrong(installation.audit("--json"))
    with installation.open(K2, K1) as application:
        application.rotate_keys(by=TESTER)
    assert ("keys", "k2") not in wrong(installation.audit("--json", keys=(K2, K1)))
    assert ("keys", "k1") in wrong(installation.audit("--json", keys=(K2,)))


def test_a_trail_that_was_changed_is_wrong(installation: Installation) -> None:
    with installation.open() as application:
        application.accounts.create_user(ANA, PASSWORD, name="Ana", role=Role.USER, by=TESTER)
    engine = make_engine(installation.url)
    with engine.begin() as connection:
        for (trigger,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text("UPDATE audit_entries SET actor = 'operator:eve'"))
    engine.dispose()
    assert wrong(installation.audit("--json")) == [("audit-trail", "entry 1")]


def test_an_endpoint_that_nobody_decided_on_is_wrong_and_a_site_that_nobody_knows_is_unknown(
    installation: Installation,
) -> None:
    undecided = installation.audit("--json", endpoints=Site(START, Endpoint("PUT", "/prices/{id}")))
    assert undecided.exit_code == 1
    assert wrong(undecided) == [("permissions", "PUT /prices/{id}")]
    assert installation.audit(endpoints=None).exit_code == 3


def test_the_report_names_every_endpoint_of_the_site_and_who_may_ask(
    installation: Installation, tmp_path: Path
) -> None:
    told = installation.audit("--json", "--report", str(tmp_path), endpoints=SiteEndpoints())
    assert told.exit_code == 0
    document = json.loads(told.stdout)
    assert json.loads((tmp_path / f"security-{document['at'][:10]}.json").read_text()) == document
    listed = {f"{one['method']} {one['route']}": one for one in document["endpoints"]}
    assert listed["PUT /api/v1/users/{user}/role"] == {
        "method": "PUT",
        "route": "/api/v1/users/{user}/role",
        "public": False,
        "permission": "users:manage",
        "after_step_up": True,
        "roles": ["admin"],
    }
    assert listed["POST /sign-in"]["roles"] == ["guest", "user", "moderator", "admin"]
    assert listed["POST /api/v1/decisions/judgements"]["roles"] == ["moderator", "admin"]
    (count,) = [one["says"] for one in document["findings"] if one["check"] == "permissions"]
    assert count.startswith(f"{len(listed)} endpoints, ")


def test_what_is_unknown_is_no_pass_and_what_is_wrong_can_be_waived_for_a_month(
    installation: Installation, tmp_path: Path
) -> None:
    assert installation.audit().exit_code == 0
    assert installation.audit(components=None).exit_code == 3
    unknown = installation.audit(found=Verdict.UNKNOWN)
    assert (unknown.exit_code, "[unknown_security]" in unknown.stderr) == (3, True)
    file = tmp_path / "waivers.toml"
    until = (installation.clock.now() + timedelta(days=30)).date()
    entry = '[[waiver]]\ncheck = "vulnerabilities"\nsubject = "PYSEC-1"\ncvss = 7.5\nreason = "not reachable"\n'
    file.write_text(f"{entry}until = {until}\n")
    assert installation.audit(found=Verdict.WRONG).exit_code == 1
    waived = installation.audit("--waivers", str(file), "--report", str(tmp_path), found=Verdict.WRONG)
    assert waived.exit_code == 0
    kept = json.loads((tmp_path / f"security-{installation.clock.now().date()}.json").read_text())
    assert [one["verdict"] for one in kept["findings"] if one["subject"] == "PYSEC-1"] == ["waived"]
    assert "waived: vulnerabilities PYSEC-1" in (tmp_path / f"security-{kept['at'][:10]}.txt").read_text()
    assert (tmp_path / f"security-{kept['at'][:10]}-components.json").read_text() == "{}"
    file.write_text(f"{entry}until = {until + timedelta(days=1)}\n")
    assert "[invalid_waiver]" in installation.audit("--waivers", str(file)).stderr
    file.write_text(f"{entry}until = {until}\n".replace("7.5", "9.0"))
    assert "[invalid_waiver]" in installation.audit("--waivers", str(file), found=Verdict.WRONG).stderr
    file.write_text(f"{entry}until = {until}\n".replace("7.5", "true"))
    assert installation.audit("--waivers", str(file)).exit_code == 2
    for nonsense in ("x", "[[waiver]]\ncheck = 1", f"{entry}until = 2026-01-01T00:00:00", "[[waiver]]\nx = 1"):
        file.write_text(nonsense)
        assert installation.audit("--waivers", str(file)).exit_code == 2


@pytest.mark.parametrize(
    ("found", "outcome", "message"),
    [
        (Verdict.PASSED, Outcome.DONE, None),
        (Verdict.WRONG, Outcome.BURIED, "1 findings; the report of"),
        (Verdict.UNKNOWN, Outcome.POSTPONED, "1 checks could not be made"),
    ],
)
def test_a_worker_audits_every_fourth_week_and_what_it_finds_stays_until_somebody_looks(
    installation: Installation, tmp_path: Path, found: Verdict, outcome: Outcome, message: str | None
) -> None:
    reports = tmp_path / "reports"
    with installation.open(inspectors=(Found(found),), components="{}", reports=reports) as application:
        application.enqueue_due_jobs()
        run = application.run_next_job(worker="tester", only=["security.audit"])
        assert run is not None
        assert run.outcome is outcome
        job = application.show_job(run.job.id)
        assert (job.message is None) if message is None else (message in str(job.message))
        kept = json.loads((reports / f"security-{installation.clock.now().date()}.json").read_text())
        assert kept["verdict"] == found
        due = application.list_jobs().schedule["security.audit"]
    assert timedelta() < due - installation.clock.now() <= timedelta(weeks=4)
    assert (due.weekday(), due.hour) == (0, 3)


def test_what_is_waived_in_the_folder_of_reports_does_not_fail_the_job(
    installation: Installation, tmp_path: Path
) -> None:
    until = installation.clock.now().date()
    (tmp_path / "waivers.toml").write_text(
        '[[waiver]]\ncheck = "vulnerabilities"\nsubject = "PYSEC-1"\n'
        f'cvss = 7\nreason = "not reachable"\nuntil = {until}\n'
    )
    with installation.open(inspectors=(Found(Verdict.WRONG),), components="{}", reports=tmp_path) as application:
        application.enqueue_due_jobs()
        run = application.run_next_job(worker="tester", only=["security.audit"])
    assert run is not None
    assert run.outcome is Outcome.DONE


def test_without_a_folder_for_reports_no_worker_audits(installation: Installation) -> None:
    with installation.open() as application:
        application.enqueue_due_jobs()
        assert "security.audit" not in application.list_jobs().schedule
