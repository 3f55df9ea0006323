"""The site, for who wants to know what it answers without serving it."""

from collections.abc import Sequence

from coprra.domain.security.endpoint import Endpoint
from coprra.domain.security.ports import Endpoints


class SiteEndpoints(Endpoints):
    """Those of coprra's own site, pages included, whatever this installation serves of it."""

    def endpoints(self) -> Sequence[Endpoint]:
        """See `Endpoints.endpoints`."""
        from coprra.entrypoints.http.introspection import site_endpoints  # noqa: PLC0415 - loads Pyramid

        return site_endpoints()
