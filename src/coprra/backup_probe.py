"""The probe: coprra itself, on a database that was restored."""

from collections.abc import Callable

from coprra.application import Application
from coprra.domain.backups.ports import Probe
from coprra.domain.kernel.errors import CoprraError


class ApplicationProbe(Probe):
    """Asks what visitors ask first. build: an application on the database of that URL."""

    def __init__(self, build: Callable[[str], Application]) -> None:
        self._build = build

    def __call__(self, url: str) -> tuple[str, ...]:
        """See `Probe.__call__`; a backup from before an upgrade is upgraded, as an operator would."""
        try:
            with self._build(url) as application:
                application.schema.upgrade()
                chains = application.list_chains().chains
                products = application.find_products(limit=1).page.products
                for product in products:
                    application.compare_offers(product.id)
        except CoprraError as error:
            return (error.message.rstrip("."),)
        return ("it knows chains and no product",) if chains and not products else ()
