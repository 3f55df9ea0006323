"""Form: what a person has filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pyramid.httpexceptions import HTTPRequestEntityTooLarge
from pyramid.request import Request

from coprra.domain.kernel.errors import Invalid
from coprra.entrypoints.http.endpoints import read_query

LARGEST_BYTES = 8192
"""As much as signing in may take; no form needs more."""


class InvalidForm(Invalid):
    """The form holds what no page of ours sends."""

    code = "invalid_form"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a form. field: which one; empty: with it as a whole."""

    detail: str
    field: str = ""


def read_form(request: Request) -> Mapping[str, str]:
    """The fields of a request's body, each once; what several boxes of one name say is parted by blanks.

    Nothing of the address is a field. Raises: InvalidForm, Undecodable, and Pyramid's for a body of another kind.
    """
    read: Mapping[str, str] | None = getattr(request, "read_form", None)
    if read is None:
        read = request.read_form = MappingProxyType(_read(request))
    return read


def _read(request: Request) -> dict[str, str]:
    if request.content_type != "application/x-www-form-urlencoded":
        raise InvalidForm("This is no form as pages send them.")
    if request.content_length is None or request.content_length > LARGEST_BYTES:
        raise HTTPRequestEntityTooLarge
    fields: dict[str, str] = {}
    for name, value in read_query(request.body.decode("latin-1")):
        if "\0" in value:
            raise InvalidForm("A field holds a character that no text has.")
        if name in fields and not name.endswith("[]"):
            raise InvalidForm("A field is given more than once.")
        fields[name] = f"{fields[name]} {value}" if name in fields else value
    return fields
