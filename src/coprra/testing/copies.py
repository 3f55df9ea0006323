"""Copies of a store: what its lists said and persons decided, exported to files and imported into another store."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from coprra.adapters.feeds.archive.decisions import JsonLinesDecisions
from coprra.adapters.feeds.archive.writer import JsonLinesArchive
from coprra.adapters.feeds.feeds import FileFeeds
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.prices.export_decisions import ExportDecisions
from coprra.domain.prices.export_lists import ExportLists
from coprra.domain.prices.import_decisions import ImportDecisions, ImportedDecisions
from coprra.domain.prices.import_feed import ImportFeed, ImportReport
from coprra.testing.builders import LONG_AFTER, TESTER, Store


def exported(store: Store, as_of: datetime = LONG_AFTER) -> str:
    """What an export of all lists writes."""
    return "".join(ExportLists(StoppedClock(LONG_AFTER), store.reads, JsonLinesArchive())(as_of=as_of))


def import_exported(store: Store, text: str) -> ImportReport:
    """Import such a text. Nothing is forced."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lists.jsonl"
        path.write_text(text, "utf-8")
        return ImportFeed(StoppedClock(LONG_AFTER), FileFeeds(), store.unit_of_work)(str(path), by=TESTER)


def exported_decisions(store: Store) -> str:
    """What an export of all decisions writes."""
    return "".join(ExportDecisions(store.reads, JsonLinesDecisions())())


def import_decisions(store: Store, text: str) -> ImportedDecisions:
    """Import such a text."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "decisions.jsonl"
        path.write_text(text, "utf-8")
        take = ImportDecisions(StoppedClock(LONG_AFTER), JsonLinesDecisions(), store.unit_of_work)
        return take(str(path), by=TESTER)
