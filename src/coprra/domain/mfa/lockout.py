"""How often codes may be guessed, and resets be asked for."""

from datetime import timedelta

from coprra.domain.kernel.ports import Macs
from coprra.domain.limits.limit import Bucket, Limit
from coprra.domain.limits.origin import Origin
from coprra.domain.users.user import UserId

CODE_NETWORK = Limit("mfa-network", 10, timedelta(minutes=5))
CODE = Limit("mfa", 5, timedelta(minutes=5))
CODE_HOURLY = Limit("mfa-hourly", 20, timedelta(hours=1))
CODE_DAILY = Limit("mfa-daily", 50, timedelta(days=1))


_OWN = (CODE, CODE_HOURLY, CODE_DAILY)


def code_buckets(macs: Macs, user: UserId, origin: Origin) -> tuple[Bucket, ...]:
    """What a guess at a code counts in at signing in, of a device or a recovery code alike: the network's first."""
    return (
        Bucket.of(macs, CODE_NETWORK, origin.network),
        *(Bucket.of(macs, limit, user.value) for limit in _OWN),
    )


def session_code_buckets(macs: Macs, user: UserId, session: str) -> tuple[Bucket, ...]:
    """The same within a session, apart: who has got hold of the password keeps nobody out who is signed in."""
    return tuple(Bucket.of(macs, limit, user.value, session) for limit in _OWN)
