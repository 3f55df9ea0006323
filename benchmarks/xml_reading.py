"""Reading XML that strangers wrote: rows out of a long list, safe from entity bombs."""

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder

from defusedxml.ElementTree import DefusedXMLParser, iterparse

from benchmarks.benchmark import Benchmark, Comparison, Stopwatch
from benchmarks.price_lists import ELEMENTS, write_xml
from coprra.adapters.feeds.formats.records import Record
from coprra.adapters.feeds.formats.xml_reader import XmlFormat
from coprra.domain.prices.list_run import RowProblem

_FORMAT = XmlFormat(root="Proizvodi", row="Proizvod", branch_code="Oznaka", branch_address="Adresa")
_LIST = "list.xml"


def _prepare(folder: Path, rows: int) -> None:
    write_xml(folder / _LIST, rows)


def _count(reader: Callable[[Path], Iterator[object]], folder: Path, watch: Stopwatch) -> None:
    with watch.step("read"):
        rows = sum(1 for _ in reader(folder / _LIST))
    assert rows == watch.rows


def read(path: Path) -> Iterator[Record | RowProblem]:
    """As coprra reads them: records, which are the line that a row begins on and its texts."""
    with path.open("rb") as stream:
        yield from _FORMAT.open(stream, path.name).records(ELEMENTS)


def read_defused(path: Path) -> Iterator[Record]:
    """The same records from a loop over defusedxml's elements. What was read leaves the tree: memory does not grow."""
    parser = _LineParser()
    around: list[Element] = []
    for event, element in iterparse(path, ("start", "end"), parser):
        if event == "start":
            around.append(element)
            continue
        around.pop()
        if element.tag == _FORMAT.row:
            yield parser.lines.popleft(), _texts(element)
            around[-1].clear()


class _LineParser(DefusedXMLParser):
    """Remembers on which lines the rows begin: it reads ahead."""

    def __init__(self) -> None:
        super().__init__(target=TreeBuilder(), forbid_dtd=True)
        self.lines: deque[int] = deque()

    def _start(self, tag: str, attributes: list[str]) -> object:
        if tag == _FORMAT.row:
            self.lines.append(self.parser.CurrentLineNumber)
        return super()._start(tag, attributes)  # type: ignore[misc]  # its types leave out what is not public


def read_briefly(path: Path) -> Iterator[tuple[str, ...]]:
    """Less, in the shortest loop over them: texts without lines, and elements that stay in the tree, emptied."""
    for _, element in iterparse(path, forbid_dtd=True):
        if element.tag == _FORMAT.row:
            yield _texts(element)
            element.clear()


def _texts(row: Element) -> tuple[str, ...]:
    texts = {child.tag: child.text or "" for child in row}
    return tuple([texts.get(name, "") for name in ELEMENTS])


XML_READING = Benchmark(
    name="read_xml",
    title="Reading XML, safe from hostile files",
    prepare=_prepare,
    contenders={
        "coprra": partial(_count, read),
        "defusedxml": partial(_count, read_defused),
        "defusedxml, less": partial(_count, read_briefly),
    },
    comparisons=(
        Comparison("to the same records by defusedxml", ("coprra", "read"), ("defusedxml", "read"), 2),
        Comparison("to less by defusedxml", ("coprra", "read"), ("defusedxml, less", "read")),
    ),
)
"""The texts of each row of a list, as tuples; nothing of them is understood."""
