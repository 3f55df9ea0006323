"""Languages: in which one a page is shown, and how what an error says is found in its catalogue."""

import re
from types import MappingProxyType

from jinja2 import pass_context
from jinja2.runtime import Context
from pyramid.config import Configurator

from coprra.domain.users.language import Language
from coprra.entrypoints.http.accepted_language import language_of

NAMES = MappingProxyType({Language.ENGLISH: "English", Language.GERMAN: "Deutsch"})
"""As each calls itself. English is what texts are written in; the others have a catalogue in `locale/`."""

_NUMBER = re.compile("[0-9]+")


@pass_context
def said(context: Context, sentence: str) -> str:
    """The sentence of an error in the language of the page; in English where nobody has translated it.

    One with numbers in it stands in the catalogue with ``{}`` for each.
    """
    gettext = context["gettext"]
    translated = str(gettext(sentence))
    if translated == sentence:
        pattern = _NUMBER.sub("{}", sentence)
        if (shape := str(gettext(pattern))) != pattern:
            return shape.format(*_NUMBER.findall(sentence))
    return translated


def _(sentence: str) -> str:
    return sentence


SENTENCES_WITH_NUMBERS = (
    _("A password has {} to {} characters; a few words in a row do well."),
    _("That was tried too often; try again in {} seconds."),
    _("There are {} tokens; revoke one that nobody needs."),
    _("name needs {} to {} characters, not {}."),
    _("reason needs {} to {} characters, not {}."),
    _("token name needs {} to {} characters, not {}."),
)
"""For those who collect what is to be translated; the errors themselves put the numbers in."""


def includeme(config: Configurator) -> None:
    """Catalogues of gettext."""
    config.add_translation_dirs("coprra.entrypoints.http.pages:locale")
    config.set_locale_negotiator(language_of)
