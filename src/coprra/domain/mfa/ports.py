"""What the room needs: codes by time, and the store of devices and recovery codes."""

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from coprra.domain.mfa.device import Device, PendingDevice
from coprra.domain.mfa.recovery_code import RecoveryCode
from coprra.domain.mfa.reset import SecondFactorReset
from coprra.domain.users.ports import UsersReads, UsersUnitOfWork
from coprra.domain.users.user import UserId


class Totp(Protocol):
    """Codes by time. Source: RFC 6238 with SHA-1, six digits and steps of 30 seconds."""

    @abstractmethod
    def timecode(self, secret: bytes, code: str, now: datetime) -> int | None:
        """Which step near now shows that code; None: none does. code: six ASCII digits."""

    @abstractmethod
    def base32(self, secret: bytes) -> str:
        """As people type it into an app, without padding."""

    @abstractmethod
    def uri(self, secret: bytes, account: str) -> str:
        """``otpauth://totp/…``, as apps read it from a picture."""


QrPicture = tuple[tuple[bool, ...], ...]
"""Rows of squares, as many as there are columns; True: dark. The margin that readers need is part of it."""


class QrCodes(Protocol):
    """Draws texts so that cameras read them. Source: ISO/IEC 18004."""

    @abstractmethod
    def draw(self, text: str) -> QrPicture:
        """text: at most 2,000 characters."""


class DeviceReads(Protocol):
    """Asks for devices."""

    @abstractmethod
    def find(self, user: UserId) -> Device | None:
        """The confirmed one. None: the user has no second factor."""


class Devices(DeviceReads, Protocol):
    """Changes devices, within one unit of work."""

    @abstractmethod
    def pending(self, user: UserId) -> PendingDevice | None:
        """The one that waits for its first code."""

    @abstractmethod
    def begin(self, pending: PendingDevice) -> None:
        """It takes the place of an earlier one that waits."""

    @abstractmethod
    def confirm(self, device: Device) -> None:
        """It takes the place of the user's confirmed one; nothing waits any more."""

    @abstractmethod
    def burn(self, device: Device, timecode: int, at: datetime) -> bool:
        """Whether the step was later than all that were used, and is used now; of all who try at once one is told so.

        False, too, when it is locked or another device than that now. A burnt step ends the row of failures.
        """

    @abstractmethod
    def fail(self, user: UserId, at: datetime, *, most: int) -> bool:
        """Count a wrong code; whether that was the last of so many, which locks the factor. False without a device."""

    @abstractmethod
    def unlock(self, user: UserId) -> None:
        """Look at codes again."""

    @abstractmethod
    def remove(self, user: UserId) -> None:
        """The device, and one that waits."""


class RecoveryCodeReads(Protocol):
    """Asks for recovery codes."""

    @abstractmethod
    def unused(self, user: UserId) -> Sequence[RecoveryCode]:
        """Those that are good, by number."""


class RecoveryCodes(RecoveryCodeReads, Protocol):
    """Changes recovery codes, within one unit of work."""

    @abstractmethod
    def replace(self, user: UserId, codes: Sequence[RecoveryCode]) -> None:
        """These are the user's only ones from here on."""

    @abstractmethod
    def use(self, code: RecoveryCode, at: datetime) -> bool:
        """Whether that very code was unused, and is used now; of all who try at once one is told so."""


class Resets(Protocol):
    """Requests to take a second factor off an account, within one unit of work; one for each user."""

    @abstractmethod
    def request(self, reset: SecondFactorReset) -> None:
        """It takes the place of an earlier one."""

    @abstractmethod
    def find(self, user: UserId) -> SecondFactorReset | None:
        """The one that waits for the user's word."""

    @abstractmethod
    def remove(self, user: UserId) -> None:
        """Nothing waits any more."""

    @abstractmethod
    def expire(self, until: datetime) -> Sequence[UserId]:
        """Remove those that were requested then or before; returns whose, each told once."""


class MfaUnitOfWork(UsersUnitOfWork, Protocol):
    """One atomic change of the room."""

    @property
    @abstractmethod
    def devices(self) -> Devices:
        """The devices of this unit of work."""

    @property
    @abstractmethod
    def recovery_codes(self) -> RecoveryCodes:
        """The recovery codes of this unit of work."""

    @property
    @abstractmethod
    def resets(self) -> Resets:
        """The requests of this unit of work."""


class OpenMfaUnitOfWork(Protocol):
    """Opens units of work: ``with unit_of_work() as uow: … uow.commit()``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[MfaUnitOfWork]:
        """A new unit of work. Raises: Unavailable."""


class MfaReads(UsersReads, Protocol):
    """A read-only look at second factors, without a lock."""

    @property
    @abstractmethod
    def devices(self) -> DeviceReads:
        """The devices."""

    @property
    @abstractmethod
    def recovery_codes(self) -> RecoveryCodeReads:
        """The recovery codes."""


class OpenMfaReads(Protocol):
    """Opens looks: ``with reads() as look``."""

    @abstractmethod
    def __call__(self) -> AbstractContextManager[MfaReads]:
        """A new look, released when the block ends. Raises: Unavailable."""
