"""coprra inside another program: a folder of price lists in, a comparison out, nothing but memory."""
# ruff: noqa: T201 - an example may print

import sys
from pathlib import Path

from coprra import build
from coprra.domain.kernel.actor import Actor
from coprra.domain.kernel.instants import parse_instant
from coprra.domain.products.gtin import read_gtin

application = build()
for price_list in sorted(Path(sys.argv[1]).glob("*_2025-12-29.*")):
    report = application.import_feed(str(price_list), by=Actor.operator("example"))
    print(f"{report.run.branch.id}: {report.changes.new} articles")

red_bull = read_gtin("9002490100070").gtin
comparison = application.compare_offers(red_bull, as_of=parse_instant("2025-12-30"))
print(comparison.product.name)
for entry in comparison.ranking.ranked:
    print(f"{entry.rank}. {entry.chain.name}: {entry.landed.total}")
print(comparison.ranking.why.summary)
