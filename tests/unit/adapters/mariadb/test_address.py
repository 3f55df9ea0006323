"""Who asks which server stands in the URL, and reaches programs by no command line."""

import configparser
from pathlib import Path

import pytest

from coprra.adapters.mariadb.address import Address, read_address
from coprra.domain.backups.policy import InvalidPolicy
from coprra.domain.backups.snapshot import SnapshotFailed


def test_a_url_is_read() -> None:
    url = "mariadb+pymysql://b%40ckup:p%2Fw@db:3307/coprra?charset=utf8mb4"  # pragma: allowlist secret
    read = read_address(url)
    assert (read.user, read.password, read.host, read.port, read.database) == ("b@ckup", "p/w", "db", 3307, "coprra")
    assert read_address("mysql://backup@localhost/coprra?unix_socket=/run/m.sock").socket == "/run/m.sock"


@pytest.mark.parametrize("url", ["mariadb://db", "mariadb://db/coprra?ssl_ca=x", "mariadb://db:port/coprra"])
def test_what_it_does_not_say_is_not_guessed(url: str) -> None:
    with pytest.raises(InvalidPolicy):
        read_address(url)


@pytest.mark.parametrize("socket", [None, "/run/m.sock"])
def test_programs_find_the_password_where_nobody_else_does(socket: str | None) -> None:
    address = Address(user="backup", password='a "quoted" \\ one', socket=socket, database="coprra")
    with address.option_file() as path:
        assert Path(path).stat().st_mode & 0o777 == 0o600
        options = configparser.ConfigParser(interpolation=None)
        options.read_string(Path(path).read_text())
        assert options["client"]["password"] == '"a \\"quoted\\" \\\\ one"'
        assert ("socket" in options["client"], "host" in options["client"]) == (bool(socket), not socket)
    assert not Path(path).exists()
    assert "quoted" not in repr(address)


def test_a_server_that_is_not_there_is_named_without_the_password() -> None:
    address = Address(user="backup", password="nobody knows", port=1, database="coprra")
    with pytest.raises(SnapshotFailed, match=r"127\.0\.0\.1:1/coprra can't be asked") as told:
        address.connect()
    assert "nobody knows" not in told.value.message
