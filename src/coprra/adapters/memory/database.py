"""A database in a dictionary, to be backed up whole or by what was added."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from types import TracebackType
from typing import Self

from coprra.domain.backups.damage import Mismatch
from coprra.domain.backups.fingerprint import Fingerprint, TableState
from coprra.domain.backups.manifest import Kind, Manifest
from coprra.domain.backups.ports import Database, Sink, Snapshot, Target
from coprra.domain.backups.snapshot import DefinitionsChanged, SnapshotFailed, TargetRefused

Tables = dict[str, list[str]]


class MemoryDatabase(Database):
    """tables: rows by the names of tables, only ever added to. others: what was restored, by the names of its places.

    broken: the next snapshot fails at its end. changing: so many of the next find there that tables were changed.
    free: for how many bytes there is room in targets.
    """

    def __init__(self, tables: Tables | None = None) -> None:
        self.tables: Tables = tables or {}
        self.others: dict[str, Tables] = {}
        self.broken = False
        self.changing = 0
        self.free: int | None = None

    @property
    def engine(self) -> str:
        """See `Database.engine`."""
        return "memory"

    @property
    def source(self) -> str:
        """See `Database.source`."""
        return "this process"

    @property
    def kinds(self) -> frozenset[Kind]:
        """See `Database.kinds`."""
        return frozenset({Kind.FULL, Kind.INCREMENTAL})

    def continued(self, manifests: Iterable[Manifest]) -> Manifest | None:
        """See `Database.continued`."""
        return next((manifest for manifest in manifests if manifest.engine == self.engine), None)

    @contextmanager
    def snapshot(self, kind: Kind, parent: Manifest | None) -> Iterator[Snapshot]:
        """See `Database.snapshot`."""
        known = parent.fingerprint.tables if parent and kind is Kind.INCREMENTAL else {}
        added = {name: rows[known[name].rows if name in known else 0 :] for name, rows in self.tables.items()}
        changed, self.changing = self.changing > 0, max(self.changing - 1, 0)
        content = json.dumps(added).encode()
        yield _MemorySnapshot(content, _fingerprint(self.tables), broken=self.broken, changed=changed)

    def scratch(self) -> Target:
        """See `Database.scratch`."""
        return MemoryTarget("scratch", {}, self.free)

    def target(self, where: str) -> Target:
        """See `Database.target`: any name that nothing has."""
        return MemoryTarget(where, self.others, self.free)


class MemoryTarget(Target):
    """Tables that come to be. free: see `Target.free`."""

    def __init__(self, name: str, others: dict[str, Tables], free: int | None = None) -> None:
        self._name = name
        self._free = free
        self._others = others
        self._tables: Tables = {}

    @property
    def name(self) -> str:
        """See `Target.name`."""
        return self._name

    def __enter__(self) -> Self:
        """See `Target.__enter__`."""
        self._refuse_what_is_there()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """See `Target.__exit__`."""
        self._tables = {}

    @property
    def free(self) -> int | None:
        """See `Target.free`."""
        return self._free

    @contextmanager
    def receive(self, kind: Kind) -> Iterator[Sink]:
        """See `Target.receive`."""
        content = BytesIO()
        yield content
        try:
            added = json.loads(content.getvalue())
        except ValueError as error:
            raise Mismatch("What was restored can't be read.") from error
        for name, rows in added.items():
            self._tables.setdefault(name, []).extend(rows)

    def fingerprint(self) -> Fingerprint:
        """See `Target.fingerprint`."""
        return _fingerprint(self._tables)

    def faults(self) -> tuple[str, ...]:
        """See `Target.faults`: rows that say so themselves."""
        return tuple(row for rows in self._tables.values() for row in rows if row.startswith("fault"))

    def keep(self) -> None:
        """See `Target.keep`."""
        self._refuse_what_is_there()
        self._others[self._name] = dict(self._tables)

    def _refuse_what_is_there(self) -> None:
        if self._name in self._others:
            raise TargetRefused(f"There is a database {self._name}; nothing is ever restored over something.")


class _MemorySnapshot(BytesIO, Snapshot):
    def __init__(self, content: bytes, taken: Fingerprint, *, broken: bool, changed: bool) -> None:
        super().__init__(content)
        self._taken = taken
        self._broken = broken
        self._changed = changed

    @property
    def size(self) -> int:
        return len(self.getvalue())

    @property
    def fingerprint(self) -> Fingerprint:
        return self._taken

    @property
    def versions(self) -> Mapping[str, str]:
        return {"memory": "1"}

    @property
    def position(self) -> Mapping[str, str]:
        return {}

    def is_as(self, manifest: Manifest) -> bool:
        return not manifest.fingerprint.differences(self._taken)

    def end(self) -> None:
        if self._changed:
            raise DefinitionsChanged("The tables were changed while they were copied.")
        if self._broken:
            raise SnapshotFailed("The database broke while it was copied.")


def _fingerprint(tables: Tables) -> Fingerprint:
    states = {
        name: TableState(len(rows), hashlib.sha256(json.dumps(rows).encode()).hexdigest())
        for name, rows in sorted(tables.items())
    }
    return Fingerprint(method="memory 1", schema="", objects={"table": len(states)}, tables=states)
