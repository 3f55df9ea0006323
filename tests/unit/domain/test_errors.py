"""Errors: a caller can tell them apart by their codes, and knows what to do by their base."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import coprra.domain
from coprra.domain.kernel.errors import (
    Conflict,
    CoprraError,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    TooMany,
    Unauthenticated,
    Unavailable,
)

BASES = (Invalid, NotFound, Conflict, Refused, Unauthenticated, Forbidden, TooMany, Unavailable)


def _below(base: type[CoprraError]) -> Iterator[type[CoprraError]]:
    for error in base.__subclasses__():
        yield error
        yield from _below(error)


def _of_the_domain() -> list[type[CoprraError]]:
    for module in pkgutil.walk_packages(coprra.domain.__path__, "coprra.domain."):
        importlib.import_module(module.name)
    return [error for error in dict.fromkeys(_below(CoprraError)) if error.__module__.startswith("coprra.domain.")]


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [error.code for error in _of_the_domain()]
    assert len(codes) > 20
    assert sorted(codes) == sorted(set(codes))
    assert all(re.fullmatch("[a-z]+(_[a-z0-9]+)*", code) for code in codes)


def test_a_code_is_the_name_of_its_error() -> None:
    for error in _of_the_domain():
        assert error.code == re.sub("(?<!^)(?=[A-Z])", "_", error.__name__).lower()


def test_every_error_says_what_sort_of_failure_it_is() -> None:
    for error in _of_the_domain():
        assert [base for base in BASES if issubclass(error, base)] != [], error


def test_an_error_carries_its_message() -> None:
    error = NotFound("There is no milk.")
    assert error.message == str(error) == "There is no milk."
