"""Security: who asks, and what they may do; whatever is not named is denied to all."""

import re
from collections.abc import Callable
from typing import Any, Self

from pyramid.config import Configurator
from pyramid.interfaces import ISecurityPolicy
from pyramid.registry import Registry
from pyramid.request import Request, RequestLocalCache
from pyramid.response import Response
from pyramid.security import Allowed, Denied
from pyramid.tweens import EXCVIEW

from coprra.accounts import Accounts
from coprra.domain.kernel.errors import CoprraError, Forbidden, Unauthenticated
from coprra.domain.sessions.token import InvalidToken
from coprra.domain.users.identity import Identity, NotSignedIn
from coprra.domain.users.role import Permission

PUBLIC = "public"
"""The permission of endpoints that answer anybody."""

UNNAMED = "unnamed"
"""The permission of a view that names none: nobody has it."""

API = "/api/"
"""Below it programs ask, and are known by a token alone; everywhere else people do, and are known by a cookie alone."""

_BEARER = re.compile(r"bearer(?: +(\S+))? *", re.IGNORECASE)

Handler = Callable[[Request], Response]


def after_step_up(permission: Permission) -> str:
    """The permission of a view that wants a fresh proof of who asks besides. No token gives one."""
    return f"{permission} after step-up"


NEEDS = {permission.value: (permission, False) for permission in Permission} | {
    after_step_up(permission): (permission, True) for permission in Permission
}
"""What a view's permission asks for, and whether freshly proved."""


class NotPermitted(Denied):  # type: ignore[misc]  # Pyramid has no types
    """A refusal that knows why."""

    def __new__(cls, error: CoprraError) -> Self:
        """error: what whoever asks is told."""
        denied: Self = super().__new__(cls, "%s", error.message)
        denied.error = error
        return denied

    error: CoprraError


class RoleTable:
    """Permits what the table of roles says, to whom a token or a session cookie names: `PUBLIC` to anybody.

    `request.identity` is an `Identity`, or None for somebody who shows nothing. It is looked up when it is first asked
    for, which a public endpoint does not, and stays until the request ends or `recognize_as` says otherwise.
    """

    def __init__(self) -> None:
        self._known = RequestLocalCache(_identity_of)

    def identity(self, request: Request) -> Identity | None:
        """Who asks. Raises: InvalidToken for one that is not good, Unavailable."""
        known: Identity | InvalidToken | None = self._known.get_or_create(request)
        if isinstance(known, InvalidToken):
            raise known
        return known

    def known(self, request: Request) -> Identity | None:
        """Who asks, if anybody wanted to know; nothing is looked up."""
        known = self._known.get(request, None)
        return known if isinstance(known, Identity) else None

    def authenticated_userid(self, request: Request) -> str | None:
        """The user's id."""
        identity = self.identity(request)
        return identity.user.value if identity else None

    def permits(self, request: Request, context: object, permission: str) -> Allowed | Denied:  # noqa: ARG002
        """Whether a view of that permission may run. Raises: InvalidToken, Unavailable."""
        if permission == PUBLIC:
            return Allowed("Anybody may.")
        if permission not in NEEDS:
            return Denied("Nobody may.")
        identity = self.identity(request)
        if identity is None:
            return NotPermitted(_nobody(request))
        wanted, fresh = NEEDS[permission]
        try:
            identity.require(wanted)
            if fresh:
                identity.require_step_up(_accounts(request).step_up.clock.now())
        except Forbidden as error:
            return NotPermitted(error)
        return Allowed("The role may.")

    def remember(self, request: Request, userid: str, **_: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        """No headers: views set the cookie themselves."""
        return []

    def forget(self, request: Request, **_: Any) -> list[tuple[str, str]]:  # noqa: ARG002
        """No headers: views clear the cookie themselves."""
        return []

    def recognize_as(self, request: Request, identity: Identity | None) -> None:
        """From here on it is they who ask."""
        self._known.set(request, identity)


def recognize_as(request: Request, identity: Identity | None) -> None:
    """For a view in which somebody has just signed in or out: from here on it is they who ask."""
    request.registry.getUtility(ISecurityPolicy).recognize_as(request, identity)


def known_identity(request: Request) -> Identity | None:
    """Who asks, if anybody wanted to know; nothing is looked up."""
    known: Identity | None = request.registry.getUtility(ISecurityPolicy).known(request)
    return known


def shown_token(request: Request) -> str | None:
    """The token that a request to the API shows; None where it shows none, or is not to the API.

    Of other schemes nothing is known: they may be meant for a proxy. Source: RFC 6750 §2.1, RFC 9110 §11.1.

    Raises: InvalidToken for a header that shows several, or none behind its scheme.
    """
    said = request.environ.get("HTTP_AUTHORIZATION")
    if said is None or not is_to_the_api(request) or not said.lower().startswith("bearer"):
        return None
    shown = _BEARER.fullmatch(said)
    if shown is None or not shown[1]:
        raise InvalidToken("Show one token: Authorization: Bearer pca_…")
    return shown[1]


def is_to_the_api(request: Request) -> bool:
    """Whether a program asks, or a person."""
    return str(request.environ.get("PATH_INFO", "")).startswith(API)


def _identity_of(request: Request) -> Identity | InvalidToken | None:
    if is_to_the_api(request):
        try:
            token = shown_token(request)
            return _accounts(request).authenticate_token(token) if token else None
        except InvalidToken as error:
            return error  # So that it is kept as well, and costs one read however often it is asked for.
    secret = request.registry.session_cookie.read(request)
    try:
        return _accounts(request).authenticate_session(secret) if secret else None
    except NotSignedIn:
        return None


def _nobody(request: Request) -> Unauthenticated:
    if is_to_the_api(request):
        return Unauthenticated("This wants a token: Authorization: Bearer pca_…")
    return NotSignedIn("Sign in first: there is no session, or it has ended.")


def _accounts(request: Request) -> Accounts:
    accounts: Accounts = request.registry.application.accounts
    return accounts


def refuse_bad_tokens(handler: Handler, _registry: Registry) -> Handler:
    """The tween that looks at every token: whoever shows a bad one learns it, where anybody is answered as well."""

    def looked_at(request: Request) -> Response:
        if shown_token(request) is not None:
            _ = request.identity
        return handler(request)

    return looked_at


REFUSAL = f"{__name__}.{refuse_bad_tokens.__name__}"
"""The name of that tween, for those that stand below it."""


def includeme(config: Configurator) -> None:
    """Deny by default. Without a default permission Pyramid shows a view that names none to everybody."""
    config.set_security_policy(RoleTable())
    config.set_default_permission(UNNAMED)
    # Below the exception views, which word its refusals.
    config.add_tween(REFUSAL, under=EXCVIEW)
