"""Rate limits: how often a program, or a network of strangers, may ask in a minute."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from time import monotonic

from pyramid.config import Configurator
from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response
from pyramid.tweens import EXCVIEW

from coprra.domain.kernel.errors import CoprraError
from coprra.domain.limits.limit import Limit, LimitExceeded
from coprra.domain.limits.origin import Origin
from coprra.domain.users.identity import Identity
from coprra.entrypoints.http import errors
from coprra.entrypoints.http.security import is_to_the_api, shown_token
from coprra.entrypoints.http.tweens import SURROUND

MOST_COUNTED = 100_000
"""Programs and networks in a minute; further ones are not counted, so that nobody fills the memory."""

_MINUTE = timedelta(minutes=1)
_SECONDS = 60
_READS = frozenset({"GET", "HEAD"})

Handler = Callable[[Request], Response]


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with a limit after one more request. left: below zero: there was one too many.

    resets_in: after so many seconds it is counted from zero again.
    """

    limit: Limit
    left: int
    resets_in: int

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Source: draft-ietf-httpapi-ratelimit-headers-10 §3 and §4."""
        return errors.rate_limit_headers(self.limit, max(self.left, 0), self.resets_in)


class RequestCounts:
    """Counts by the minute, in this process alone: a request costs no statement. Shared by threads.

    seconds: since whenever.
    """

    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        self.seconds = seconds
        self._lock = threading.Lock()
        self._minute = -1
        self._counts: dict[tuple[str, str], int] = {}

    def count(self, limit: Limit, key: str) -> Standing | None:
        """One more. None: too many others are counted already."""
        minute, passed = divmod(int(self.seconds()), _SECONDS)
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, {}
            used = self._counts.get((limit.name, key), 0) + 1
            if used == 1 and len(self._counts) >= MOST_COUNTED:
                return None
            self._counts[limit.name, key] = used
        return Standing(limit, limit.most - used, _SECONDS - passed)


def limit_requests(handler: Handler, registry: Registry) -> Handler:
    """The tween that counts, and turns away.

    Whoever shows a good token is counted by it; whoever shows a bad one, or none and only reads, by the network. What
    strangers do besides is counted by the use cases, for all processes together.
    """
    counts: RequestCounts = registry.request_counts
    by_token = Limit("token", registry.token_requests_per_minute, _MINUTE)
    by_network = Limit("anonymous", registry.anonymous_reads_per_minute, _MINUTE)

    def limited(request: Request) -> Response:
        if not is_to_the_api(request):
            return handler(request)
        identity, shown = _who(request)
        if identity is not None:
            standing = counts.count(by_token, identity.family or "") if by_token.most else None
        elif by_network.most and (shown or request.environ["REQUEST_METHOD"] in _READS):
            standing = counts.count(by_network, _network_of(request.environ.get("REMOTE_ADDR") or ""))
        else:
            standing = None
        if standing is None:
            return handler(request)
        if standing.left < 0:
            return errors.coprra_error(LimitExceeded(standing.limit, standing.resets_in), request)
        response = handler(request)
        response.headerlist.extend(standing.headers)
        return response

    return limited


def _who(request: Request) -> tuple[Identity | None, bool]:
    """Who shows a token, and whether one is shown. What is wrong with it is told further below."""
    shown = True
    with suppress(CoprraError):
        shown = shown_token(request) is not None
        return (request.identity if shown else None), shown
    return None, shown


@lru_cache(4_096)
def _network_of(address: str) -> str:
    return Origin(address=address).network


def includeme(config: Configurator) -> None:
    """Above the exception views, so that refusals say how the limit stands as well."""
    config.registry.request_counts = RequestCounts()
    if config.registry.token_requests_per_minute or config.registry.anonymous_reads_per_minute:
        config.add_tween(f"{__name__}.{limit_requests.__name__}", over=EXCVIEW, under=SURROUND)
