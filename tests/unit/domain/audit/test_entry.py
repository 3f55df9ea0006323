"""Entries are single lines without secrets, and no change to one goes unnoticed."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coprra.domain.audit.entry import NO_ENTRIES, Entry, InvalidRecord, Record, one_line
from coprra.testing.builders import TESTER, day
from coprra.testing.contracts.audit import a_record


@given(st.text())
def test_a_text_of_a_stranger_becomes_one_printable_line(text: str) -> None:
    assert one_line(text, 10_000).isprintable()
    assert len(one_line(text, 20)) <= 20


@given(st.text(st.characters(codec=None), max_size=20), st.text(max_size=20))
def test_no_two_texts_look_alike(one: str, other: str) -> None:
    assert (one_line(one, 1000) == one_line(other, 1000)) == (one == other)


@pytest.mark.parametrize("changed", [field.name for field in fields(Entry) if field.name not in {"number", "hash"}])
def test_whatever_is_changed_the_hash_tells(changed: str) -> None:
    entry = NO_ENTRIES.followed_by(a_record())
    other = day(9) if changed == "at" else "other"
    assert replace(entry, **{changed: other}).computed_hash() != entry.hash  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize("name", ["password", "totp", "access_token", "recovery_code", "api_key", "Secret", "", "a b"])
def test_details_that_sound_like_secrets_are_refused(name: str) -> None:
    with pytest.raises(InvalidRecord):
        a_record(details={name: "x"})


@pytest.mark.parametrize("name", ["kind", "token_id", "key_id", "reason", "rows"])
def test_details_that_name_things_are_taken(name: str) -> None:
    assert name in a_record(details={name: "x"}).details


@pytest.mark.parametrize("event", ["", "Login", "login failed", "login.", "e" * 65])
def test_an_event_is_small_letters_and_points(event: str) -> None:
    with pytest.raises(InvalidRecord):
        Record(event=event, at=day(0), actor=TESTER)
