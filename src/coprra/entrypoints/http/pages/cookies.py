"""Cookies of pages, beside the session's: of a browser that has not signed in, is half way, or has been here before."""

from dataclasses import dataclass
from datetime import timedelta

from pyramid.request import Request
from pyramid.response import Response

from coprra.domain.sessions.ticket import TICKET_LASTS
from coprra.entrypoints.http.session_cookie import shown_cookie


@dataclass(frozen=True, slots=True)
class PageCookie:
    """One cookie that no script reads and no other site sets. lasts: None: until the browser is closed."""

    base_name: str
    secure: bool
    lasts: timedelta | None = None

    @property
    def name(self) -> str:
        """What it is called in the header."""
        return f"__Host-{self.base_name}" if self.secure else self.base_name

    def read(self, request: Request) -> str:
        """What the request shows; empty where it shows none."""
        return shown_cookie(request, self.name)

    def set(self, response: Response, value: str) -> None:
        """Have the browser show it from now on."""
        response.set_cookie(
            self.name, value, max_age=self.lasts, path="/", secure=self.secure, httponly=True, samesite="Lax"
        )

    def clear(self, response: Response) -> None:
        """Have the browser forget it."""
        response.set_cookie(self.name, None, path="/", secure=self.secure, httponly=True, samesite="Lax", max_age=0)


@dataclass(frozen=True, slots=True)
class PageCookies:
    """guest: of a browser without a session, which its forms are bound to. ticket: between password and code.

    device: that this browser has shown the password or the mailbox before; it lets nobody in.
    """

    guest: PageCookie
    ticket: PageCookie
    device: PageCookie

    @classmethod
    def make(cls, *, secure: bool) -> "PageCookies":
        """secure: see `SessionCookie`."""
        return cls(
            guest=PageCookie("guest", secure),
            ticket=PageCookie("ticket", secure, TICKET_LASTS),
            device=PageCookie("device", secure, timedelta(days=365)),
        )
