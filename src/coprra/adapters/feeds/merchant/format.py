"""Merchant format: a document by namespace, or the same as text with tabs, whichever the file is."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from coprra.adapters.feeds.declarations.declaration import Table
from coprra.adapters.feeds.formats.csv_reader import CsvFormat, CsvReader
from coprra.adapters.feeds.formats.records import Format, Record, is_markup, same_column
from coprra.adapters.feeds.merchant.document import DocumentForm, DocumentReader
from coprra.adapters.feeds.merchant.values import joined, with_parts
from coprra.domain.prices.list_run import RowProblem

_NAME = re.compile(r"[^\s<>&/\"']+")
_WITH_PARTS = re.compile(r"\s*(?P<name>[^()]+?)\s*\((?P<parts>[^()]*)\)\s*")


@dataclass(frozen=True, slots=True)
class MerchantFormat(Format):
    """A shop's feed. text: how it is read where it is no document; None where it always is one."""

    kind: ClassVar[str] = "merchant"

    document: DocumentForm
    text: CsvFormat | None

    @classmethod
    def declared(cls, table: Table) -> "MerchantFormat":
        """From a profile's [format]."""
        names = {key: table.texts(key) for key in ("root", "row")}
        for key, elements in names.items():
            if not elements or not all(map(_NAME.fullmatch, elements)):
                table.note(key, "is missing or wrong; give an element's name, or several")
        namespace = table.text("namespace", "", like=r"\S+", hint="an address such as http://base.google.com/ns/1.0")
        text = None
        if "delimiter" in table.keys:
            text = CsvFormat.declared(table)
        return cls(DocumentForm(names["root"] or ("?",), names["row"] or ("?",), namespace), text)

    def open(self, stream: io.BufferedReader, source: str) -> "DocumentReader | TextReader":
        if self.text is not None and not is_markup(stream.peek(64)):
            return TextReader(self.text, stream, source)
        return DocumentReader(self.document, stream, source)


class TextReader(CsvReader):
    """Text whose header may name the parts of its values: ``shipping(country:price)`` over ``US:6.49 USD``.

    The column is called ``shipping`` then, and what stands in it becomes a text as `values` describes.
    """

    masthead: ClassVar[Mapping[str, str]] = {}

    def __init__(self, form: CsvFormat, stream: io.BufferedReader, source: str) -> None:
        super().__init__(form, stream, source)
        self._parts: dict[str, tuple[str, ...]] = {}
        for index, column in enumerate(self._columns):
            if match := _WITH_PARTS.fullmatch(column):
                self._columns[index] = match["name"]
                self._parts[same_column(match["name"])] = tuple(map(str.strip, match["parts"].split(":")))

    def records(self, columns: Sequence[str]) -> Iterator[Record | RowProblem]:
        named = [
            (index, self._parts[same_column(name)])
            for index, name in enumerate(columns)
            if same_column(name) in self._parts
        ]
        for record in super().records(columns):
            if isinstance(record, RowProblem) or not named:
                yield record
                continue
            line, texts = record
            told = list(texts)
            for index, names in named:
                told[index] = _with_names(told[index], names)
            yield line, tuple(told)


def listed(text: str) -> list[list[str]]:
    """The values of a text, with commas between them, and their parts, with colons; a backslash makes either a letter.

    ``US:CA:Ground:6.49 USD,US:::9.99 USD``.
    """
    return [
        [re.sub(r"\\(.)", r"\1", part).strip() for part in re.split(r"(?<!\\):", value)]
        for value in re.split(r"(?<!\\),", text)
        if value.strip()
    ]


def _with_names(text: str, names: Sequence[str]) -> str:
    """The text as it is where a value has another number of parts than the header, so that it is refused as a whole."""
    values = listed(text)
    if any(len(value) != len(names) for value in values):
        return text
    return joined([with_parts(zip(names, value, strict=True)) for value in values])
