"""Tables: what is answered, as blocks for a screen."""

from coprra.entrypoints.cli.tables.chains import chains
from coprra.entrypoints.cli.tables.comparison import comparison
from coprra.entrypoints.cli.tables.decisions import corrected_price, judged_price, recorded_price, suspects
from coprra.entrypoints.cli.tables.history import history
from coprra.entrypoints.cli.tables.mapping import moved_keys, moves
from coprra.entrypoints.cli.tables.products import found_products, product

__all__ = [
    "chains",
    "comparison",
    "corrected_price",
    "found_products",
    "history",
    "judged_price",
    "moved_keys",
    "moves",
    "product",
    "recorded_price",
    "suspects",
]
