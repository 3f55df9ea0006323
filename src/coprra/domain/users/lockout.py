"""How often an account's secrets may be guessed, and mail be asked for. Source: the defaults of this service."""

from datetime import timedelta

from coprra.domain.kernel.ports import Macs
from coprra.domain.limits.limit import Bucket, Limit
from coprra.domain.limits.origin import Origin
from coprra.domain.users.link import LinkPurpose
from coprra.domain.users.user import UserId

PASSWORD = Limit("login", 5, timedelta(minutes=15))
NETWORK = Limit("login-network", 20, timedelta(minutes=5))
NETWORK_HOURLY = Limit("login-network-hourly", 100, timedelta(hours=1))
CONFIRMATION = Limit("confirmation", 5, timedelta(minutes=15))
EVERYBODY = Limit("login-everybody", 1000, timedelta(minutes=5))
"""Not refused but told: from here on somebody is trying passwords on a large scale."""
MAIL = Limit("mail", 3, timedelta(hours=1))
MAIL_NETWORK = Limit("mail-network", 10, timedelta(hours=1))


def mail_buckets(macs: Macs, purpose: LinkPurpose, address: str, origin: Origin) -> tuple[Bucket, ...]:
    """What a letter to an address counts in. address: canonical, whether or not anybody has it.

    Each purpose counts for itself: whoever asks for one letter too often keeps nobody from another, who is locked out.
    """
    return (Bucket.of(macs, MAIL_NETWORK, origin.network), Bucket.of(macs, MAIL, purpose, address))


def password_buckets(macs: Macs, address: str, origin: Origin) -> tuple[Bucket, ...]:
    """What a guess at signing in counts in: those of the network, then that of the account, which may be refunded."""
    return (
        Bucket.of(macs, NETWORK, origin.network),
        Bucket.of(macs, NETWORK_HOURLY, origin.network),
        Bucket.of(macs, PASSWORD, address),
    )


def confirmation_bucket(macs: Macs, user: UserId, holder: str) -> Bucket:
    """What a guess counts in of who is in the account by a session or token, or was sent a link to it.

    holder: which one. No stranger has it, so none uses its attempts up, from whichever network they come.
    """
    return Bucket.of(macs, CONFIRMATION, user.value, holder)
