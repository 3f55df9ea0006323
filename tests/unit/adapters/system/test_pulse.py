"""A pulse beats until its block ends, whatever a beat raises."""

from datetime import timedelta
from threading import Event, active_count

from coprra.adapters.system.pulse import ThreadPulse


def test_it_beats_again_and_again_until_the_block_ends() -> None:
    before, twice, beats = active_count(), Event(), []

    def beat() -> None:
        beats.append(1)
        if len(beats) == 2:
            twice.set()
        raise RuntimeError("the database does not answer")

    with ThreadPulse()(beat, timedelta(milliseconds=1)):
        assert twice.wait(30)
    assert active_count() == before
