"""Inventory: what is installed, as cyclonedx-py writes it."""

import json
import sys
from dataclasses import dataclass

from coprra.adapters.tools.program import NoAnswer, Program
from coprra.domain.security.ports import Inventory


@dataclass(frozen=True, slots=True)
class CycloneDxInventory(Inventory):
    """Of the Python that runs this."""

    program: Program

    def components(self) -> str | None:
        """See `Inventory.components`."""
        try:
            written = self.program.run("environment", "--output-format", "JSON", sys.executable).stdout
            return written if json.loads(written)["bomFormat"] == "CycloneDX" else None
        except (NoAnswer, ValueError, KeyError, TypeError):
            return None
