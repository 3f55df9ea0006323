"""App: the WSGI application, and the factories by which servers find it."""

import os
import threading
from typing import Any

from pyramid.config import Configurator

from coprra.application import Application
from coprra.bootstrap import build
from coprra.entrypoints.http.crowd import room_for_strangers
from coprra.entrypoints.http.kept_answers import KeptAnswers, MemoryAnswers
from coprra.entrypoints.http.pages.cookies import PageCookies
from coprra.entrypoints.http.refusals import Refusals
from coprra.entrypoints.http.session_cookie import SessionCookie
from coprra.entrypoints.logging import configure
from coprra.settings import InvalidSettings, Settings

_FLAGS = ("database_url", "profiles", "as_of", "answer_cache_mb")


def make_wsgi_app(
    application: Application, answers: KeptAnswers | None = None, settings: Settings | None = None
) -> Any:
    """A WSGI application that answers out of `application`. It touches nothing outside itself, logging included.

    answers: where rendered answers are kept, which no other application may share; without it each is made anew.
    settings: of what concerns HTTP alone; those of an embedder where there are none, and then nobody knows how many
    threads there are.
    """
    room = threading.Semaphore(room_for_strangers(settings.threads)) if settings else None
    settings = settings or Settings()
    config = Configurator()
    config.registry.application = application
    config.registry.kept_answers = answers
    config.registry.room_for_strangers = room
    secure = not settings.insecure_cookies or (settings.public_base_url or "").startswith("https:")
    config.registry.session_cookie = SessionCookie(secure=secure)
    config.registry.refusals = Refusals(application.accounts.report_refusals)
    config.registry.token_requests_per_minute = settings.token_requests_per_minute
    config.registry.anonymous_reads_per_minute = settings.anonymous_reads_per_minute
    config.include("coprra.entrypoints.http.security")
    config.include("coprra.entrypoints.http.errors")
    config.include("coprra.entrypoints.http.tweens")
    config.include("coprra.entrypoints.http.rate_limits")
    config.include("coprra.entrypoints.http.crowd")
    config.include("coprra.entrypoints.http.keeping")
    config.include("coprra.entrypoints.http.endpoints")
    config.include("coprra.entrypoints.http.actions")
    config.include("coprra.entrypoints.http.welcome")
    config.include("coprra.entrypoints.http.v1", route_prefix="api/v1")
    if settings.public_base_url:
        config.registry.base_url = settings.public_base_url
        config.registry.page_cookies = PageCookies.make(secure=secure)
        config.include("coprra.entrypoints.http.pages")
    return config.make_wsgi_app()


def make_configured_app(settings: Settings, application: Application) -> Any:
    """The WSGI application of a service: with as much memory for kept answers as the settings say."""
    megabytes = settings.answer_cache_mb
    return make_wsgi_app(application, MemoryAnswers(megabytes * 2**20) if megabytes else None, settings)


def app_factory(global_config: dict[str, str], **settings: str) -> Any:  # noqa: ARG001 - PasteDeploy's protocol
    """For an ini file read by ``pserve``: ``paste.app_factory = coprra.entrypoints.http.app:app_factory``.

    settings: database_url, profiles, as_of and answer_cache_mb; they win over the environment's COPRRA_* variables.
    Logging is coprra's own; a logging section of the file has no effect.

    Raises: InvalidSettings, also for any other setting.
    """
    configure()
    unknown = sorted(set(settings).difference(_FLAGS))
    if unknown:
        raise InvalidSettings([f"{name} is no setting of coprra; known: {', '.join(_FLAGS)}." for name in unknown])
    return _configured(Settings.from_environment(os.environ, **settings))


def create() -> Any:
    """For ``waitress-serve --call coprra.entrypoints.http.app:create``; reads the environment.

    Raises: InvalidSettings.
    """
    configure()
    return _configured(Settings.from_environment(os.environ))


def _configured(settings: Settings) -> Any:
    return make_configured_app(settings, build(settings))
