"""Crowd: how many strangers may do something at once, so that whoever only asks is answered all the same."""

import threading
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response

from coprra.domain.users.ports import Overloaded
from coprra.entrypoints.http.security import PUBLIC

ALWAYS = "always"
"""The option of public views that find room in any crowd: what frees something and takes no time."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def room_for_strangers(threads: int) -> int:
    """How many of so many threads: at most three quarters, and one at least."""
    return max(1, threads * 3 // 4)


def leave_room(view: Any, info: Any) -> Any:
    """The view deriver that refuses at once, before anything is read, counted or compared.

    What anybody may do takes passwords, letters or codes: it is slow on purpose, or writes. Those who wait for it would
    take every thread, and all who come after them would wait as well.
    """
    room: threading.Semaphore | None = info.registry.room_for_strangers
    if room is None or info.options.get("permission") != PUBLIC or info.options.get(ALWAYS):
        return view

    def if_there_is_room(context: object, request: Request) -> Response:
        if request.method in _SAFE:
            return view(context, request)
        if not room.acquire(blocking=False):
            raise Overloaded("Too many people are signing in at this moment; try again in a few seconds.")
        try:
            return view(context, request)
        finally:
            room.release()

    return if_there_is_room


leave_room.options = (ALWAYS,)  # type: ignore[attr-defined]  # by it Pyramid knows what a deriver is told


def includeme(config: Configurator) -> None:
    """For the views of all parts that are included afterwards, and before."""
    config.add_view_deriver(leave_room)
