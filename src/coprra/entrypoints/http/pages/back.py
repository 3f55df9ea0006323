"""Back: where somebody goes on to, who was held up by a sign-in or a fresh proof."""

import re

SETTINGS = "/settings"

# No host, no scheme, no second slash, no dots and no escapes: a browser can read nothing else into it.
_PATH = re.compile(r"(?:/[A-Za-z0-9_-]+){1,6}")


def safe_path(asked: str) -> str:
    """The path that was asked for, if it is plainly one of this site; else one's own settings."""
    return asked if _PATH.fullmatch(asked) else SETTINGS
