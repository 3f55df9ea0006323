"""Site: where people find the pages, whatever a request says of itself."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Site:
    """base_url: scheme, host and perhaps port, without a path: ``https://prices.example``."""

    base_url: str

    @property
    def origin(self) -> str:
        """What a browser calls it. Source: RFC 6454 §6.2."""
        parts = urlsplit(self.base_url)
        default = {"http": 80, "https": 443}[parts.scheme]
        port = "" if parts.port in {None, default} else f":{parts.port}"
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return f"{parts.scheme}://{host}{port}"

    @property
    def secure(self) -> bool:
        """Whether it is reached by TLS alone."""
        return self.base_url.startswith("https://")
