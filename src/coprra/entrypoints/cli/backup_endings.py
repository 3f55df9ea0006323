"""How commands about backups end: exit codes by which a scheduler knows whether to try again or to call somebody."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from coprra.domain.backups.blob import LocksUnsupported, StoreFull, StoreUnreachable
from coprra.domain.backups.damage import Damaged, Mismatch, WrongKey
from coprra.domain.backups.entry import CantSign, InvalidSigner
from coprra.domain.backups.lease import LeaseHeld
from coprra.domain.backups.policy import InvalidPolicy
from coprra.domain.backups.prune_backups import PlanChanged, PruningRefused
from coprra.domain.backups.recipient import InvalidRecipient
from coprra.domain.backups.retention import InvalidRetention
from coprra.domain.backups.snapshot import TargetRefused, UnsupportedKind
from coprra.domain.kernel.errors import CoprraError, Unavailable
from coprra.entrypoints.cli.endings import Ending
from coprra.settings import InvalidSettings


class BackupExit(IntEnum):
    """What a shell sees."""

    FAILED = 1
    CONFIGURATION = 2
    LEASE_HELD = 3
    UNREACHABLE = 4
    DAMAGED = 5
    WRONG_KEY = 6
    MISMATCH = 8
    LIMITS_MISSED = 9
    REFUSED = 10
    FULL = 11


EPILOG = """\b
Exit codes:
  0    done, or all is well
  1    failed; stderr says why
  2    the command line or the settings can't be used
  3    somebody else does that now
  4    the store can't be reached; try again
  5    something is missing, changed or forged; the backups that suffer are named
  6    a secret key is missing, or the wrong one
  8    what was restored is not what was backed up
  9    something is too old, or takes too long: see status
  10   a safety rule holds it back
  11   a disk or store is full
"""

_EXITS: tuple[tuple[BackupExit, tuple[type[CoprraError], ...]], ...] = (
    (
        BackupExit.CONFIGURATION,
        (InvalidPolicy, InvalidRetention, InvalidRecipient, InvalidSigner, UnsupportedKind, LocksUnsupported),
    ),
    (BackupExit.LEASE_HELD, (LeaseHeld,)),
    (BackupExit.UNREACHABLE, (StoreUnreachable,)),
    (BackupExit.DAMAGED, (Damaged,)),
    (BackupExit.WRONG_KEY, (WrongKey, CantSign)),
    (BackupExit.MISMATCH, (Mismatch,)),
    (BackupExit.REFUSED, (PruningRefused, PlanChanged, TargetRefused)),
    (BackupExit.FULL, (StoreFull,)),
)


class BackupEnding(Ending):
    """A command that did not end well."""

    def __init__(self, error: CoprraError, exit_code: BackupExit) -> None:
        super().__init__(error.message)
        self.code = error.code
        self.exit_code = exit_code  # type: ignore[misc]  # of the class elsewhere, and here of the error


class LimitsMissed(Ending):
    """Nothing failed, and somebody must look all the same."""

    code = "limits_missed"
    exit_code = BackupExit.LIMITS_MISSED


def ending_of(error: CoprraError) -> BackupEnding:
    """What a domain error means to a shell."""
    codes = (code for code, errors in _EXITS if isinstance(error, errors))
    return BackupEnding(error, next(codes, BackupExit.FAILED))


@contextmanager
def ending_as_backups_do() -> Iterator[None]:
    """Let the block end with the exit codes of backups. Raises: Ending."""
    try:
        yield
    except InvalidSettings:
        raise
    except CoprraError as error:
        raise ending_of(error) from error
    except BrokenPipeError:
        # Of whoever reads the output; the program as a whole knows what to say.
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        said = Unavailable(f"{where}{error.strerror or error}.")
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        raise BackupEnding(said, BackupExit.FULL if full else BackupExit.FAILED) from error
