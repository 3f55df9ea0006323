"""Reading XML that strangers wrote: rows out of a long list, safe from entity bombs."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from defusedxml.ElementTree import iterparse

from benchmarks.benchmark import Benchmark, Comparison, Stopwatch
from benchmarks.price_lists import ELEMENTS, write_xml
from coprra.adapters.feeds.xml_reader import XmlFormat

_FORMAT = XmlFormat(root="Proizvodi", row="Proizvod", branch_code="Oznaka", branch_address="Adresa")
_LIST = "list.xml"


Rows = Iterator[tuple[str, ...]]


def _prepare(folder: Path, rows: int) -> None:
    write_xml(folder / _LIST, rows)


def _count(reader: Callable[[Path], Rows], folder: Path, watch: Stopwatch) -> None:
    with watch.step("read"):
        rows = sum(1 for _ in reader(folder / _LIST))
    assert rows == watch.rows


def read(path: Path) -> Rows:
    """As coprra reads them."""
    with path.open("rb") as stream:
        for record in _FORMAT.open(stream, path.name).records(ELEMENTS):
            assert isinstance(record, tuple)
            yield record[1]


def read_defused(path: Path) -> Rows:
    """As a loop over defusedxml's elements reads them, in the shortest way: emptied, they stay in the tree."""
    for _, element in iterparse(path, forbid_dtd=True):
        if element.tag == "Proizvod":
            texts = {child.tag: child.text or "" for child in element}
            yield tuple([texts.get(name, "") for name in ELEMENTS])
            element.clear()


XML_READING = Benchmark(
    name="read_xml",
    title="Reading XML, safe from hostile files",
    prepare=_prepare,
    contenders={
        "coprra": partial(_count, read),
        "defusedxml": partial(_count, read_defused),
    },
    comparisons=(Comparison("to defusedxml's iterparse", ("coprra", "read"), ("defusedxml", "read"), 2),),
)
"""The texts of each row of a list, as tuples; nothing of them is understood."""
