"""Texts: collects what pages say to people, brings the catalogues up to date, and compiles them.

`python tools/texts.py` writes `locale/*/LC_MESSAGES/coprra.po` and `.mo`; translate what it leaves empty, run it again.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from coprra.domain.kernel.errors import CoprraError
from coprra.entrypoints.http.app import make_wsgi_app  # noqa: F401 - knows every error

SOURCE = Path(__file__).parents[1] / "src/coprra"
HTTP = SOURCE / "entrypoints/http"
LOCALE = HTTP / "pages/locale"

_JINJA = {"**.html.jinja2": {"extensions": "jinja2.ext.i18n"}}
_METHODS = [("**.html.jinja2", "jinja2"), ("**.py", "python")]
_ROOMS = tuple(SOURCE / "domain" / room for room in ("kernel", "limits", "users", "mfa", "sessions"))


def errors() -> Iterator[str]:
    """The names of all errors that people may be told of: each is called with its message."""
    waiting: list[type[CoprraError]] = [CoprraError]
    while waiting:
        error = waiting.pop()
        yield error.__name__
        waiting += error.__subclasses__()


def collect() -> Catalog:
    """Every text, each once, without the lines where they stand, which change with every commit."""
    catalog = Catalog(domain="coprra", charset="utf-8")
    marks = {"_": None, "gettext": None, "ngettext": (1, 2), "Fault": None, **dict.fromkeys(errors())}
    titles, details = {"_Words": (1,)}, {"_Words": (3,)}
    for place, keywords in (*((place, marks) for place in (HTTP, *_ROOMS)), (HTTP, titles), (HTTP, details)):
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
    collected, missing = collect(), 0
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/coprra.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=path.parts[-3], domain="coprra")
        created = catalog.creation_date
        catalog.update(collected, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        # Texts that stay the same give files that stay the same.
        catalog.creation_date = created
        catalog.project, catalog.version, catalog.last_translator = "coprra", "1", "the coprra contributors"
        catalog.language_team, catalog.msgid_bugs_address = "none", ""
        with path.open("wb") as file:
            write_po(file, catalog, sort_output=True, omit_header=False, no_location=True, width=120)
        path.with_suffix(".mo").write_bytes(compiled(catalog))
        untranslated = [message.id for message in catalog if message.id and not message.string]
        print(f"{path.parts[-3]}: {len(catalog)} texts, {len(untranslated)} not translated")
        missing += len(untranslated)
    return min(missing, 1)


if __name__ == "__main__":
    sys.exit(main())
