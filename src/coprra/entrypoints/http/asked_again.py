"""Asked again: what is decided over HTTP is kept only where whoever decides it may still come in."""

from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Any, Self, TypeVar

from coprra.application import Application
from coprra.entrypoints.http.callers import Caller

UseCase = TypeVar("UseCase")


def asked_again(use_case: UseCase, application: Application, caller: Caller) -> UseCase:
    """The use case, which asks before it commits: it may have waited for an import, half a minute long.

    It has a field `unit_of_work`, as those have that decide. Raises then: NotSignedIn, and nothing was changed.
    """
    asked: Any = use_case

    def ask() -> None:
        application.accounts.ask_again(caller.me)

    asking: UseCase = replace(asked, unit_of_work=lambda: _Asking(asked.unit_of_work(), ask))
    return asking


class _Asking:
    """A unit of work that asks before it commits, and is the one that it was given in everything else."""

    def __init__(self, opened: Any, ask: Callable[[], None]) -> None:
        self._opened, self._ask = opened, ask

    def __enter__(self) -> Self:
        self._uow = self._opened.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.__exit__(kind, error, trace)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._uow, name)

    def commit(self) -> None:
        self._ask()
        self._uow.commit()
