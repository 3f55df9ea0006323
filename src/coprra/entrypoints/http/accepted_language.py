"""Which language whoever asks wants to be answered in."""

from pyramid.request import Request

from coprra.domain.users.language import Language


def language_of(request: Request) -> Language:
    """The one that is liked best of those that there are. Source: RFC 4647 §3.4 (lookup)."""
    return Language(request.accept_language.lookup(tuple(Language), default=Language.ENGLISH))
