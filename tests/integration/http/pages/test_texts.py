"""What pages say, in which language, and whether it can be read."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from coprra.domain.limits.limit import LimitExceeded
from coprra.domain.users import lockout
from coprra.domain.users.language import Language
from coprra.domain.users.password import InvalidPassword, check_length
from coprra.entrypoints.http.pages.languages import SENTENCES_WITH_NUMBERS
from coprra.testing.accounts import ANA, World

ROOT = Path(__file__).parents[4]
PAGES = ROOT / "src/coprra/entrypoints/http/pages"
WRONG = "none of the words"


def texts() -> Any:
    spec = importlib.util.spec_from_file_location("texts", ROOT / "tools/texts.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def places(text: str) -> list[str]:
    """What is put into it."""
    return sorted(re.findall(r"%\(\w+\)s|{\w*}", text))


def catalogues() -> dict[Path, Any]:
    """Each, and what has to be in it."""
    found: dict[Path, Any] = {}
    for locale, collect in texts().CATALOGS.items():
        paths = sorted(locale.glob("*/LC_MESSAGES/coprra.po"))
        assert {path.parts[-3] for path in paths} == set(Language) - {Language.ENGLISH}
        found |= dict.fromkeys(paths, collect())
    return found


def test_every_text_is_in_every_catalogue_and_translated_with_its_places() -> None:
    for path, collected in catalogues().items():
        with path.open("rb") as file:
            catalogue = read_po(file)
        assert {message.id for message in catalogue} == {message.id for message in collected} | {""}
        for message in catalogue:
            ids, strings = (one if isinstance(one, tuple) else (one,) for one in (message.id, message.string))
            for string in strings if message.id else ():
                assert string, message.id
                assert places(str(string)) == places(str(ids[0]))


def test_what_ships_is_compiled_from_what_is_written() -> None:
    for path in catalogues():
        with path.open("rb") as file:
            assert texts().compiled(read_po(file)) == path.with_suffix(".mo").read_bytes(), "Run tools/texts.py."


@pytest.mark.parametrize(
    ("wanted", "language"),
    [("de-AT,de;q=0.9,en;q=0.8", "de"), ("hr,en;q=0.5,de;q=0.3", "en"), ("hr", "en"), ("", "en"), ("*", "en")],
)
def test_a_page_is_shown_in_the_language_that_the_browser_likes_best(browser: Any, wanted: str, language: str) -> None:
    html = browser.get("/sign-in", headers={"Accept-Language": wanted}).html
    assert html.html["lang"] == language
    assert html.h1.text == {"de": "Anmelden", "en": "Sign in"}[language]


def test_what_is_wrong_is_said_in_that_language_too(browser: Any, world: World) -> None:
    world.a_user()
    browser.extra_environ["HTTP_ACCEPT_LANGUAGE"] = "de"
    assert "kann man sich nicht anmelden" in browser.sign_in(password=WRONG).text
    short = browser.fill("/sign-up", name="Ana", email=ANA, password="x" * 11)
    assert "Ein Passwort hat 12 bis 128 Zeichen" in short.text
    assert "An dieser Adresse ist nichts" in browser.get("/nowhere", status=404).text
    *_, refused = [browser.fill("/sign-in", email=ANA, password=WRONG) for _ in range(5)]
    assert re.search("versuchen Sie es in [0-9]+ Sekunden noch einmal", refused.text)


def test_sentences_with_numbers_are_those_that_errors_say() -> None:
    with pytest.raises(InvalidPassword) as short:
        check_length("short")
    shapes = {
        re.sub("[0-9]+", "{}", message) for message in (short.value.message, LimitExceeded(lockout.PASSWORD, 1).message)
    }
    assert shapes & set(SENTENCES_WITH_NUMBERS)


def luminance(color: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


TEXT_ON = [
    ("ink", "ground"),
    ("ink", "surface"),
    ("quiet", "ground"),
    ("quiet", "surface"),
    ("accent", "ground"),
    ("accent", "surface"),
    ("accent-hover", "surface"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("danger", "surface"),
    ("danger", "danger-ground"),
    ("danger-hover", "danger-ground"),
    ("surface", "danger"),
    ("surface", "danger-hover"),
    ("ink", "danger-ground"),
    ("good", "good-ground"),
    ("ink", "good-ground"),
    ("warning-ink", "warning-ground"),
]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_its_ground_in_light_and_dark(scheme: int) -> None:
    stylesheet = (PAGES / "static/coprra.css").read_text("utf-8")
    colors = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", stylesheet.split(":root {")[scheme + 1]))
    for text, ground in TEXT_ON:
        lighter, darker = sorted((luminance(colors[text]), luminance(colors[ground])), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (text, ground)
    for edge in ("edge", "focus"):
        lighter, darker = sorted((luminance(colors[edge]), luminance(colors["surface"])), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 3, edge
