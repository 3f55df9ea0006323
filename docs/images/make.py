"""Draws the README's picture, compare.svg, from a real comparison: ``.venv/bin/python docs/images/make.py``."""

import re
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

from coprra import build
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.instants import parse_instant
from coprra.domain.prices.compare_offers import EVERYWHERE
from coprra.domain.products.gtin import read_gtin
from coprra.entrypoints.cli import tables
from coprra.entrypoints.cli.layout import laid_out
from coprra.entrypoints.cli.screen import Screen

HERE = Path(__file__).parent
SAMPLE = HERE.parents[1] / "sample/hr_pricelists"
WIDTH = 100
GTIN = "9002490100070"
AS_OF = "2025-12-30"

application = build()
for price_list in sorted(SAMPLE.glob("*_20*")):
    application.import_feed(str(price_list), by=Actor.operator("picture"))
comparison = application.compare_offers(read_gtin(GTIN).gtin, as_of=parse_instant(AS_OF))
text = laid_out(tables.comparison(comparison, EVERYWHERE), Screen(WIDTH, colour=True))

console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
console.print(Text.from_ansi(text))
svg = console.export_svg(title=f"$ coprra prices compare {GTIN} --as-of {AS_OF}", unique_id="compare")
# Rich would load a font from the web.
svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
(HERE / "compare.svg").write_text("\n".join(line.rstrip() for line in svg.split("\n")), encoding="utf-8")
