"""The program makes keys, shows them, seals everything anew and says when one may go; it never shows one again."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from coprra import Settings, build
from coprra.domain.keys.key import write_key
from coprra.domain.mail.message import Message
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra
from coprra.testing.builders import TESTER
from coprra.testing.keys import K1, K2, K3


@pytest.fixture
def url(tmp_path: Path) -> str:
    """With three letters, sealed with k1."""
    url = f"sqlite:///{tmp_path / 'coprra.sqlite'}"
    with build(Settings(database_url=url, app_keys=(K1,))) as application:
        application.schema.upgrade()
        for _ in range(3):
            application.post_mail(Message("ana@example.com", "Hello", "Hello"), by=TESTER)
    return url


def ask(url: str, keys: str, *arguments: str) -> Result:
    environment = {"COPRRA_DATABASE_URL": url, "COPRRA_APP_KEYS": keys}
    return CliRunner().invoke(coprra, ["keys", *arguments], obj=Invocation(environment=environment))


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def ring(*keys: Any) -> str:
    return ",".join(write_key(key.name, key.secret) for key in keys)


def test_a_key_takes_the_place_of_another(url: str) -> None:
    both = ring(K2, K1)
    shown = document(ask(url, both, "status", "--json"))["keys"]
    assert [(one["name"], one["newest"], one["known"]) for one in shown] == [("k2", True, True), ("k1", False, True)]
    assert [one["needed_by"]["outbox.sealed"] for one in shown] == [0, 3]
    assert sum(sum(one["needed_by"].values()) for one in shown) == 3
    refusal = ask(url, both, "retire", "k1")
    assert (refusal.exit_code, "[key_in_use]" in refusal.stderr) == (1, True)
    assert "3 envelopes sealed anew with key k2 (dry run" in ask(url, both, "rotate", "--dry-run").stdout
    assert document(ask(url, both, "rotate", "--batch", "2", "--json"))["resealed"] == 3
    assert "opens nothing any more: retire it" in ask(url, both, "status").stdout
    assert "Nothing needs key k1 any more" in ask(url, both, "retire", "k1", "--by", "ana").stdout
    assert len(document(ask(url, ring(K2), "status", "--json"))["keys"]) == 1


def test_what_no_key_opens_is_told_and_the_key_is_named_as_missing(url: str) -> None:
    rotated = ask(url, ring(K3, K2), "rotate", "--json")
    assert rotated.exit_code == 1
    assert json.loads(rotated.stdout)["unopened"] == 3
    assert "outbox.sealed 1, outbox.sealed 2, outbox.sealed 3" in json.loads(rotated.stderr)["error"]["message"]
    assert "missing" in ask(url, ring(K3), "status").stdout


def test_a_key_that_is_made_can_be_used(url: str) -> None:
    made = ask(url, "", "make", "k4").stdout.strip()
    assert made.startswith("k4:")
    assert made != ask(url, "", "make", "k4").stdout.strip()
    assert document(ask(url, f"{made},{ring(K1)}", "rotate", "--json"))["key"] == "k4"
    assert ask(url, "", "make", "K 4").exit_code == 2


def test_bad_keys_end_every_command_with_2_and_are_not_repeated(url: str) -> None:
    ended = ask(url, "k1:hunter2,k2:change-me", "status")
    assert ended.exit_code == 2
    assert ended.stderr.count("[invalid_settings]") == 2
    assert "hunter2" not in ended.stderr


def test_without_keys_there_is_nothing_to_rotate(url: str) -> None:
    assert "[unknown_key]" in ask(url, "", "rotate").stderr
