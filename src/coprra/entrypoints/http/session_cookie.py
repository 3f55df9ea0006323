"""Session cookie: how a browser shows that its person has signed in."""

from dataclasses import dataclass

from pyramid.request import Request
from pyramid.response import Response


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """The cookie by which pages know a person; no address under ``/api/`` reads it.

    secure: browsers send it over TLS alone, and believe it from this very host alone. Otherwise it works without TLS
    as well, for whoever tries coprra on their own machine.
    Source: RFC 6265bis §4.1.3.2 (the prefix ``__Host-``).
    """

    secure: bool = True

    @property
    def name(self) -> str:
        """What it is called in the header."""
        return "__Host-session" if self.secure else "session"

    def read(self, request: Request) -> str | None:
        """The secret that the request shows; None where it shows none."""
        return shown_cookie(request, self.name) or None

    def set(self, response: Response, secret: str) -> None:
        """Have the browser show the secret from now on, until it is closed; the session itself may end before."""
        response.set_cookie(self.name, secret, path="/", secure=self.secure, httponly=True, samesite="Lax")

    def clear(self, response: Response) -> None:
        """Have the browser forget it."""
        response.set_cookie(self.name, None, path="/", secure=self.secure, httponly=True, samesite="Lax", max_age=0)


def shown_cookie(request: Request, name: str) -> str:
    """What the request shows under that name; empty where it shows none, or cookies that nobody can read."""
    try:
        return str(request.cookies.get(name, ""))
    except UnicodeDecodeError:
        return ""
