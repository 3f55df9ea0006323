"""Bodies: what is no JSON object as we mean it gets a problem, changes nothing, and is never repeated."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from webtest import TestApp

from coprra.bootstrap import build
from coprra.domain.sessions.entry import NewTokens
from coprra.domain.sessions.ticket import Channel, Wish
from coprra.domain.users.role import Role
from coprra.entrypoints.http.actions import CATEGORY, Action
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.entrypoints.http.bodies import DEEPEST, LARGEST_BODY, LARGEST_NUMBER, SMALL_BODY
from coprra.testing.accounts import ANA, HERE, PASSWORD, World, memory_world
from coprra.testing.users import user_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from webtest.response import TestResponse

JSON = "application/json"
SIGN_IN = "/api/v1/tokens"


def deep(levels: int) -> bytes:
    return b'{"note": ' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


HOSTILE: list[tuple[str, bytes, str, int]] = [
    ("nothing", b"", JSON, 400),
    ("no JSON", b"{", JSON, 400),
    ("two documents", b"{}{}", JSON, 400),
    ("a list", b"[]", JSON, 422),
    ("null", b"null", JSON, 422),
    ("a form", b"email=a", "application/x-www-form-urlencoded", 415),
    ("no type", b"{}", "", 415),
    ("a type that begins alike", b"{}", "application/json-patch+json", 415),
    ("UTF-7", b"{}", "application/json; charset=utf-7", 415),
    ("UTF-16", "{}".encode("utf-16"), JSON, 400),
    ("a byte order mark", "{}".encode("utf-8-sig"), JSON, 400),
    ("bytes that are no text", b'{"note": "\xff"}', JSON, 400),
    ("a name twice", b'{"note": "a", "note": "b"}', JSON, 422),
    ("a name twice further in", b'{"note": {"a": 1, "a": 1}}', JSON, 422),
    ("NaN", b'{"note": NaN}', JSON, 422),
    ("infinity", b'{"note": -Infinity}', JSON, 422),
    ("more than a float holds", b'{"note": 1e999}', JSON, 422),
    ("a large number", b'{"note": %d}' % (LARGEST_NUMBER + 1), JSON, 422),
    ("5000 digits", b'{"note": ' + b"9" * 5000 + b"}", JSON, 422),
    ("too deep", deep(DEEPEST + 1), JSON, 422),
    ("a lone surrogate", b'{"note": "\\ud800"}', JSON, 422),
    ("a lone surrogate in a name", b'{"\\udfff": 1}', JSON, 422),
    ("NUL", b'{"note": "a\\u0000"}', JSON, 422),
    ("an unknown member", b'{"role": "admin", "is_admin": true}', JSON, 422),
    (
        "objects for texts",
        b'{"email": {}, "password": [], "listing": 1, "into": {}, "note": {}, "link": []}',
        JSON,
        422,
    ),
    ("too large", b'{"note": "' + b"x" * LARGEST_BODY + b'"}', JSON, 413),
]


class Site:
    """The API, and the token of somebody who may do all that a token can."""

    def __init__(self) -> None:
        self.world: World = memory_world()
        self.world.a_user(role=Role.ADMIN)
        device, _, _ = self.world.enrol()
        ticket = self.world.ticket(wish=Wish(channel=Channel.API))
        entered = self.world.accounts.verify_second_factor(ticket, self.world.code(device), origin=HERE)
        assert isinstance(entered.entry, NewTokens)
        self.owner, self.token = entered.user.id, entered.entry.access.text
        self.application = replace(build(clock=self.world.clock), accounts=self.world.accounts)
        self.api = TestApp(make_wsgi_app(self.application), lint=False)
        listed = self.api.app.registry.introspector.get_category(CATEGORY)
        self.actions: list[Action] = [one["introspectable"]["action"] for one in listed]

    def send(
        self, action: Action, body: bytes, content_type: str = JSON, *, method: str = "", query: str = ""
    ) -> TestResponse:
        """method: another one than the action's."""
        address = action.path.replace("{user}", user_id(5).value).replace("{id}", "m_0123456789abcdef")
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.api.request(
            address + query,
            method=method or action.method,
            body=body,
            content_type=content_type,
            headers=headers,
            status="*",
        )

    def state(self) -> Any:
        """Whatever could have been changed."""
        accounts = self.world.accounts
        return (
            accounts.list_users(),
            accounts.list_tokens(self.owner),
            len(self.world.letters),
            len(self.world.events),
            self.application.list_moves(),
        )


