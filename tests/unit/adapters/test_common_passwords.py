"""Common passwords: the list is there, and knows no case."""

import pytest

from coprra.adapters.zxcvbn.common_passwords import ZxcvbnCommonPasswords


@pytest.mark.parametrize("password", ["123456", "password", "PassWord", "qwertyuiop"])
def test_what_everybody_takes_is_known(password: str) -> None:
    assert ZxcvbnCommonPasswords().hold(password)


def test_a_sentence_of_ones_own_is_not() -> None:
    assert not ZxcvbnCommonPasswords().hold("correct horse battery staple")
