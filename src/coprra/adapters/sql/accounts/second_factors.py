"""Devices, recovery codes and requests for resets in SQL."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, select
from sqlalchemy import insert as insert_into

from coprra.adapters.sql.accounts.rows import (
    Values,
    device_of,
    device_values,
    pending_of,
    pending_values,
    recovery_code_of,
    recovery_code_values,
    reset_of,
    reset_values,
)
from coprra.adapters.sql.accounts.tables import mfa_devices, mfa_pending, mfa_resets, recovery_codes
from coprra.adapters.sql.engine import domain_errors
from coprra.domain.kernel.instants import to_micros
from coprra.domain.mfa.device import Device, PendingDevice
from coprra.domain.mfa.ports import Devices, RecoveryCodes, Resets
from coprra.domain.mfa.recovery_code import RecoveryCode
from coprra.domain.mfa.reset import SecondFactorReset
from coprra.domain.users.user import UserId


class SqlDevices(Devices):
    """Works on the connection of a look or a unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, user: UserId) -> Device | None:
        with domain_errors():
            row = self._connection.execute(select(mfa_devices).where(mfa_devices.c.user_id == user.value)).first()
        return None if row is None else device_of(row)

    def pending(self, user: UserId) -> PendingDevice | None:
        with domain_errors():
            row = self._connection.execute(select(mfa_pending).where(mfa_pending.c.user_id == user.value)).first()
        return None if row is None else pending_of(row)

    def begin(self, pending: PendingDevice) -> None:
        with domain_errors():
            _put(self._connection, mfa_pending, pending_values(pending))

    def confirm(self, device: Device) -> None:
        with domain_errors():
            self._connection.execute(mfa_pending.delete().where(mfa_pending.c.user_id == device.user.value))
            _put(self._connection, mfa_devices, device_values(device))

    def burn(self, device: Device, timecode: int, at: datetime) -> bool:
        good = (
            mfa_devices.c.user_id == device.user.value,
            mfa_devices.c.confirmed_at == to_micros(device.confirmed_at),
            mfa_devices.c.locked_at.is_(None),
            mfa_devices.c.last_timecode < timecode,
        )
        with domain_errors():
            statement = mfa_devices.update().where(*good).values(last_timecode=timecode, failures=0)
            return self._connection.execute(statement).rowcount == 1

    def fail(self, user: UserId, at: datetime, *, most: int) -> bool:
        own = mfa_devices.c.user_id == user.value
        with domain_errors():
            self._connection.execute(mfa_devices.update().where(own).values(failures=mfa_devices.c.failures + 1))
            statement = (
                mfa_devices.update()
                .where(own, mfa_devices.c.failures >= most, mfa_devices.c.locked_at.is_(None))
                .values(locked_at=to_micros(at))
            )
            return self._connection.execute(statement).rowcount == 1

    def unlock(self, user: UserId) -> None:
        statement = mfa_devices.update().where(mfa_devices.c.user_id == user.value).values(failures=0, locked_at=None)
        with domain_errors():
            self._connection.execute(statement)

    def remove(self, user: UserId) -> None:
        with domain_errors():
            for table in (mfa_pending, mfa_devices):
                self._connection.execute(table.delete().where(table.c.user_id == user.value))


class SqlRecoveryCodes(RecoveryCodes):
    """Works on the connection of a look or a unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def unused(self, user: UserId) -> Sequence[RecoveryCode]:
        query = (
            select(recovery_codes)
            .where(recovery_codes.c.user_id == user.value, recovery_codes.c.used_at.is_(None))
            .order_by(recovery_codes.c.number)
        )
        with domain_errors():
            return tuple(recovery_code_of(row) for row in self._connection.execute(query))

    def replace(self, user: UserId, codes: Sequence[RecoveryCode]) -> None:
        with domain_errors():
            self._connection.execute(recovery_codes.delete().where(recovery_codes.c.user_id == user.value))
            if codes:
                self._connection.execute(insert_into(recovery_codes), [recovery_code_values(one) for one in codes])

    def use(self, code: RecoveryCode, at: datetime) -> bool:
        unused = (
            recovery_codes.c.user_id == code.user.value,
            recovery_codes.c.number == code.number,
            recovery_codes.c.hash == code.hash,
            recovery_codes.c.used_at.is_(None),
        )
        with domain_errors():
            statement = recovery_codes.update().where(*unused).values(used_at=to_micros(at))
            return self._connection.execute(statement).rowcount == 1


class SqlResets(Resets):
    """Works in the transaction of its unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def request(self, reset: SecondFactorReset) -> None:
        with domain_errors():
            _put(self._connection, mfa_resets, reset_values(reset))

    def find(self, user: UserId) -> SecondFactorReset | None:
        with domain_errors():
            row = self._connection.execute(select(mfa_resets).where(mfa_resets.c.user_id == user.value)).first()
        return None if row is None else reset_of(row)

    def remove(self, user: UserId) -> None:
        with domain_errors():
            self._connection.execute(mfa_resets.delete().where(mfa_resets.c.user_id == user.value))

    def expire(self, until: datetime) -> Sequence[UserId]:
        old = mfa_resets.c.requested_at <= to_micros(until)
        with domain_errors():
            users = self._connection.execute(select(mfa_resets.c.user_id).where(old)).scalars().all()
            return tuple(UserId(user) for user in users if self._is_removed(mfa_resets.c.user_id == user, old))

    def _is_removed(self, *which: ColumnElement[bool]) -> bool:
        return self._connection.execute(mfa_resets.delete().where(*which)).rowcount == 1


def _put(connection: Connection, table: Table, values: Values) -> None:
    """In the place of the user's row, if there is one; the user is held."""
    connection.execute(table.delete().where(table.c.user_id == values["user_id"]))
    connection.execute(insert_into(table).values(values))
