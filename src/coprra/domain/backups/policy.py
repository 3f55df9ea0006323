"""Policy: what an operator has decided about backups; nothing of it is ever guessed."""

import re
from dataclasses import dataclass
from datetime import timedelta

from coprra.domain.backups.retention import Retention
from coprra.domain.kernel.errors import Invalid

FEWEST_RECIPIENTS = 2
LARGEST_PIECE = 8 * 2**30
"""Bytes of an object: S3 takes 10,000 parts for one."""


class InvalidPolicy(Invalid):
    """Backups are not configured, or so that they could not be relied on; the message says what is missing."""

    code = "invalid_policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From when on somebody must look: ages of the newest backup and of its proofs, and how long a restore may take."""

    backup_age: timedelta
    l1_age: timedelta
    l2_age: timedelta
    l3_age: timedelta
    rto: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """cluster: the name that all backups of a database share. recipients: public keys of age, two at least.

    lock: how long nobody may remove a new object; None for a store that can't lock. piece: bytes of the largest object.

    Raises: InvalidPolicy.
    """

    cluster: str
    recipients: tuple[str, ...]
    retention: Retention
    limits: Limits
    lock: timedelta | None
    piece: int = LARGEST_PIECE

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", self.cluster):
            raise InvalidPolicy("The name of a cluster is 1 to 40 small letters, digits and -.")
        if len(set(self.recipients)) < FEWEST_RECIPIENTS:
            raise InvalidPolicy("Backups need two recipients at least, so that one lost key loses nothing.")
        if self.lock is not None and self.lock < self.retention.window:
            raise InvalidPolicy("Locks must last as long as the window of retention at least.")
