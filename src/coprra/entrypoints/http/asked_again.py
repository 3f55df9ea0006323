"""Asked again: what is decided over HTTP is kept only where whoever decides it may still come in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from coprra.application import Application
from coprra.entrypoints.http.callers import Caller

UseCase = TypeVar("UseCase")


def asked_again(use_case: UseCase, application: Application, caller: Caller) -> UseCase:
    """The use case, which asks before it commits: it may have waited for an import, half a minute long.

    It has a field `unit_of_work`, as those have that decide. Raises then: NotSignedIn, and nothing was changed.
    """
    asked: Any = use_case

    @contextmanager
    def unit_of_work() -> Iterator[Any]:
        with asked.unit_of_work() as uow:
            yield _Asking(uow, lambda: application.accounts.ask_again(caller.me))

    asking: UseCase = replace(asked, unit_of_work=unit_of_work)
    return asking


class _Asking:
    """A unit of work that asks before it commits, and is the one that it was given in everything else."""

    def __init__(self, uow: Any, ask: Callable[[], None]) -> None:
        self._uow, self._ask = uow, ask

    def __getattr__(self, name: str) -> Any:
        return getattr(self._uow, name)

    def commit(self) -> None:
        self._ask()
        self._uow.commit()
