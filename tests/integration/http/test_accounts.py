"""Accounts over HTTP: from registering to signing out, what admins do, and what strangers can tell apart: nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from webtest import TestApp

from coprra.domain.mfa.device import MOST_FAILURES
from coprra.domain.users.language import Language
from coprra.domain.users.letter import LetterKind
from coprra.domain.users.role import Role
from coprra.entrypoints.http.actions import CATEGORY, Action
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.testing.accounts import ANA, HERE, PASSWORD, Unlimited, World, memory_world
from coprra.testing.builders import TESTER

if TYPE_CHECKING:
    from tests.integration.http.conftest import Market
    from webtest.response import TestResponse

IVO = "ivo@example.com"
ANOTHER = "another battery horse"  # pragma: allowlist secret


class Service:
    """The API over a world and the market; every answer is held against the shape that its action states."""

    def __init__(self, world: World, market: Market) -> None:
        self.world = world
        application = replace(market.application, accounts=world.accounts)
        self.site = TestApp(make_wsgi_app(application), lint=False)
        listed = self.site.app.registry.introspector.get_category(CATEGORY)
        self.actions: list[Action] = [one["introspectable"]["action"] for one in listed]

    def ask(self, method: str, path: str, sent: Any = None, *, token: str = "") -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        address, ask = f"/api/v1{path}", self.site
        if sent is None:
            answer = ask.request(address, method=method, headers=headers, status="*")
        else:
            how = {"POST": ask.post_json, "PUT": ask.put_json, "PATCH": ask.patch_json}[method]
            answer = how(address, sent, headers=headers, status="*")
        self._check(method, path, answer)
        return answer

    def sign_in(self, email: str = ANA, **more: Any) -> dict[str, Any]:
        self.world.clock.pass_(timedelta(minutes=15))
        found: dict[str, Any] = self.ask("POST", "/tokens", {"email": email, "password": PASSWORD, **more}).json
        return found

    def admin(self) -> str:
        """The access token of an admin who has shown a second factor."""
        self.world.a_user(IVO, Role.ADMIN)
        device, _, _ = self.world.enrol(IVO)
        ticket = self.sign_in(IVO)["ticket"]
        answer = self.ask("POST", "/tokens/second-factor", {"ticket": ticket, "code": self.world.code(device)})
        return str(answer.json["access_token"])

    def _check(self, method: str, path: str, answer: TestResponse) -> None:
        if answer.status_int >= 400:
            assert answer.content_type == "application/problem+json"
            return
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Vary"] == "Authorization"
        action = next(one for one in self.actions if one.method == method and _fits(one.path, path.partition("?")[0]))
        if answer.status_int == 204:
            assert action.gives is None
            return
        shape = action.unfinished if answer.status_int == 202 and action.unfinished else action.gives
        assert shape is not None
        assert shape.validate(answer.json) == {}


def _fits(pattern: str, path: str) -> bool:
    wanted, given = pattern.removeprefix("/api/v1").split("/"), path.split("/")
    return len(wanted) == len(given) and all(
        one == other or one.startswith("{") for one, other in zip(wanted, given, strict=True)
    )


@pytest.fixture
def service(empty_market: Market) -> Service:
    return Service(memory_world(), empty_market)


def test_a_stranger_registers_proves_the_mailbox_signs_in_and_signs_out(service: Service) -> None:
    registration = {"email": ANA, "password": PASSWORD, "name": "Ana"}
    assert service.ask("POST", "/accounts", registration).status_int == 202
    assert service.ask("POST", "/tokens", {"email": ANA, "password": PASSWORD}).status_int == 401
    link = {"secret": service.world.secret_sent(LetterKind.VERIFY_EMAIL), "password": PASSWORD}
    wrong = service.ask("POST", "/accounts/verification/confirmation", {**link, "password": ANOTHER})
    assert (wrong.status_int, wrong.json["code"]) == (401, "wrong_password")
    assert service.ask("POST", "/accounts/verification/confirmation", link).status_int == 204
    assert service.ask("POST", "/accounts/verification/confirmation", link).status_int == 401
    token = service.sign_in()["access_token"]
    account = service.ask("GET", "/account", token=token).json
    assert (account["email"], account["role"], account["second_factor_wanted"]) == (ANA, "user", False)
    assert account["permissions"] == ["account:enter", "account:manage", "prices:read"]
    data = service.ask("GET", "/account/data", token=token).json
    assert [one["kind"] for one in data["tokens"]] == ["refresh"]
    assert PASSWORD not in str(data)
    assert service.ask("DELETE", "/tokens/current", token=token).status_int == 204
    assert service.ask("GET", "/account", token=token).json["code"] == "invalid_token"


def test_letters_come_in_the_language_of_the_request_or_in_another_that_is_chosen(service: Service) -> None:
    service.site.extra_environ["HTTP_ACCEPT_LANGUAGE"] = "de-CH, en;q=0.5"
    service.ask("POST", "/accounts", {"email": ANA, "password": PASSWORD, "name": "Ana"})
    assert service.world.letters[-1].language is Language.GERMAN
    service.world.verify()
    token = service.sign_in()["access_token"]
    assert service.ask("GET", "/account/data", token=token).json["account"]["language"] == "de"
    assert service.ask("PATCH", "/account", {"language": "en"}, token=token).json["language"] == "en"
    for sent in ({"language": "tlh"}, {"language": None}, {}, {"language": "de", "role": "admin"}):
        assert service.ask("PATCH", "/account", sent, token=token).status_int == 422
    assert service.world.accounts.show_user(ANA).language is Language.ENGLISH


def test_with_a_second_factor_a_password_is_worth_a_ticket_that_is_good_once_and_at_the_api_alone(
    service: Service,
) -> None:
    world = service.world
    world.a_user()
    device, codes, _ = world.enrol()
    needed = service.ask("POST", "/tokens", {"email": ANA, "password": PASSWORD})
    assert needed.status_int == 202
    shown = {"ticket": needed.json["ticket"], "code": world.code(device, later=1)}
    assert service.ask("POST", "/tokens/second-factor", {**shown, "code": "000000"}).json["code"] == "invalid_code"
    assert service.ask("POST", "/tokens/second-factor", shown).status_int == 201
    assert service.ask("POST", "/tokens/second-factor", shown).json["code"] == "invalid_ticket"
    again = {"ticket": service.sign_in()["ticket"], "code": codes[0].lower()}
    assert service.ask("POST", "/tokens/second-factor", again).status_int == 201
    for_pages = {"ticket": world.ticket(), "code": world.code(device)}
    assert service.ask("POST", "/tokens/second-factor", for_pages).json["code"] == "invalid_ticket"


def test_a_refresh_token_is_exchanged_once_and_its_reuse_ends_the_family(service: Service) -> None:
    service.world.a_user()
    first = service.sign_in()
    second = service.ask("POST", "/tokens/refresh", {"refresh_token": first["refresh_token"]})
    assert second.status_int == 201
    assert service.ask("GET", "/account", token=first["access_token"]).status_int == 401
    assert service.ask("GET", "/account", token=second.json["access_token"]).status_int == 200
    for refused in (first["refresh_token"], second.json["refresh_token"], second.json["access_token"], "pcr_"):
        answer = service.ask("POST", "/tokens/refresh", {"refresh_token": refused})
        assert (answer.status_int, answer.json["code"]) == (401, "invalid_grant")
    assert service.ask("GET", "/account", token=second.json["access_token"]).status_int == 401


def test_tokens_are_for_what_was_asked_and_are_listed_and_revoked_by_their_owner_alone(service: Service) -> None:
    service.world.a_user()
    service.world.a_user(IVO)
    narrow = service.sign_in(abilities=["prices:read"], name="a script")["access_token"]
    assert service.ask("GET", "/tokens", token=narrow).json["code"] == "not_allowed"
    wide, other = service.sign_in()["access_token"], service.sign_in(IVO)["access_token"]
    listed = service.ask("GET", "/tokens", token=wide).json["tokens"]
    assert [(one["name"], one["current"]) for one in listed] == [("sign-in", True), ("a script", False)]
    assert listed[1]["abilities"] == ["prices:read"]
    script = f"/tokens/{listed[1]['id']}"
    assert service.ask("DELETE", script, token=other).json["code"] == "unknown_token"
    assert service.ask("DELETE", script, token=wide).status_int == 204
    assert service.ask("GET", "/account", token=narrow).json["code"] == "invalid_token"
    assert service.ask("POST", "/tokens", _entry(abilities=["users:manage"])).json["code"] == "not_allowed"


def test_a_forgotten_password_is_reset_by_mail_and_signs_nobody_in(service: Service) -> None:
    service.world.a_user()
    token = service.sign_in()["access_token"]
    assert service.ask("POST", "/accounts/password-reset", {"email": ANA}).status_int == 202
    secret = service.world.secret_sent(LetterKind.RESET_PASSWORD)
    confirm = "/accounts/password-reset/confirmation"
    too_short = {"secret": secret, "password": "short"}  # pragma: allowlist secret
    assert service.ask("POST", confirm, too_short).json["code"] == "invalid_password"
    answer = service.ask("POST", confirm, {"secret": secret, "password": ANOTHER})
    assert (answer.status_int, answer.body) == (204, b"")
    assert service.ask("GET", "/account", token=token).status_int == 401
    assert service.ask("POST", "/tokens", _entry()).status_int == 401
    assert service.ask("POST", "/tokens", _entry(password=ANOTHER)).status_int == 201


def test_an_admin_looks_after_accounts_and_does_by_token_nothing_that_wants_a_fresh_proof(service: Service) -> None:
    ana = service.world.a_user()
    token, path = service.admin(), f"/users/{ana.id}"
    page = service.ask("GET", "/users?limit=1", token=token).json
    rest = service.ask("GET", f"/users?limit=1&after={page['next']}", token=token).json
    assert {one["email"] for one in (*page["users"], *rest["users"])} == {ANA, IVO}
    assert [one["email"] for one in service.ask("GET", "/users?role=admin", token=token).json["users"]] == [IVO]
    for method, deed, sent in (
        ("POST", "disable", None),
        ("POST", "enable", None),
        ("PUT", "role", {"role": "moderator"}),
        ("DELETE", "access", None),
        ("POST", "second-factor-reset", {"reason": "lost"}),
    ):
        assert service.ask(method, f"{path}/{deed}", sent, token=token).json["code"] == "step_up_required"
    assert service.ask("GET", path, token=token).json["disabled_at"] is None
    assert service.world.accounts.show_user(ANA).role is Role.USER


def test_a_moderator_decides_about_prices_and_products(market: Market) -> None:
    service = Service(memory_world(), market)
    service.world.a_user(role=Role.MODERATOR)
    token = service.sign_in()["access_token"]
    judged = {"listing": "tommy/1/17", "judgement": "confirmed", "at": "2025-12-28T01:00:00Z", "note": "Seen."}
    answer = service.ask("POST", "/decisions/judgements", judged, token=token).json
    assert (answer["price"]["amount"], answer["already"]) == ("20.00", False)
    assert answer["decision"]["by"].startswith("user:u_")
    recorded = {"listing": "konzum/0613/17", "price": "1.95", "gtins": ["9002490100070"]}
    assert service.ask("POST", "/decisions/records", recorded, token=token).json["after"]["price"]["amount"] == "1.95"
    corrected = {"listing": "spar/1/17", "at": "2025-12-28", "price": "1.79"}
    assert len(service.ask("POST", "/decisions/corrections", corrected, token=token).json["corrections"]) == 1
    spoken = {**corrected, "from": "2025-12-28"}
    assert service.ask("POST", "/decisions/corrections", spoken, token=token).json["code"] == "invalid_correction"
    apple, pie = (one["id"] for one in service.site.get("/api/v1/products?q=apple").json["products"])
    merge = {"into": apple, "from": pie}
    assert service.ask("POST", "/mapping/merges", {**merge, "dry_run": True}, token=token).json["dry_run"]
    move = service.ask("POST", "/mapping/merges", merge, token=token).json["move"]
    assert service.ask("GET", "/mapping/moves", token=token).json["moves"][0]["id"] == move["id"]
    undone = service.ask("POST", f"/mapping/moves/{move['id']}/undo", {}, token=token).json
    assert undone["move"]["undoes"] == move["id"]
    split = {"product": apple, "keys": [move["keys"][0]["key"]]}
    assert service.ask("POST", "/mapping/splits", split, token=token).json["move"] is None


def test_who_is_signed_out_while_a_decision_waits_for_its_turn_has_decided_nothing(market: Market) -> None:
    service = Service(memory_world(), market)
    service.world.a_user(role=Role.MODERATOR)
    apple, pie = (one["id"] for one in service.site.get("/api/v1/products?q=apple").json["products"])
    chocolate, *_ = (one["id"] for one in service.site.get("/api/v1/products?q=cokolada").json["products"])
    judged = {"listing": "tommy/1/17", "judgement": "confirmed", "at": "2025-12-28T01:00:00Z"}
    first = service.sign_in()["access_token"]
    merge = {"into": apple, "from": pie}
    move = service.ask("POST", "/mapping/merges", merge, token=first).json["move"]
    before, application = market.application.read_edition(), service.site.app.registry.application
    for path, use_case, sent in (
        ("judgements", "judge_price", judged),
        ("records", "record_price", {"listing": "konzum/0613/17", "price": "1.95"}),
        ("corrections", "correct_price", {"listing": "spar/1/17", "at": "2025-12-28", "price": "1.79"}),
        ("merges", "merge_products", {"into": apple, "from": chocolate}),
        ("splits", "split_product", {"product": apple, "keys": [move["keys"][0]["key"]]}),
        (f"moves/{move['id']}/undo", "undo_move", {}),
    ):
        token, decides = service.sign_in()["access_token"], getattr(application, use_case)
        waiting = replace(decides, unit_of_work=SignedOutWhileWaiting(service, token, decides.unit_of_work))
        service.site.app.registry.application = replace(application, **{use_case: waiting})
        room = "decisions" if use_case.endswith("_price") else "mapping"
        answer = service.ask("POST", f"/{room}/{path}", sent, token=token)
        assert (answer.status_int, answer.json["code"]) == (401, "not_signed_in"), use_case
    assert market.application.read_edition() == before


@dataclass
class SignedOutWhileWaiting:
    """Opens units of work; before it is their turn whoever asks is signed out."""

    service: Service
    token: str
    open: Any

    def __call__(self) -> Any:
        accounts = self.service.world.accounts
        accounts.sign_out(accounts.authenticate_token(self.token), origin=HERE)
        return self.open()


def _entry(**changes: Any) -> dict[str, Any]:
    return {"email": ANA, "password": PASSWORD, **changes}


def everybody(world: World) -> dict[str, dict[str, str]]:
    """People of whom a stranger must learn nothing, and what is tried with each."""
    names = ("known", "disabled", "unverified", "protected", "locked")
    people = {name: world.a_user(f"{name}@example.com") for name in names if name != "unverified"}
    world.accounts.register_user("unverified@example.com", PASSWORD, name="New", origin=HERE)
    world.accounts.disable_user(people["disabled"].id, by=TESTER)
    for name in ("protected", "locked"):
        world.enrol(f"{name}@example.com")
    with world.store.unit_of_work() as uow:
        for _ in range(MOST_FAILURES):
            uow.devices.fail(people["locked"].id, world.clock.now(), most=MOST_FAILURES)
        uow.commit()
    return {name: {"email": f"{name}@example.com"} for name in (*names, "unknown")}


@pytest.fixture
def strangers(empty_market: Market) -> Service:
    """Limits are lifted: they count addresses, whether or not anybody has an account there."""
    return Service(memory_world(limiter=Unlimited()), empty_market)


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/tokens", {"password": "a wrong password"}),  # pragma: allowlist secret
        ("/tokens", {"password": ""}),
        ("/tokens", {"password": "x" * 5000}),
        ("/accounts", {"password": PASSWORD, "name": "Somebody"}),
        ("/accounts/verification", {}),
        ("/accounts/password-reset", {}),
    ],
)
def test_a_stranger_sees_the_same_whoever_has_an_account(strangers: Service, path: str, more: dict[str, str]) -> None:
    people = everybody(strangers.world)
    seen = {name: _seen(strangers.ask("POST", path, {**person, **more})) for name, person in people.items()}
    assert all(one == seen["unknown"] for one in seen.values())
    assert seen["unknown"][0].startswith("401" if path == "/tokens" else "202")


def test_a_limit_tells_as_much_of_somebody_as_of_nobody(service: Service) -> None:
    service.world.a_user()
    seen = [
        [_seen(service.ask("POST", "/tokens", {"email": email, "password": ANOTHER})) for _ in range(6)]
        for email in (ANA, "nobody@example.com")
    ]
    assert seen[0] == seen[1]
    assert [status for status, *_ in seen[0]] == ["401 Unauthorized"] * 5 + ["429 Too Many Requests"]


def _seen(answer: TestResponse) -> tuple[str, dict[str, str], dict[str, Any]]:
    """All that a stranger sees, but what is random."""
    headers = {key: value for key, value in answer.headers.items() if key != "X-Request-ID"}
    return answer.status, headers, {**answer.json, "request_id": None}


def test_the_right_password_of_who_cannot_enter_is_as_good_as_a_wrong_one(strangers: Service) -> None:
    everybody(strangers.world)
    answers = [
        strangers.ask("POST", "/tokens", {"email": f"{name}@example.com", "password": PASSWORD})
        for name in ("disabled", "unverified", "unknown")
    ]
    assert len({str({**answer.json, "request_id": None}) for answer in answers}) == 1
    assert {answer.status_int for answer in answers} == {401}
