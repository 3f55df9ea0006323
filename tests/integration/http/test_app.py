"""The factories build the application out of an ini file or the environment, and refuse what they do not know."""

from __future__ import annotations

from pathlib import Path

import pytest
import webtest

from coprra.bootstrap import build
from coprra.entrypoints.http.app import app_factory, create, make_wsgi_app
from coprra.settings import InvalidSettings

pytestmark = pytest.mark.usefixtures("restored_logging")


def test_an_ini_file_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPRRA_AS_OF", "2025-01-01")
    monkeypatch.setenv("COPRRA_DATABASE_URL", "nonsense")
    api = webtest.TestApp(app_factory({"__file__": "x.ini"}, database_url="memory:", as_of="2025-12-30"))
    assert api.get("/api/v1/chains").json["as_of"].startswith("2025-12-30")


def test_all_that_is_wrong_with_an_ini_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPRRA_DATABASE_URL", "memory:")
    with pytest.raises(InvalidSettings, match="colour") as refused:
        app_factory({}, colour="red", taste="sweet")
    assert len(refused.value.problems) == 2


def test_without_an_ini_file_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPRRA_DATABASE_URL", "memory:")
    monkeypatch.setenv("COPRRA_AS_OF", "2025-12-30")
    assert webtest.TestApp(create()).get("/api/v1/chains").json["as_of"].startswith("2025-12-30")


def test_an_environment_with_mistakes_is_refused_before_anything_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPRRA_DATABASE_URL", "memory:")
    monkeypatch.setenv("COPRRA_AS_OF", "yesterday")
    with pytest.raises(InvalidSettings, match="COPRRA_AS_OF"):
        create()


def test_two_applications_share_nothing() -> None:
    apps = [webtest.TestApp(make_wsgi_app(build())) for _ in range(2)]
    assert apps[0].app.registry is not apps[1].app.registry
    assert apps[0].app.registry.application is not apps[1].app.registry.application


def test_the_entry_point_of_the_package_is_the_factory() -> None:
    setup = (Path(__file__).parents[3] / "setup.cfg").read_text(encoding="utf-8")
    assert f"main = {app_factory.__module__}:{app_factory.__name__}" in setup
