"""Languages: in which one a page is shown."""

from pyramid.config import Configurator
from pyramid.request import Request

ENGLISH = "en"
LANGUAGES = (ENGLISH, "de")
"""English is what the texts are written in; the others have a catalogue in `locale/`."""


def language_of(request: Request) -> str:
    """The one that the browser likes best of those that there are. Source: RFC 4647 §3.4 (lookup)."""
    return str(request.accept_language.lookup(LANGUAGES, default=ENGLISH))


def includeme(config: Configurator) -> None:
    """Catalogues of gettext."""
    config.add_translation_dirs("coprra.entrypoints.http.pages:locale")
    config.set_locale_negotiator(language_of)
