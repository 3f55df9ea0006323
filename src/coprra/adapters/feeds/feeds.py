"""Feeds from files: price lists found, proved whole, recognised and read by their profiles."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from coprra.adapters.feeds.branches import KnownBranches, read_branches
from coprra.adapters.feeds.columns import taken_columns, unnamed_terms
from coprra.adapters.feeds.file_names import Origin
from coprra.adapters.feeds.profile import FeedProfile, load_profiles
from coprra.adapters.feeds.recognition import choose, open_reader, wanted_columns
from coprra.adapters.feeds.records import Reader, same_column
from coprra.adapters.feeds.rows import RowMaker
from coprra.adapters.feeds.whole_file import WholeFile, open_whole
from coprra.domain.kernel.errors import Invalid
from coprra.domain.prices.chain import Branch
from coprra.domain.prices.list_run import ListRow, RowProblem, Severity
from coprra.domain.prices.ports import Feed, Feeds, Profile
from coprra.domain.prices.reading import Known, Reading

_LONGEST_ADDRESS = 300


class FileFeeds(Feeds):
    """Price lists in files. own: the folder of the user's profiles; each file `<name>.toml` adds or replaces one."""

    def __init__(self, own: Path | None = None) -> None:
        self._own = own

    def profiles(self) -> tuple[Profile, ...]:
        return tuple(profile.summary for profile in load_profiles(self._own).values())

    @contextmanager
    def open(self, source: str, *, profile: str | None = None) -> Iterator[Feed]:
        profiles = load_profiles(self._own)
        with open_whole(source) as file:
            chosen = choose(file, profiles, profile)
            reader = open_reader(chosen, file)
            columns = wanted_columns(chosen, reader, file.name)
            known = read_branches(file.path.parent, chosen.chain.code, chosen.timezone, chosen.channel)
            origin = _origin(file, chosen, reader)
            reading = _reading(file, chosen, reader, columns, asked=profile is not None)
            yield FileFeed(file, chosen, columns, known, origin, reading=reading)


def _origin(file: WholeFile, profile: FeedProfile, reader: Reader) -> Origin:
    """Whose list it is, and of when. The content's branch goes before the name's: files are renamed, lists are not."""
    named = profile.origin(file.path) or Origin()
    code, address = reader.branch
    address = " ".join((address or named.address or "").split())[:_LONGEST_ADDRESS]
    return Origin(
        code or named.branch or profile.branch, address if address and address.isprintable() else None, named.listed_at
    )


def _reading(file: WholeFile, profile: FeedProfile, reader: Reader, wanted: tuple[str, ...], *, asked: bool) -> Reading:
    named = profile.origin(file.path)
    return Reading(
        profile_by=Known.ASKED if asked else Known.NAME if named else Known.CONTENT,
        branch_by=Known.CONTENT
        if reader.branch[0]
        else Known.NAME
        if named and named.branch
        else Known.PROFILE
        if profile.branch
        else None,
        listed_at_by=Known.NAME if named and named.listed_at else None,
        columns=taken_columns(profile, reader.columns, wanted),
        unnamed=unnamed_terms(profile),
    )


def _maybe_cut(last: ListRow) -> ListRow:
    reason = "The file ends without a line break; it may be cut."
    problem = RowProblem(last.line, "line", "", "maybe_cut", reason, Severity.WARNING)
    return replace(last, problems=(*last.problems, problem))


class FileFeed(Feed):
    """One open file. Its rows can be read again, but only once at a time."""

    def __init__(
        self,
        file: WholeFile,
        profile: FeedProfile,
        columns: tuple[str, ...],
        known: KnownBranches,
        origin: Origin,
        *,
        reading: Reading,
    ) -> None:
        self._file = file
        self._profile = profile
        self._columns = columns
        self._known = known
        self._origin = origin
        self._reading = reading

    @property
    def source(self) -> str:
        return self._file.name

    @property
    def profile(self) -> Profile:
        return self._profile.summary

    @property
    def reading(self) -> Reading:
        return self._reading

    @property
    def branch(self) -> Branch | None:
        if self._origin.branch is None:
            return None
        try:
            return self._known.named(self._origin.branch, self._origin.address)
        except Invalid:
            # A code or address that no branch can have says nothing; the caller must.
            return None

    def branch_named(self, code: str) -> Branch:
        found = self.branch
        named = self._known.named(code)
        # The same branch by another of its names: what the file knows of it holds.
        return found if found is not None and found.id == named.id else named

    @property
    def listed_at(self) -> date | datetime | None:
        return self._origin.listed_at

    @property
    def complete(self) -> bool:
        return self._profile.complete

    @property
    def sha256(self) -> str:
        return self._file.sha256

    @property
    def size(self) -> int:
        return self._file.size

    @property
    def position(self) -> int:
        return self._file.position

    def rows(self) -> Iterator[ListRow]:
        reader = self._profile.format.open(self._file.stream(), self._file.name)
        row_of = RowMaker(self._profile)
        for record in reader.records(self._columns):
            if isinstance(record, RowProblem):
                yield ListRow(record.line, None, problems=(record,))
            elif reader.unended:
                yield _maybe_cut(row_of(record))
            else:
                yield row_of(record)
        self._file.assert_unchanged()

    def raw_rows(self) -> Iterator[tuple[tuple[str, ...], ListRow]]:
        reader = self._profile.format.open(self._file.stream(), self._file.name)
        row_of = RowMaker(self._profile)
        names = [column.name for column in self._reading.columns]
        where = {same_column(name): index for index, name in reversed(list(enumerate(names)))}
        # Terms without a column are read from an empty text behind the row's end.
        wanted = [where.get(same_column(name), len(names)) for name in self._columns]
        for record in reader.records(names):
            if isinstance(record, RowProblem):
                yield (), ListRow(record.line, None, problems=(record,))
                continue
            line, texts = record
            told = (*texts, "")
            row = row_of((line, tuple(told[index] for index in wanted)))
            yield texts, _maybe_cut(row) if reader.unended else row
