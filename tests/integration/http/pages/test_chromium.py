"""The pages in a real browser: the whole way of a second factor, without a script; and what the script adds."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from waitress.server import create_server

from coprra import Settings, build
from coprra.domain.users.letter import LetterKind
from coprra.domain.users.role import Role
from coprra.entrypoints.http.app import make_wsgi_app
from coprra.testing.accounts import ANA, PASSWORD, World

ROOT_ADMIN = "root@example.com"
SIZES = ((1280, 800), (360, 640))
SCHEMES = ("light", "dark")
PATIENCE_SECONDS = 10
SCREENSHOTS = os.environ.get("COPRRA_SCREENSHOTS")
"""A folder for pictures of every page on the way, for people to look at."""


@pytest.fixture
def site(world: World) -> Iterator[str]:
    """The address of a real server in front of the world."""
    served: dict[str, Any] = {}

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        return served["wsgi_app"](environ, start_response)

    server: Any = create_server(answer, host="127.0.0.1", port=0, threads=2)
    base_url = f"http://127.0.0.1:{server.effective_port}"
    settings = Settings(public_base_url=base_url, insecure_cookies=True)
    served["wsgi_app"] = make_wsgi_app(replace(build(), accounts=world.accounts), None, settings)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield base_url
    finally:
        server.close()
        thread.join()


@contextmanager
def opened(*, scripts: bool) -> Iterator[webdriver.Chrome]:
    """A browser of Debian's. scripts: whether pages may have any."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver and shutil.which("zbarimg")):
        pytest.fail("This needs Debian's chromium, chromium-driver and zbar-tools; `make test` installs them.")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1280,1400"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    prefs: dict[str, object] = {"intl.accept_languages": "en"}
    if not scripts:
        prefs["profile.managed_default_content_settings.javascript"] = 2
    options.add_experimental_option("prefs", prefs)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        chrome.implicitly_wait(PATIENCE_SECONDS)
        yield chrome
    finally:
        chrome.quit()


