"""The error tree: every failure that a caller can act on.

CoprraError
├── Invalid        the caller gave something that breaks a rule            (HTTP 422, exit 1)
│   └── Unreadable a whole file or document can't be read                  (HTTP 422, exit 1)
├── NotFound       what was asked for does not exist, as of the instant    (HTTP 404, exit 1)
├── Conflict       somebody else changed it first, or it stands already    (HTTP 409, exit 1)
├── Refused        understood, but a guard holds it back                   (HTTP 409, exit 1)
├── Unauthenticated nobody is known by what was shown                      (HTTP 401, exit 1)
├── Forbidden      known, but not allowed                                  (HTTP 403, exit 1)
├── TooMany        too often; later again                                  (HTTP 429, exit 1)
└── Unavailable    a database, disk or server does not answer now          (HTTP 503, exit 1)

A message says what is wrong and what to do; it is safe to show to anyone.
"""

from typing import ClassVar


class CoprraError(Exception):
    """Base of all errors that coprra raises on purpose."""

    code: ClassVar[str] = "error"
    """Stable and machine-readable: what clients compare; never reworded."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(CoprraError):
    """The caller gave something that breaks a rule."""

    code = "invalid"


class Unreadable(Invalid):
    """A file or document can't be read to its end, so nothing of it was taken."""

    code = "unreadable"


class NotFound(CoprraError):
    """What was asked for does not exist, as of the instant that was asked about."""

    code = "not_found"


class Conflict(CoprraError):
    """Somebody else changed it first, or it stands already."""

    code = "conflict"


class Refused(CoprraError):
    """Understood, but a guard holds it back until a person decides."""

    code = "refused"


class Unauthenticated(CoprraError):
    """Nobody is known by what was shown: a password, code, session or token. Never says which part was wrong."""

    code = "unauthenticated"


class Forbidden(CoprraError):
    """Whoever asks is known, and may not do this."""

    code = "forbidden"


class TooMany(CoprraError):
    """It was asked for too often. retry_after: from when on it may be asked again, in whole seconds from now."""

    code = "too_many"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(CoprraError):
    """A database, disk or server does not answer now; the same call may work later."""

    code = "unavailable"
