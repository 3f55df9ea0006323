"""Listeners: the sockets at which connections arrive, whichever process takes them."""

import errno
import socket
from typing import Any

from coprra.domain.kernel.errors import Unavailable

BACKLOG = 2_048
"""Connections that may wait to be taken; the system may allow fewer (``net.core.somaxconn``)."""


class AddressInUse(Unavailable):
    """Another program listens there."""

    code = "address_in_use"


class CannotListen(Unavailable):
    """The address is not this machine's, or not for this user."""

    code = "cannot_listen"


def listen(host: str, port: int) -> list[socket.socket]:
    """A listening socket for each address of the host. port: 0 for a free one. Raises: AddressInUse, CannotListen."""
    where = f"{host or '*'}:{port}"
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise CannotListen(f"{host} is no address of this machine; choose another with --host.") from error
    listeners: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in dict.fromkeys(found):
            try:
                listeners.append(_listener(family, kind, protocol, (address[0], port, *address[2:])))
            except OSError as error:
                # "localhost" means ::1 as well, also where the machine has no IPv6.
                if error.errno not in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT} or len(found) == 1:
                    raise
                continue
            # With port 0 the first address finds a free one, and the others follow.
            port = listeners[0].getsockname()[1]
    except OSError as error:
        for listener in listeners:
            listener.close()
        if error.errno == errno.EADDRINUSE:
            raise AddressInUse(f"address {where} is in use; choose another with --port") from error
        if error.errno == errno.EACCES:
            raise CannotListen(f"only root may listen on {where}; choose a --port from 1024 on") from error
        raise CannotListen(f"{where} is no address of this machine; choose another with --host") from error
    if not listeners:
        raise CannotListen(f"{where} is no address of this machine; choose another with --host")
    return listeners


def _listener(family: int, kind: int, protocol: int, address: tuple[Any, ...]) -> socket.socket:
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def url_of(host: str, listener: socket.socket) -> str:
    """The URL at which people find it; host: as they wrote it."""
    address, port = listener.getsockname()[:2]
    shown = host or address
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"
