"""Which words of mariadb-backup are believed is decided by its version, never by what it happens to say."""

import pytest

from coprra.adapters.mariadb.lock_words import IN_ONE_GO, STAGE_BY_STAGE, lock_words


@pytest.mark.parametrize("version", ["10.5.29", "10.6.22", "10.11.7", "11.0.5", "11.2.3", "11.3.2", "11.4.1"])
def test_before_the_stages_both_locks_are_taken_in_one_go(version: str) -> None:
    assert lock_words(version) is IN_ONE_GO


@pytest.mark.parametrize("version", ["10.11.8", "10.11.19", "11.0.6", "11.2.4", "11.4.2", "11.4.8", "11.8.3", "12.1.2"])
def test_since_then_each_stage_is_told(version: str) -> None:
    assert lock_words(version) is STAGE_BY_STAGE
