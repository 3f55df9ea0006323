"""What the security room needs: who looks at the program itself, and a place for what was found."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from coprra.domain.security.endpoint import Endpoint
from coprra.domain.security.finding import Finding, SecurityReport, Waiver


class Inspector(Protocol):
    """A tool that looks at the program and what it is made of."""

    @abstractmethod
    def inspect(self) -> Sequence[Finding]:
        """One finding at least, also when all is well; unknown where it can't be told. It ends within minutes."""


class Inventory(Protocol):
    """Knows what the program is made of."""

    @abstractmethod
    def components(self) -> str | None:
        """A software bill of materials in CycloneDX, JSON; None where nobody can write one."""


class Endpoints(Protocol):
    """Knows what the site answers, and what whoever asks needs."""

    @abstractmethod
    def endpoints(self) -> Sequence[Endpoint]:
        """Every one that an installation can serve, by route and method."""


class Records(Protocol):
    """What was found before, and what somebody has decided to live with."""

    @abstractmethod
    def waivers(self) -> Sequence[Waiver]:
        """Those that hold, and those that did. Raises: Unreadable, Unavailable."""

    @abstractmethod
    def keep(self, report: SecurityReport) -> None:
        """By its day, where people look for it. Raises: Unavailable."""