@pytest.fixture(scope="module")
def site() -> Site:
    return Site()


def sending(site: Site) -> list[Action]:
    return [one for one in site.actions if one.body is not None and "step-up" not in one.permission]


@pytest.mark.parametrize(
    ("body", "content_type", "status"), [one[1:] for one in HOSTILE], ids=[one[0] for one in HOSTILE]
)
def test_what_is_no_json_object_as_we_mean_it_is_refused_everywhere_and_changes_nothing(
    site: Site,
    problem_in: Callable[[TestResponse, int, str], dict[str, Any]],
    body: bytes,
    content_type: str,
    status: int,
) -> None:
    before = site.state()
    assert len(sending(site)) > 10
    for action in sending(site):
        answer = site.send(action, body, content_type)
        problem_in(answer, status, answer.json["code"])
    assert site.state() == before


def test_an_action_takes_no_method_but_its_own_and_no_query_that_it_does_not_know(
    site: Site, problem_in: Callable[[TestResponse, int, str], dict[str, Any]]
) -> None:
    before = site.state()
    for action in site.actions:
        own = {one.method for one in site.actions if one.path == action.path}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "FOO"} - own:
            answer = site.send(action, b"", method=method)
            problem_in(answer, 405, "method_not_allowed")
            assert own <= set(answer.headers["Allow"].split(", "))
        if "step-up" not in action.permission:
            problem_in(site.send(action, b"{}", query="?as=admin"), 422, "unknown_parameter")
            problem_in(site.send(action, b"{}", query="?as=%ff"), 400, "undecodable")
    assert site.state() == before


def test_what_strangers_send_may_be_small_alone_and_what_is_just_small_enough_is_read(site: Site) -> None:
    for action in sending(site):
        largest = SMALL_BODY if action.permission == "public" else LARGEST_BODY
        assert site.send(action, b"{}".ljust(largest)).json["code"] != "content_too_large"
        assert site.send(action, b"{}".ljust(largest + 1)).status_int == 413


def test_a_length_that_is_none_is_refused(site: Site) -> None:
    for length in ("x", "-1", "1" * 5000):
        answer = site.api.post(SIGN_IN, "{}", headers={"Content-Type": JSON, "Content-Length": length}, status="*")
        assert answer.status_int in {400, 413}


def test_compressed_bodies_are_not_read(site: Site) -> None:
    site.api.post(SIGN_IN, "{}", headers={"Content-Type": JSON, "Content-Encoding": "gzip"}, status=415)


def test_flaws_are_named_by_pointers_and_never_repeated(site: Site) -> None:
    sent = {"email": 1234567890, "abilities": ["root"], "name": "", "<script>": 1, "isAdmin": True}
    answer = site.api.post_json(SIGN_IN, sent, status=422)
    assert {(one["pointer"], one["code"]) for one in answer.json["errors"]} == {
        ("/email", "invalid_member"),
        ("/password", "missing_member"),
        ("/abilities", "invalid_member"),
        ("/name", "invalid_member"),
        ("/?", "unknown_member"),
        ("/isAdmin", "unknown_member"),
    }
    assert not any(text in answer.text for text in ("1234567890", "root", "script"))


def test_null_is_as_good_as_nothing(site: Site) -> None:
    answer = site.api.post_json(SIGN_IN, {"email": ANA, "password": None, "abilities": None}, status=422)
    assert [one["pointer"] for one in answer.json["errors"]] == ["/password"]


def test_nobody_signs_in_by_what_stands_in_the_query(site: Site) -> None:
    answer = site.api.post_json(f"{SIGN_IN}?password={PASSWORD}".replace(" ", "+"), {"email": ANA}, status=422)
    assert PASSWORD not in answer.text


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    "email password ticket code refresh_token secret name listing at price judgement into from keys product".split()
)


@settings(max_examples=150)
@given(number=st.integers(0, 99), sent=st.dictionaries(NAMES, JSON_VALUES, max_size=5))
def test_whatever_json_is_sent_no_answer_is_a_mistake_of_ours(site: Site, number: int, sent: dict[str, Any]) -> None:
    actions = sending(site)
    answer = site.send(actions[number % len(actions)], json.dumps(sent).encode())
    assert answer.status_int < 500
