"""Endpoint: what the site answers, and to whom. All of them together are the matrix of routes and permissions."""

from dataclasses import dataclass
from typing import Any

from coprra.domain.users.role import PERMISSIONS, Permission, Role


@dataclass(frozen=True, slots=True)
class Endpoint:
    """method: as HTTP names it, * for any; route: its path, with what varies in braces.

    permission: what whoever asks needs, None for one that names none of the table; public: anybody is answered, and
    needs none; after_step_up: it wants a fresh proof of who asks besides.
    """

    method: str
    route: str
    permission: Permission | None = None
    public: bool = False
    after_step_up: bool = False

    @property
    def name(self) -> str:
        """Stable from one audit to the next."""
        return f"{self.method} {self.route}"

    @property
    def decided(self) -> bool:
        """Whether somebody has said to whom it answers."""
        return self.public or self.permission is not None

    @property
    def roles(self) -> tuple[Role, ...]:
        """Who may ask. A permission is asked of those alone who have signed in, so that it never lets guests in."""
        if self.public:
            return tuple(Role)
        return tuple(role for role in Role if role is not Role.GUEST and self.permission in PERMISSIONS[role])

    @property
    def document(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "method": self.method,
            "route": self.route,
            "public": self.public,
            "permission": str(self.permission) if self.permission else None,
            "after_step_up": self.after_step_up,
            "roles": [str(role) for role in self.roles],
        }
