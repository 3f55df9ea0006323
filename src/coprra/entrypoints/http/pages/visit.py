"""Visit: what a page is asked, and what it answers. Views of pages know these and no Pyramid."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from coprra.accounts import Accounts
from coprra.domain.kernel.errors import NotFound
from coprra.domain.limits.origin import Origin
from coprra.domain.sessions.export_own_data import OwnData
from coprra.domain.users.identity import Identity, NotSignedIn
from coprra.domain.users.language import Language
from coprra.entrypoints.http.pages.form import Fault


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request for a page.

    language: of the page; path: where it was asked; place: what stands in braces in the page's path; query: what the
    address asks for besides; form: what a person has filled in; ticket, device: what the cookies of those names hold;
    faults: what was wrong with the form when the page is shown again with it.
    """

    accounts: Accounts
    identity: Identity | None
    origin: Origin
    language: Language
    path: str
    place: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    ticket: str = ""
    device: str = ""
    faults: tuple[Fault, ...] = ()

    @property
    def me(self) -> Identity:
        """Who has signed in. Raises: NotSignedIn."""
        if self.identity is None:
            raise NotSignedIn("Sign in first: there is no session, or it has ended.")
        return self.identity

    @cached_property
    def own(self) -> OwnData | None:
        """All about whoever has signed in; None: nobody has."""
        return self.accounts.export_own_data(self.identity) if self.identity else None

    def with_fault(self, fault: Fault) -> "Visit":
        """The same, to be shown again."""
        return replace(self, faults=(*self.faults, fault))

    def chosen(self, name: str) -> str:
        """What stands in the path. Raises: NotFound for a name that the path does not have."""
        if name not in self.place:
            raise NotFound("There is nothing at this address.")
        return self.place[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What the browser is to remember from an answer on; None: as before, empty: nothing any more.

    session, ticket, device: see the cookies of those names.
    """

    session: str | None = field(default=None, repr=False)
    ticket: str | None = field(default=None, repr=False)
    device: str | None = field(default=None, repr=False)


NO_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: its template, without the ending, and what that needs.

    referring: whether browsers may tell other pages of this site from where they come; not where a secret is in the
    address.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    marks: Marks = NO_MARKS
    referring: bool = True


@dataclass(frozen=True, slots=True)
class Sent:
    """On to another page, by its path. done: what is said there has been done; to: where it goes on from there."""

    path: str
    done: str = ""
    to: str = ""
    marks: Marks = NO_MARKS


@dataclass(frozen=True, slots=True)
class File:
    """Something to be saved."""

    name: str
    media_type: str
    content: bytes


Answer = Shown | Sent | File
