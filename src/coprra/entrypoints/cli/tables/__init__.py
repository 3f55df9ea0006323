"""Tables: what is answered, as blocks for a screen."""

from coprra.entrypoints.cli.tables.chains import chains
from coprra.entrypoints.cli.tables.comparison import comparison
from coprra.entrypoints.cli.tables.exchange import converted, rates, rates_report
from coprra.entrypoints.cli.tables.history import history
from coprra.entrypoints.cli.tables.products import found_products, product

__all__ = ["chains", "comparison", "converted", "found_products", "history", "product", "rates", "rates_report"]
