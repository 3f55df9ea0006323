"""Origin: where a request comes from."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

USER_AGENT_LENGTH = 300
_ADDRESS_LENGTH = 45


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from, as far as it can be trusted. address: of the network; user_agent: cut to 300.

    request_id: what finds the request in the log.
    """

    address: str = ""
    user_agent: str = ""
    request_id: str = ""

    def __post_init__(self) -> None:
        plain = "".join(letter if letter.isprintable() else "?" for letter in self.user_agent)
        object.__setattr__(self, "user_agent", plain[:USER_AGENT_LENGTH])
        object.__setattr__(self, "address", self.address[:_ADDRESS_LENGTH])

    @property
    def network(self) -> str:
        """What is counted together: an IPv4 address, or the /64 of an IPv6 address, which one person has whole."""
        try:
            address = ip_address(self.address)
        except ValueError:
            return self.address
        if not isinstance(address, IPv6Address):
            return str(address)
        return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))


ON_THE_HOST = Origin(address="host")
"""Whoever is at the command line of the host."""
