"""Every change names who did it."""

import pytest

from coprra.domain.kernel.actor import Actor, ActorKind
from coprra.domain.kernel.text import InvalidText


@pytest.mark.parametrize("kind", list(ActorKind))
def test_an_actor_is_written_with_its_kind(kind: ActorKind) -> None:
    assert str(Actor(kind, "ana")) == f"{kind.value}:ana"


def test_an_operator_is_somebody_at_the_command_line() -> None:
    assert str(Actor.operator("root")) == "operator:root"


@pytest.mark.parametrize("name", ["undecodable\udcff", "a\nb", "\0"])
def test_a_name_that_no_database_can_hold_is_refused(name: str) -> None:
    with pytest.raises(InvalidText, match="actor name"):
        Actor.operator(name)


@pytest.mark.parametrize("name", ["", "x" * 101])
def test_a_name_has_1_to_100_characters(name: str) -> None:
    assert Actor.operator("x" * 100).name == "x" * 100
    with pytest.raises(InvalidText, match="1 to 100"):
        Actor.operator(name)


@pytest.mark.parametrize("actor", [Actor(kind, name) for kind in ActorKind for name in ("ana", "a:b", "uid-0")])
def test_an_actor_comes_back_from_its_text(actor: Actor) -> None:
    assert Actor.parse(str(actor)) == actor


@pytest.mark.parametrize("text", ["ana", "robot:ana", ""])
def test_a_text_of_no_actor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ActorKind"):
        Actor.parse(text)
