"""Keys and accounts: devices are sealed anew by a rotation, and their codes go on signing people in."""

from pathlib import Path

from coprra import Settings, build
from coprra.accounts import Accounts
from coprra.adapters.pyotp.totp import PyotpTotp
from coprra.adapters.sql.accounts.store import SqlAccounts
from coprra.adapters.sql.engine import make_engine
from coprra.adapters.system.clock import StoppedClock
from coprra.application import Application
from coprra.domain.keys.key import Key
from coprra.domain.mfa.device import Device
from coprra.domain.sessions.entry import SecondFactorNeeded, SignedIn
from coprra.domain.users.role import Role
from coprra.domain.users.user import UserId
from coprra.testing.accounts import ANA, HERE, PASSWORD, shown_at, some_keys
from coprra.testing.builders import LONG_AFTER, TESTER
from coprra.testing.keys import K1, K2

SECRET = b"12345678901234567890"


def application_with(path: Path, *keys: Key) -> Application:
    settings = Settings(database_url=f"sqlite:///{path}", app_keys=keys, password_memory_kib=8)
    return build(settings, clock=StoppedClock(LONG_AFTER))


def give_device(path: Path, user: UserId) -> None:
    engine = make_engine(f"sqlite:///{path}")
    sealed = some_keys().seal("totp", user.value, SECRET)
    with SqlAccounts(engine).unit_of_work() as uow:
        uow.devices.confirm(Device(user=user, sealed=sealed, confirmed_at=LONG_AFTER, last_timecode=0))
        uow.commit()
    engine.dispose()


def sign_in(accounts: Accounts) -> SignedIn:
    needed = accounts.sign_in(ANA, PASSWORD, origin=HERE)
    assert isinstance(needed, SecondFactorNeeded)
    code = shown_at(PyotpTotp().base32(SECRET), LONG_AFTER)
    return accounts.verify_second_factor(needed.ticket.secret, code, origin=HERE)


def test_a_device_signs_people_in_when_only_the_new_key_is_left(tmp_path: Path) -> None:
    path = tmp_path / "coprra.sqlite"
    with application_with(path, K1) as application:
        application.schema.upgrade()
        user = application.accounts.create_user(ANA, PASSWORD, name="Ana", role=Role.USER, by=TESTER)
    give_device(path, user.id)
    with application_with(path, K2, K1) as application:
        assert application.rotate_keys(by=TESTER).resealed == 1
    with application_with(path, K2) as application:
        assert sign_in(application.accounts).user.id == user.id
