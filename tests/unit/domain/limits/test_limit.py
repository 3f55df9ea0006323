"""Limits: what is counted together, and what is not."""

import pytest

from coprra.domain.limits.origin import Origin


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("host", "host"),
        ("", ""),
    ],
)
def test_a_network_is_an_address_or_the_half_that_one_person_has(address: str, network: str) -> None:
    assert Origin(address).network == network


def test_an_origin_is_cut_and_holds_no_control_characters() -> None:
    origin = Origin("1" * 99, "Fire\x1b[31m\r\nfox" + "x" * 999)
    assert (len(origin.address), len(origin.user_agent)) == (45, 300)
    assert origin.user_agent.startswith("Fire?[31m??fox")
