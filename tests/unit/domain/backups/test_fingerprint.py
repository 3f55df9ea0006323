"""Two fingerprints of the same content agree, whichever version of coprra has taken the older one."""

from coprra.domain.backups.fingerprint import Fingerprint


def counted(**objects: int) -> Fingerprint:
    return Fingerprint(method="one", schema="", objects=objects, tables={})


def test_what_both_have_counted_is_compared() -> None:
    assert counted(table=2, user=3).differences(counted(table=2, user=2)) == ("objects differ: 2 of kind user, not 3",)


def test_what_one_has_not_counted_is_not_compared() -> None:
    """An older version counted no users, and a dump has none."""
    assert counted(table=2).differences(counted(table=2, user=2)) == ()
    assert counted(table=2, user=2).differences(counted(table=2)) == ()
