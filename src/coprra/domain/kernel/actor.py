"""Who did it: every state change names its actor."""

from dataclasses import dataclass
from enum import StrEnum

from coprra.domain.kernel.errors import Invalid


class ActorKind(StrEnum):
    """What sort of actor acts."""

    OPERATOR = "operator"
    USER = "user"
    JOB = "job"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes something. name: at most 100 characters, the login, user id or job name."""

    kind: ActorKind
    name: str

    def __post_init__(self) -> None:
        if not 0 < len(self.name) <= 100:
            raise Invalid("An actor needs a name of 1 to 100 characters.")

    @classmethod
    def operator(cls, name: str) -> "Actor":
        """Somebody at the command line of the host."""
        return cls(ActorKind.OPERATOR, name)

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"
