"""Invocation: one run of the program, with what its command opens and how it answers."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import click

from coprra.application import Application
from coprra.backups import Backups
from coprra.domain.kernel.errors import Refused
from coprra.domain.kernel.ports import Schema
from coprra.entrypoints.answers import JsonObject
from coprra.entrypoints.cli.screen import Block
from coprra.entrypoints.cli.showing import show
from coprra.entrypoints.site import SiteEndpoints
from coprra.settings import Settings

Answer = TypeVar("Answer")


class OutdatedSchema(Refused):
    """The database has another shape than this version of coprra works with."""

    code = "outdated_schema"


def build_application(settings: Settings) -> Application:
    """The real thing, out of bootstrap."""
    from coprra.bootstrap import build  # noqa: PLC0415 - loads the libraries of the database; --help does without

    return build(settings, endpoints=SiteEndpoints())


def build_the_worker(settings: Settings) -> Application:
    """Likewise, with all that a worker can do."""
    from coprra.bootstrap import build_worker  # noqa: PLC0415 - likewise

    return build_worker(settings, endpoints=SiteEndpoints())


def build_the_backups(settings: Settings, identities: Sequence[str]) -> Backups:
    """Likewise."""
    from coprra.bootstrap import build_backups  # noqa: PLC0415 - likewise

    return build_backups(settings, identities=identities)


@dataclass(slots=True, kw_only=True)
class Invocation:
    """What one run of the program was given. build and its likes, environment: a test brings its own.

    as_json, debug: set while the command line is read, so that errors know how to be told.
    """

    build: Callable[[Settings], Application] = build_application
    build_worker: Callable[[Settings], Application] = build_the_worker
    build_backups: Callable[[Settings, Sequence[str]], Backups] = build_the_backups
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    as_json: bool = False
    debug: bool = False

    def settings(self, **flags: str | int | None) -> Settings:
        """From the environment and the command's flags. Raises: InvalidSettings."""
        return Settings.from_environment(self.environment, **flags)

    def open(self, database_url: str | None = None) -> Application:
        """An application whose store can't be used without its newest schema.

        Raises: InvalidSettings, OutdatedSchema, Unavailable.
        """
        return self._opened(self.build(self.settings(database_url=database_url)))

    def open_worker(self, database_url: str | None = None) -> Application:
        """Likewise, with all that a worker can do. Raises: InvalidPolicy, InvalidRetention as well."""
        return self._opened(self.build_worker(self.settings(database_url=database_url)))

    def _opened(self, application: Application) -> Application:
        click.get_current_context().call_on_close(application.close)
        require_newest(application.schema)
        return application

    def open_backups(self, identities: Sequence[str] = (), database_url: str | None = None) -> Backups:
        """All about backups; whether the database works does not matter. Raises: InvalidSettings, InvalidPolicy."""
        return self.build_backups(self.settings(database_url=database_url), identities)

    def answer(
        self, value: Answer, to_json: Callable[[Answer], JsonObject], to_blocks: Callable[[Answer], Sequence[Block]]
    ) -> None:
        """Say it on stdout: in the API's shape after --json, else for people."""
        if self.as_json:
            print_json(to_json(value))
        else:
            show(to_blocks(value))


def require_newest(schema: Schema) -> None:
    """Raises: OutdatedSchema, Unavailable."""
    current, newest = schema.current(), schema.newest()
    if current is None:
        raise OutdatedSchema("The database is not set up yet; run `coprra db upgrade`.")
    if current != newest:
        raise OutdatedSchema(
            f"The database is at revision {current} and this coprra works with {newest}; run `coprra db upgrade`."
        )


def print_json(document: JsonObject) -> None:
    """One document on stdout, in UTF-8 whatever the terminal's encoding is."""
    click.echo(json_text(document, indent=2).encode())


def json_text(document: JsonObject, *, indent: int | None = None) -> str:
    """The text of a document; with indent None on one line, as JSON Lines want it."""
    # A lone surrogate (from a file name that is no UTF-8) has no bytes in UTF-8; escaped it stays valid JSON.
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    return text if text.isascii() else _escaped_surrogates(text)


def _escaped_surrogates(text: str) -> str:
    return "".join(f"\\u{ord(letter):04x}" if "\ud800" <= letter <= "\udfff" else letter for letter in text)
