"""Accounts at the command line: made, looked at, changed, let in; no secret is an argument or is shown twice."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from coprra import Settings, build
from coprra.adapters.system.clock import SystemClock
from coprra.application import Application
from coprra.domain.keys.key import write_key
from coprra.domain.sessions.entry import SecondFactorNeeded, SignedIn
from coprra.domain.sessions.session import NewSession
from coprra.domain.sessions.token import InvalidToken
from coprra.domain.users.role import Permission
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra
from coprra.testing.accounts import ANA, HERE, PASSWORD, shown_at
from coprra.testing.keys import K1

ANOTHER = "another long password"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Of an operator on a host with an empty database."""
    url = f"sqlite:///{tmp_path / 'coprra.sqlite'}"
    with build(Settings(database_url=url)) as application:
        application.schema.upgrade()
    return {
        "COPRRA_DATABASE_URL": url,
        "COPRRA_APP_KEYS": write_key(K1.name, K1.secret),
        "COPRRA_PASSWORD_MEMORY_KIB": "19456",
    }


Ask = Callable[..., Result]


@pytest.fixture
def ask(environment: dict[str, str]) -> Ask:
    """Runs a command; stdin is what is written to it, and no terminal."""

    def run(*arguments: str, stdin: str = "") -> Result:
        obj = Invocation(environment=environment)
        return CliRunner().invoke(coprra, list(arguments), obj=obj, input=stdin, prog_name="coprra")

    return run


@pytest.fixture
def application(environment: dict[str, str]) -> Application:
    """The same installation, as pages and programs use it."""
    return build(Settings.from_environment(environment))


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def make_ana(ask: Ask, role: str = "user") -> Any:
    return document(ask("users", "create", ANA, "--name", "Ana", "--role", role, "--json", stdin=f"{PASSWORD}\n"))


def begin_session(application: Application) -> NewSession:
    entered = application.accounts.sign_in(ANA, PASSWORD, origin=HERE)
    assert isinstance(entered, SignedIn)
    assert isinstance(entered.entry, NewSession)
    return entered.entry


def enrol(application: Application) -> None:
    accounts = application.accounts
    me = accounts.authenticate_session(begin_session(application).secret)
    me = accounts.authenticate_session(accounts.step_up(me, PASSWORD, origin=HERE))
    device = accounts.start_enrolment(me, origin=HERE)
    accounts.confirm_enrolment(me, shown_at(device.base32, SystemClock().now()), origin=HERE)


def test_an_account_from_its_making_to_its_end(ask: Ask, application: Application) -> None:
    made = make_ana(ask, "admin")
    assert {**made, "created_at": "…", "verified_at": "…"} == {
        "id": made["id"],
        "email": ANA,
        "name": "Ana",
        "role": "admin",
        "language": "en",
        "created_at": "…",
        "verified_at": "…",
        "disabled_at": None,
    }
    assert f"{ANA}: admin, can sign in" in ask("users", "show", made["id"]).stdout
    assert "[last_admin]" in ask("users", "disable", ANA).stderr
    assert document(ask("users", "list", "--role", "admin", "--json")) == {"users": [made]}
    bob = ask(
        "users", "create", "bob@example.com", "--name", "Bob", "--role", "admin", "--language", "de", stdin=ANOTHER
    )
    assert "letters in de" in bob.stdout
    assert document(ask("users", "role", ANA, "moderator", "--by", "ops", "--json"))["role"] == "moderator"
    assert document(ask("users", "disable", ANA, "--json"))["disabled_at"]
    assert "disabled" in ask("users", "list").stdout
    assert document(ask("users", "enable", ANA, "--json"))["disabled_at"] is None
    assert "has another password" in ask("users", "password", ANA, stdin=f"{ANOTHER}\r\n").stdout
    assert isinstance(application.accounts.sign_in(ANA, ANOTHER, origin=HERE), SignedIn)
    events = [one["event"] for one in document(ask("audit", "list", "--actor", "operator:ops", "--json"))["entries"]]
    assert events == ["account.role"]


