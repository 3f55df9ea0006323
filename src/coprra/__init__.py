"""coprra: compares what real stores ask for real products, and tells the truth about it.

The public names are loaded when they are first used (PEP 562), so that `coprra.domain` needs no dependency at all.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from coprra.__about__ import __version__

if TYPE_CHECKING:
    from coprra.application import Application
    from coprra.bootstrap import build
    from coprra.settings import Settings

_HOMES = {"Application": "coprra.application", "Settings": "coprra.settings", "build": "coprra.bootstrap"}

__all__ = ["Application", "Settings", "__version__", "build"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
