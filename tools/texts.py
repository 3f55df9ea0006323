"""Texts: collects what pages and letters say to people, brings the catalogues up to date, and compiles them.

`python tools/texts.py` writes `coprra.po` and `coprra.mo` of each language, for pages and for letters; translate what
it leaves empty, run it again.
"""

import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from coprra.domain.kernel.errors import CoprraError
from coprra.entrypoints.http.app import make_wsgi_app  # noqa: F401 - knows every error

SOURCE = Path(__file__).parents[1] / "src/coprra"
HTTP = SOURCE / "entrypoints/http"
LETTERS = SOURCE / "adapters/letters"

_JINJA = {"**.html.jinja2": {"extensions": "jinja2.ext.i18n"}}
_METHODS = [("**.html.jinja2", "jinja2"), ("**.py", "python")]
_FOR_OPERATORS = {"coprra.entrypoints.http.listeners", "coprra.entrypoints.http.workers"}
"""Modules whose errors are told at the command line; another test, or none, may have loaded them."""

_ROOMS = tuple(SOURCE / "domain" / room for room in ("kernel", "limits", "users", "mfa", "sessions"))


def errors() -> Iterator[str]:
    """The names of all errors that people may be told of: each is called with its message."""
    waiting: list[type[CoprraError]] = [CoprraError]
    while waiting:
        error = waiting.pop()
        if error.__module__ not in _FOR_OPERATORS:
            yield error.__name__
        waiting += error.__subclasses__()


def of_pages() -> Catalog:
    """Every text of pages."""
    marks = {"_": None, "gettext": None, "ngettext": (1, 2), "Fault": None, **dict.fromkeys(errors())}
    titles, details = {"_Words": (1,)}, {"_Words": (3,)}
    return _collected((*((place, marks) for place in (HTTP, *_ROOMS)), (HTTP, titles), (HTTP, details)))


def of_letters() -> Catalog:
    """Every text of letters."""
    return _collected(((LETTERS, {"marked": None}),))


CATALOGS = {HTTP / "pages/locale": of_pages, LETTERS / "locale": of_letters}
"""Where catalogues are, and what has to be in each."""


def _collected(places: Iterable[tuple[Path, dict[str, Any]]]) -> Catalog:
    """Each text once, without the lines where they stand, which change with every commit."""
    catalog = Catalog(domain="coprra", charset="utf-8")
    for place, keywords in places:
        for _, _, message, _, _ in extract_from_dir(place, _METHODS, options_map=_JINJA, keywords=keywords):
            catalog.add(message)
    return catalog


def compiled(catalog: Catalog) -> bytes:
    """As it ships."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def main() -> int:
    """How many texts are not translated."""
    found = [(path, of) for locale, of in CATALOGS.items() for path in sorted(locale.glob("*/LC_MESSAGES/coprra.po"))]
    missing = 0
    for path, of in found:
        with path.open("rb") as file:
            catalog = read_po(file, locale=path.parts[-3], domain="coprra")
        created = catalog.creation_date
        catalog.update(of(), no_fuzzy_matching=True)
        catalog.obsolete.clear()
        # Texts that stay the same give files that stay the same.
        catalog.creation_date = created
        catalog.project, catalog.version, catalog.last_translator = "coprra", "1", "the coprra contributors"
        catalog.language_team, catalog.msgid_bugs_address = "none", ""
        with path.open("wb") as file:
            write_po(file, catalog, sort_output=True, omit_header=False, no_location=True, width=120)
        path.with_suffix(".mo").write_bytes(compiled(catalog))
        untranslated = [message.id for message in catalog if message.id and not message.string]
        print(f"{path.relative_to(SOURCE)}: {len(catalog)} texts, {len(untranslated)} not translated")
        missing += len(untranslated)
    return min(missing, 1)


if __name__ == "__main__":
    sys.exit(main())
