"""JSON: events of a document, streamed and bounded, whatever stands in it."""

import io
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import ijson

from coprra.domain.kernel.errors import Unreadable

DEEPEST = 32
LONGEST_TOKEN = 2**18
"""Bytes of one text or number: the parser keeps it whole until it ends."""

Event: TypeAlias = tuple[str, Any]
"""What ijson calls it (start_map, map_key, string, …), and its value; fractions are decimals."""

_CHUNK = 2**16
_MOST_DIGITS = 400
# Python refuses to read an integer of thousands of digits, and ijson does not survive the refusal.
_HUGE_NUMBER = re.compile(rb"[0-9]{%d}" % _MOST_DIGITS)


def json_events(stream: io.BufferedReader, source: str) -> Iterator[Event]:
    """The events of the one document in the stream.

    Raises: Unreadable for what is no JSON, is cut, is nested too deep, or has a text or number that is far too long.
    """
    events = ijson.sendable_list()
    parser = ijson.basic_parse_coro(events)
    depth = unproductive = 0
    tail = b""
    while True:
        chunk = stream.read(_CHUNK)
        if _HUGE_NUMBER.search(tail + chunk):
            raise Unreadable(f"{source} has a number of more than {_MOST_DIGITS} digits; this is refused.")
        tail = chunk[-_MOST_DIGITS:]
        try:
            parser.send(chunk)
        except StopIteration:
            pass
        except (ijson.JSONError, UnicodeDecodeError) as error:
            cut = "premature EOF" in str(error)
            reason = "is cut. Fetch it again" if cut else "can't be read: it is no JSON, or damaged"
            raise Unreadable(f"{source} {reason}.") from error
        unproductive = 0 if events else unproductive + len(chunk)
        if unproductive > LONGEST_TOKEN:
            raise Unreadable(f"{source} has a text of more than {LONGEST_TOKEN:,} bytes; this is refused.")
        for kind, value in events:
            if kind.startswith("start"):
                depth += 1
                if depth > DEEPEST:
                    raise Unreadable(f"{source} is nested more than {DEEPEST} deep; this is refused.")
            elif kind.startswith("end"):
                depth -= 1
            yield kind, value
        events.clear()
        if not chunk:
            return
