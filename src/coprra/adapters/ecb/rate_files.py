"""Rate files: the ECB's reference rates from files that somebody has fetched."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from coprra.adapters.ecb.csv_format import read_csv
from coprra.adapters.ecb.packed import unpacked
from coprra.adapters.ecb.xml_format import read_xml
from coprra.domain.exchange.ports import RateFile, RateFiles
from coprra.domain.exchange.rate import Publication
from coprra.domain.kernel.errors import Unreadable


class EcbRateFiles(RateFiles):
    """The history and the daily file, as CSV or XML; packed by gzip or zip, or as they are."""

    @contextmanager
    def open(self, source: str) -> Iterator[RateFile]:
        path = Path(source)
        content = unpacked(path)
        days: set[date] = set()
        for said in _publications(content, path.name):
            if said.day in days:
                raise Unreadable(f"{path.name} holds {said.day} twice.")
            days.add(said.day)
        if not days:
            raise Unreadable(f"{path.name} holds no day; the ECB's file of reference rates is expected.")
        yield EcbRateFile(path.name, content, max(days))


class EcbRateFile(RateFile):
    """A file that was read, and understood, once."""

    def __init__(self, source: str, content: bytes, newest: date) -> None:
        self._source = source
        self._content = content
        self._newest = newest

    @property
    def source(self) -> str:
        return self._source

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self._content).hexdigest()

    @property
    def newest(self) -> date:
        return self._newest

    def publications(self) -> Iterator[Publication]:
        return _publications(self._content, self._source)


def _publications(content: bytes, name: str) -> Iterator[Publication]:
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return read_xml(content, name)
    try:
        return read_csv(content.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        raise Unreadable(f"{name} is no text; the ECB's file of reference rates is expected.") from error
