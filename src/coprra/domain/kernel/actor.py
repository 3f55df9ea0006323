"""Who did it: every state change names its actor."""

from dataclasses import dataclass
from enum import StrEnum

from coprra.domain.kernel.text import plain_text

NAME_LENGTH = 100


class ActorKind(StrEnum):
    """What sort of actor acts."""

    OPERATOR = "operator"
    USER = "user"
    JOB = "job"
    GUEST = "guest"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes something. name: at most 100 characters, the login, user id or job name.

    Raises: InvalidText for a name that is empty, longer, or holds control characters.
    """

    kind: ActorKind
    name: str

    def __post_init__(self) -> None:
        plain_text("actor name", self.name, NAME_LENGTH)

    @classmethod
    def operator(cls, name: str) -> "Actor":
        """Somebody at the command line of the host."""
        return cls(ActorKind.OPERATOR, name)

    @classmethod
    def user(cls, name: str) -> "Actor":
        """Somebody who has signed in. name: the user's id."""
        return cls(ActorKind.USER, name)

    @classmethod
    def guest(cls) -> "Actor":
        """Somebody who has not signed in."""
        return cls(ActorKind.GUEST, "guest")

    @classmethod
    def parse(cls, text: str) -> "Actor":
        """The inverse of `str`. Raises: ValueError for another text; InvalidText."""
        kind, _, name = text.partition(":")
        return cls(ActorKind(kind), name)

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"
