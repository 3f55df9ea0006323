"""Devices, recovery codes and requests for resets in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from coprra.adapters.memory.accounts.state import Changing
from coprra.domain.mfa.device import Device, PendingDevice
from coprra.domain.mfa.ports import Devices, RecoveryCodes, Resets
from coprra.domain.mfa.recovery_code import RecoveryCode
from coprra.domain.mfa.reset import SecondFactorReset
from coprra.domain.users.user import UserId


class MemoryDevices(Devices):
    """Works on the state that it is given."""

    def __init__(self, state: Changing) -> None:
        self._state = state

    def find(self, user: UserId) -> Device | None:
        return self._state().devices.get(user)

    def pending(self, user: UserId) -> PendingDevice | None:
        return self._state().pending.get(user)

    def begin(self, pending: PendingDevice) -> None:
        self._state().pending[pending.user] = pending

    def confirm(self, device: Device) -> None:
        self._state().pending.pop(device.user, None)
        self._state().devices[device.user] = device

    def burn(self, device: Device, timecode: int, at: datetime) -> bool:
        before = self._state().devices.get(device.user)
        if (
            before is None
            or before.confirmed_at != device.confirmed_at
            or before.locked_at
            or before.last_timecode >= timecode
        ):
            return False
        self._state().devices[device.user] = replace(before, last_timecode=timecode, failures=0)
        return True

    def fail(self, user: UserId, at: datetime, *, most: int) -> bool:
        before = self._state().devices.get(user)
        if before is None:
            return False
        failures = before.failures + 1
        locks = failures >= most and before.locked_at is None
        locked_at = at if locks else before.locked_at
        self._state().devices[user] = replace(before, failures=failures, locked_at=locked_at)
        return locks

    def unlock(self, user: UserId) -> None:
        if before := self._state().devices.get(user):
            self._state().devices[user] = replace(before, failures=0, locked_at=None)

    def remove(self, user: UserId) -> None:
        self._state().devices.pop(user, None)
        self._state().pending.pop(user, None)


class MemoryRecoveryCodes(RecoveryCodes):
    """Works on the state that it is given."""

    def __init__(self, state: Changing) -> None:
        self._state = state

    def unused(self, user: UserId) -> Sequence[RecoveryCode]:
        codes = self._state().recovery_codes.get(user, {})
        return tuple(one for _, one in sorted(codes.items()) if one.used_at is None)

    def replace(self, user: UserId, codes: Sequence[RecoveryCode]) -> None:
        self._state().recovery_codes[user] = {one.number: one for one in codes}

    def use(self, code: RecoveryCode, at: datetime) -> bool:
        codes = self._state().recovery_codes.get(code.user, {})
        before = codes.get(code.number)
        if before is None or before.hash != code.hash or before.used_at is not None:
            return False
        self._state().recovery_codes[code.user] = {**codes, code.number: replace(before, used_at=at)}
        return True


class MemoryResets(Resets):
    """Works on the copy that its unit of work will commit."""

    def __init__(self, state: Changing) -> None:
        self._state = state

    def request(self, reset: SecondFactorReset) -> None:
        self._state().resets[reset.user] = reset

    def find(self, user: UserId) -> SecondFactorReset | None:
        return self._state().resets.get(user)

    def remove(self, user: UserId) -> None:
        self._state().resets.pop(user, None)

    def expire(self, until: datetime) -> Sequence[UserId]:
        resets = self._state().resets
        expired = [user for user, one in resets.items() if one.requested_at <= until]
        for user in expired:
            del resets[user]
        return tuple(expired)
