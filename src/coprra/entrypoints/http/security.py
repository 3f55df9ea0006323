"""Security: what anybody may do is named; everything else is denied."""

from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.security import Allowed, Denied

PUBLIC = "public"
"""The permission of endpoints that answer anybody."""

UNNAMED = "unnamed"
"""The permission of a view that names none: nobody has it."""


class NamedOnly:
    """Permits `PUBLIC` to anybody, and nothing else to anybody. There are no users yet, so nobody is ever known."""

    def identity(self, request: Request) -> None:  # noqa: ARG002 - Pyramid's protocol
        """Nobody."""
        return

    def authenticated_userid(self, request: Request) -> None:  # noqa: ARG002 - Pyramid's protocol
        """Nobody."""
        return

    def permits(self, request: Request, context: object, permission: str) -> Allowed | Denied:  # noqa: ARG002
        """Whether a view of that permission may run."""
        if permission == PUBLIC:
            return Allowed("Anybody may.")
        return Denied("Nobody may.")

    def remember(self, request: Request, userid: str, **_: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        """No headers: there is nothing to remember."""
        return []

    def forget(self, request: Request, **_: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        """No headers: there is nothing to forget."""
        return []


def includeme(config: Configurator) -> None:
    """Deny by default. Without a default permission Pyramid shows a view that names none to everybody."""
    config.set_security_policy(NamedOnly())
    config.set_default_permission(UNNAMED)
