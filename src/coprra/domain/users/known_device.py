"""Known devices: browsers of somebody who has shown the password or the mailbox, and whom strangers can't lock out."""

from coprra.domain.kernel.base62 import drawn_text
from coprra.domain.kernel.ports import Mac, Macs, Randomness
from coprra.domain.users.user import User

_PURPOSE = "device"


def mark_device(randomness: Randomness, macs: Macs, user: User) -> str:
    """For a cookie. It lets nobody in: the password is still compared.

    It is bound to the account and its password: with another one no browser is known any more, but where it was given.
    """
    nonce = drawn_text(randomness.draw(24), 22)
    mac = macs.make(_PURPOSE, _content(user, nonce))
    return f"{nonce}.{mac.key}.{mac.digest}"


def device_of(macs: Macs, user: User, cookie: str) -> str | None:
    """What tells this device of the user's from another; None: the cookie is none of ours, or somebody else's."""
    if not cookie.isascii():
        return None
    nonce, _, rest = cookie.partition(".")
    key, _, digest = rest.rpartition(".")
    return nonce if macs.matches(_PURPOSE, _content(user, nonce), Mac(key, digest)) else None


def _content(user: User, nonce: str) -> str:
    return f"{user.id}.{user.password_version}.{nonce}"