def test_a_bad_password_and_an_unknown_account_are_refused_and_not_repeated(ask: Ask) -> None:
    refused = ask("users", "create", ANA, "--name", "Ana", stdin="hunter2\n")
    assert (refused.exit_code, "[invalid_password]" in refused.stderr) == (1, True)
    assert "hunter2" not in refused.output
    assert ask("users", "show", ANA).exit_code == 1
    assert "[unknown_user]" in ask("mfa", "status", ANA).stderr


def test_a_second_factor_is_taken_off_by_a_person_at_a_terminal_alone(
    ask: Ask, application: Application, environment: dict[str, str]
) -> None:
    make_ana(ask, "admin")
    assert "has no second factor" in ask("mfa", "status", ANA).stdout
    enrol(application)
    assert document(ask("mfa", "status", ANA, "--json"))["recovery_codes"] == 10
    assert "[needs_terminal]" in ask("mfa", "reset", ANA, stdin=f"{ANA}\n").stderr
    assert at_a_terminal(environment, "bob@example.com", "mfa", "reset", ANA) == (1, "[not_confirmed]")
    assert isinstance(application.accounts.sign_in(ANA, PASSWORD, origin=HERE), SecondFactorNeeded)
    assert at_a_terminal(environment, ANA, "mfa", "reset", ANA, "--by", "ops") == (0, "")
    assert isinstance(application.accounts.sign_in(ANA, PASSWORD, origin=HERE), SignedIn)
    (entry,) = document(ask("audit", "list", "--event", "mfa_reset.confirm", "--json"))["entries"]
    assert entry["actor"] == "operator:ops"


def at_a_terminal(environment: dict[str, str], typed: str, *arguments: str) -> tuple[int, str]:
    """How the program ends for a person who types that, and the code that it tells."""
    person, terminal = pty.openpty()
    os.write(person, f"{typed}\n".encode())
    ended = subprocess.run(
        [sys.executable, "-m", "coprra", *arguments],
        stdin=terminal,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    os.close(person)
    os.close(terminal)
    return ended.returncode, "".join(ended.stderr.split()[-1:]) if ended.returncode else ""


def test_sessions_are_listed_and_ended_one_by_one_or_all_at_once(ask: Ask, application: Application) -> None:
    make_ana(ask)
    first, second = (begin_session(application).session.id for _ in range(2))
    assert [one["id"] for one in document(ask("sessions", "list", ANA, "--json"))["sessions"]] == [second, first]
    assert document(ask("sessions", "revoke", ANA, first, "--json"))["revoked"] == first
    assert "[unknown_session]" in ask("sessions", "revoke", ANA, first).stderr
    assert second in ask("sessions", "list", ANA).stdout
    assert ask("sessions", "revoke", ANA).exit_code == 2
    assert "signed in nowhere" in ask("sessions", "revoke", ANA, "--all").stdout
    assert "There is no session." in ask("sessions", "list", ANA).stdout


def test_a_token_is_shown_once_and_works_until_it_is_revoked(ask: Ask, application: Application) -> None:
    make_ana(ask, "admin")
    abilities = ("--ability", "prices:read", "--ability", "users:manage")
    made = document(ask("tokens", "create", ANA, "nightly", *abilities, "--days", "1", "--json"))
    identity = application.accounts.authenticate_token(made["token"])
    assert identity.permissions == {Permission.READ_PRICES}, "without a second factor there is no more"
    plain = ask("tokens", "create", ANA, "plain", "--ability", "prices:read").stdout
    assert application.accounts.authenticate_token(plain.strip()).user == identity.user
    listed = ask("tokens", "list", ANA, "--json")
    assert {one["name"] for one in document(listed)["tokens"]} == {"nightly", "plain"}
    assert made["token"] not in listed.stdout
    assert document(ask("tokens", "revoke", ANA, made["id"], "--json"))["revoked"] == made["id"]
    with pytest.raises(InvalidToken):
        application.accounts.authenticate_token(made["token"])
    assert "[unknown_token]" in ask("tokens", "revoke", ANA, made["id"]).stderr
    assert "nightly" not in ask("tokens", "list", ANA).stdout
    assert ask("tokens", "prune").stdout.startswith("Forgotten: 0 tokens, 0 sessions")