class Person:
    """Somebody in front of the browser, who looks at each page before going on."""

    def __init__(self, chrome: webdriver.Chrome, site: str) -> None:
        self.chrome, self.site = chrome, site

    def go(self, path: str) -> None:
        self.chrome.get(self.site + path)

    def sees(self, heading: str) -> None:
        """Waits for the page with that heading; nothing on it is wider than a small screen, or forbidden."""
        self.chrome.find_element(By.XPATH, f'//h1[normalize-space()="{heading}"]')
        for width, height in SIZES:
            self._command(
                "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
            )
            assert self.chrome.execute_script("return document.documentElement.scrollWidth") <= width, heading
            self._photograph(heading, width)
        self._command("Emulation.clearDeviceMetricsOverride")
        chrome: Any = self.chrome
        complaints = [line["message"] for line in chrome.get_log("browser") if line["level"] == "SEVERE"]
        # That a form was refused is told here as well.
        assert not [message for message in complaints if "responded with a status of 4" not in message]

    def fills_in(self, **fields: str) -> None:
        for name, text in fields.items():
            field = self.chrome.find_element(By.CSS_SELECTOR, f'#content [name="{name}"]')
            field.clear()
            field.send_keys(text)
        self.chrome.find_element(By.CSS_SELECTOR, "#content [type=submit]").click()

    def signs_in(self, email: str) -> None:
        self.go("/sign-in")
        self.sees("Sign in")
        self.fills_in(email=email, password=PASSWORD)

    def signs_out(self) -> None:
        self.chrome.find_element(By.CSS_SELECTOR, "#sign-out button").click()
        self.sees("Sign in")

    def text_of(self, selector: str) -> str:
        return str(self.chrome.find_element(By.CSS_SELECTOR, selector).text)

    def _command(self, name: str, **parameters: object) -> Any:
        return self.chrome.execute_cdp_cmd(name, parameters)

    def _photograph(self, heading: str, width: int) -> None:
        if not SCREENSHOTS:
            return
        for scheme in SCHEMES:
            self._command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            size = self.chrome.execute_script("return document.documentElement.scrollHeight")
            clip = {"x": 0, "y": 0, "width": width, "height": size, "scale": 1}
            taken = self._command("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
            (Path(SCREENSHOTS) / f"{heading} {scheme} {width}.png").write_bytes(b64decode(taken["data"]))


def read_qr(picture: bytes, folder: Path) -> str:
    """What a reader that is none of ours sees in a picture."""
    file = folder / "qr.png"
    file.write_bytes(picture)
    done = subprocess.run(["zbarimg", "--quiet", "--raw", str(file)], capture_output=True, encoding="utf-8", check=True)
    return done.stdout.removesuffix("\n")


def enrols(person: Person, world: World, folder: Path, email: str) -> tuple[str, list[str]]:
    person.go("/settings/second-factor/device")
    person.sees("Confirm that it is you")
    person.fills_in(proof=PASSWORD)
    person.sees("Set up a second factor")
    person.fills_in()
    person.sees("Scan the picture")
    base32 = person.text_of("#secret").replace(" ", "")
    seen = read_qr(person.chrome.find_element(By.CSS_SELECTOR, ".qr").screenshot_as_png, folder)
    assert seen == f"otpauth://totp/coprra:{quote(email, safe='@')}?secret={base32}&issuer=coprra"
    person.fills_in(code=world.code(base32))
    person.sees("Your recovery codes")
    return base32, [code.text for code in person.chrome.find_elements(By.CSS_SELECTOR, "#codes code")]


def test_the_whole_way_of_a_second_factor(world: World, site: str, tmp_path: Path) -> None:
    with opened(scripts=False) as chrome:
        ana = Person(chrome, site)
        ana.go("/")
        ana.sees("What do stores really ask?")
        chrome.switch_to.active_element.send_keys(Keys.TAB)
        assert chrome.switch_to.active_element.text == "Skip to the content"
        ana.go("/sign-up")
        ana.sees("Make an account")
        ana.fills_in(name="Ana Marić", email=ANA, password=PASSWORD)
        ana.sees("Look into your mailbox")
        ana.go(f"/verify-email?token={world.secret_sent(LetterKind.VERIFY_EMAIL)}")
        ana.sees("Verify your address")
        ana.fills_in(current_password=PASSWORD)
        ana.signs_in(ANA)
        ana.sees("Your account")
        base32, codes = enrols(ana, world, tmp_path, ANA)
        ana.signs_out()

        world.clock.pass_(timedelta(minutes=15))
        ana.signs_in(ANA)
        ana.sees("Second factor")
        ana.fills_in(code=world.code(base32))
        ana.sees("Your account")
        ana.signs_out()
        world.clock.pass_(timedelta(minutes=15))
        ana.signs_in(ANA)
        ana.fills_in(code=codes[3].lower().replace("-", " "))
        ana.sees("Your account")
        ana.signs_out()

        world.a_user(ROOT_ADMIN, Role.ADMIN)
        world.clock.pass_(timedelta(hours=73))
        admin = Person(chrome, site)
        admin.signs_in(ROOT_ADMIN)
        admin.sees("Your account")
        enrols(admin, world, tmp_path, ROOT_ADMIN)
        admin.go("/admin/users")
        admin.sees("Users")
        chrome.find_element(By.LINK_TEXT, ANA).click()
        admin.sees(ANA)
        chrome.find_element(By.LINK_TEXT, "Ask to reset it").click()
        admin.sees("Reset the second factor")
        admin.fills_in(reason="Phone fell into the sea; called back on the known number.")
        admin.sees(ANA)
        admin.signs_out()

        ana.go(f"/reset-second-factor?token={world.secret_sent(LetterKind.RESET_SECOND_FACTOR)}")
        ana.sees("Remove your second factor")
        ana.fills_in(current_password=PASSWORD)
        ana.sees("Sign in")
        ana.signs_in(ANA)
        ana.sees("Your account")
        assert "Off" in ana.text_of(".facts")


def test_with_scripts_what_is_shown_once_can_be_copied(world: World, site: str) -> None:
    world.a_user()
    secret = world.session()
    _, secret = world.stepped_up(secret)
    with opened(scripts=True) as chrome:
        ana = Person(chrome, site)
        ana.go("/sign-in")
        chrome.add_cookie({"name": "session", "value": secret, "path": "/", "httpOnly": True, "sameSite": "Lax"})
        ana.go("/settings/tokens/new")
        ana.fills_in(name="Nightly export")
        ana.sees("Your new token")
        allowed = ["clipboardReadWrite", "clipboardSanitizedWrite"]
        chrome.execute_cdp_cmd("Browser.grantPermissions", {"permissions": allowed, "origin": site})
        copy = chrome.find_element(By.CSS_SELECTOR, "[data-copy]")
        assert copy.is_displayed()
        copy.click()
        chrome.find_element(By.XPATH, '//button[text()="Copied"]')
        copied = chrome.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
        assert copied == ana.text_of("#token")
