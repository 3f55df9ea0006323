"""Device: the app that shows a user's codes."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from coprra.domain.kernel.errors import Refused, Unauthenticated
from coprra.domain.users.user import UserId

SECRET_BYTES = 20
STEP_SECONDS = 30
"""Source: RFC 6238 §4.1 and §5.2."""

PENDING_LASTS = timedelta(minutes=10)
MOST_FAILURES = 100
"""In a row, after which the factor is locked: a guesser's chance stays below 0.03 %."""

SEALED_FOR = "totp"


class InvalidCode(Unauthenticated):
    """The code is wrong, was used, or is too old; which of them is not told."""

    code = "invalid_code"


class SecondFactorLocked(Refused):
    """So many codes were wrong that none is looked at until the mailbox is proved."""

    code = "second_factor_locked"


class NoSecondFactor(Refused):
    """The account has none, or no enrolment was begun in this session."""

    code = "no_second_factor"


class LastFactor(Refused):
    """An admin can't be without a second factor."""

    code = "last_factor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A confirmed one. sealed: its secret, bound to the user; last_timecode: the last step whose code was used.

    failures: wrong codes in a row; locked_at: None while codes are looked at.
    """

    user: UserId
    sealed: str = field(repr=False)
    confirmed_at: datetime
    last_timecode: int
    failures: int = 0
    locked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingDevice:
    """One whose secret was shown and that has not proved yet that it shows codes. session: where it was begun."""

    user: UserId
    sealed: str = field(repr=False)
    session: str
    expires_at: datetime


def read_code(text: str) -> str | None:
    """Six ASCII digits, without the blanks that people write; None: it is no code of a device.

    Digits of other scripts are none: whoever normalises them takes a code a second time, in another spelling.
    """
    code = text.replace(" ", "")
    return code if re.fullmatch("[0-9]{6}", code) else None


def invalid_code() -> InvalidCode:
    """The one refusal, whatever is wrong."""
    return InvalidCode("The code is not valid; wait for the next one, and look at the clock of the device.")
