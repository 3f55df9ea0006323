"""Fingerprint: what a database holds, table by table, short enough to be kept with each backup."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableState:
    """checksum: over every row in an order that the content alone decides; empty where only rows were counted."""

    rows: int
    checksum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """method: how checksums were made; two of different methods can't be compared. schema: digest of all definitions.

    objects: how many there are of each kind, such as table, index or trigger; of a whole server also of users. Of what
    only one of two has counted nothing is compared; the digest tells what is missing of a schema.
    """

    method: str
    schema: str
    objects: Mapping[str, int]
    tables: Mapping[str, TableState]

    @property
    def rows(self) -> int:
        """Of all tables together."""
        return sum(table.rows for table in self.tables.values())

    def differences(self, other: "Fingerprint") -> tuple[str, ...]:
        """What `other` has otherwise, in a line for each; nothing where both are of the same content."""
        return tuple(self._differences(other))

    def _differences(self, other: "Fingerprint") -> Iterator[str]:
        if self.method != other.method:
            yield f"fingerprints of two methods: {self.method} and {other.method}"
            return
        if self.schema != other.schema:
            yield "definitions of tables differ"
        for kind in sorted(self.objects.keys() & other.objects.keys()):
            if self.objects[kind] != other.objects[kind]:
                yield f"objects differ: {other.objects[kind]} of kind {kind}, not {self.objects[kind]}"
        for name in sorted({*self.tables, *other.tables}):
            mine, theirs = self.tables.get(name), other.tables.get(name)
            if mine is None or theirs is None:
                yield f"table {name} is {'missing' if theirs is None else 'new'}"
            elif mine.rows != theirs.rows:
                yield f"table {name} has {theirs.rows} rows, not {mine.rows}"
            elif mine.checksum != theirs.checksum:
                yield f"table {name} has other content in its {mine.rows} rows"
