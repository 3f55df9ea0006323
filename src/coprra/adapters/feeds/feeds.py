"""Feeds from files: price lists found, proved whole, recognised and read by their profiles."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from itertools import tee
from pathlib import Path

from coprra.adapters.feeds.archive.decisions import is_of_decisions
from coprra.adapters.feeds.archive.reader import archived_lists, is_archive
from coprra.adapters.feeds.day_lists import DatedRecords, day_lists
from coprra.adapters.feeds.declarations.branches import KnownBranches, read_branches
from coprra.adapters.feeds.declarations.file_names import Origin
from coprra.adapters.feeds.declarations.profile import FeedProfile, load_profiles
from coprra.adapters.feeds.drafting.columns import taken_columns, unnamed_terms
from coprra.adapters.feeds.formats.records import Reader, Record
from coprra.adapters.feeds.formats.whole_file import WholeFile, open_whole
from coprra.adapters.feeds.merchant.rows import MerchantRowMaker
from coprra.adapters.feeds.merchant.shops import Shop, look, origin_of, propose
from coprra.adapters.feeds.merchant.values import for_people
from coprra.adapters.feeds.recognition import WrongProfile, choose, open_reader, wanted_columns
from coprra.adapters.feeds.rows import RowMaker
from coprra.domain.kernel.errors import Invalid
from coprra.domain.prices.chain import Branch, Chain, UnknownShop
from coprra.domain.prices.list_run import ListRow, ListRun, RowProblem, Severity, Standing
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
    def open(self, source: str, *, profile: str | None = None) -> Iterator[Iterator[Feed]]:
        profiles = load_profiles(self._own)
        with open_whole(source) as file:
            if is_archive(file):
                if profile is not None:
                    raise WrongProfile(f"{file.name} says itself how its lists were read; leave --profile out.")
                with closing(archived_lists(file)) as lists:
                    yield lists
                return
            if is_of_decisions(file):
                raise WrongProfile(f"{file.name} has no lists; `coprra prices take-over` reads what persons decided.")
            chosen = choose(file, profiles, profile)
            reader = open_reader(chosen, file)
            columns = wanted_columns(chosen, reader, file.name)
            shop = look(chosen, file) if chosen.merchant else None
            origin = origin_of(chosen, shop, chosen.origin(file.path)) if shop else _origin(file, chosen, reader)
            reading = Reading(
                *_known(file, chosen, reader, shop, asked=profile is not None),
                taken_columns(chosen, reader.columns, columns),
                unnamed_terms(chosen),
            )
            unknown = None
            if shop and chosen.template:
                chosen, unknown = propose(chosen, shop, file.name)
            known = read_branches(file.path.parent, chosen.chain.code, chosen.timezone, chosen.channel)
            feed = FileFeed(file, chosen, columns, known, origin, reading=reading, unknown=unknown)
            if chosen.history is None:
                yield iter([feed])
                return
            names = (*columns, *chosen.history.columns(reader.columns))
            told = DatedRecords(chosen.history, names, partial(_records, file, chosen))
            with closing(day_lists(feed, chosen, told)) as lists:
                yield lists


def _records(file: WholeFile, profile: FeedProfile, columns: Sequence[str]) -> Iterator[Record | RowProblem]:
    """All records of the file, from its beginning."""
    yield from profile.format.open(file.stream(), file.name).records(columns)
    file.assert_unchanged()


def _origin(file: WholeFile, profile: FeedProfile, reader: Reader) -> Origin:
    """Whose list it is, and of when. The content's branch goes before the name's: files are renamed, lists are not."""
    named = profile.origin(file.path) or Origin()
    code, address = reader.branch
    address = " ".join((address or named.address or "").split())[:_LONGEST_ADDRESS]
    return Origin(
        code or named.branch or profile.branch, address if address and address.isprintable() else None, named.listed_at
    )


def _known(
    file: WholeFile, profile: FeedProfile, reader: Reader, shop: Shop | None, *, asked: bool
) -> tuple[Known, Known | None, Known | None]:
    """From what profile, branch and date are known."""
    named = profile.origin(file.path)
    profile_by = Known.ASKED if asked else Known.NAME if named else Known.CONTENT
    named = named or Origin()
    listed_at_by = Known.NAME if named.listed_at else None
    if profile.history or (shop and shop.listed_at):
        listed_at_by = Known.CONTENT
    branch_by = Known.PROFILE if profile.branch or shop else None
    if not shop:
        branch_by = Known.CONTENT if reader.branch[0] else Known.NAME if named.branch else branch_by
    return profile_by, branch_by, listed_at_by


def _maybe_cut(last: ListRow) -> ListRow:
    reason = "The file ends without a line break; it may be cut."
    problem = RowProblem(last.line, "line", "", "maybe_cut", reason, Severity.WARNING)
    return replace(last, problems=(*last.problems, problem))


class FileFeed(Feed):
    """An open file that is one list. Its rows can be read again, but only once at a time.

    unknown: why nobody knows whose it is.
    """

    def __init__(
        self,
        file: WholeFile,
        profile: FeedProfile,
        columns: tuple[str, ...],
        known: KnownBranches,
        origin: Origin,
        *,
        reading: Reading,
        unknown: UnknownShop | None = None,
    ) -> None:
        self._file = file
        self._profile = profile
        self._columns = columns
        self._known = known
        self._origin = origin
        self._reading = reading
        self._unknown = unknown

    @property
    def source(self) -> str:
        return self._file.name

    @property
    def profile(self) -> Profile:
        return self._profile.summary

    @property
    def chain(self) -> Chain:
        if self._unknown is not None:
            raise self._unknown
        return self._profile.chain

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
    def alone(self) -> bool:
        return True

    @property
    def exported(self) -> ListRun | None:
        return None

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
        reader = self._open()
        yield from self._made(reader, reader.records(self._columns))

    def raw_rows(self) -> Iterator[tuple[tuple[str, ...], ListRow]]:
        names = tuple(column.name for column in self._reading.columns)
        reader = self._open()
        records, again = tee(reader.records((*names, *self._columns)))
        rows = self._made(reader, (_without(record, len(names)) for record in records))
        for row, record in zip(rows, again, strict=True):
            yield () if isinstance(record, RowProblem) else tuple(map(self._told, record[1][: len(names)])), row

    def _open(self) -> Reader:
        return self._profile.format.open(self._file.stream(), self._file.name)

    def _told(self, text: str) -> str:
        return for_people(text) if self._profile.merchant else text

    def _made(self, reader: Reader, records: Iterator[Record | RowProblem]) -> Iterator[ListRow]:
        rules = self._profile.merchant
        row_of = MerchantRowMaker(self._profile, rules) if rules else RowMaker(self._profile)
        line = 0
        for record in records:
            if isinstance(record, RowProblem):
                row = ListRow(record.line, None, problems=(record,))
            else:
                row = row_of(record)
                if reader.unended:
                    row = _maybe_cut(row)
            # Documents may stand on one line, all of them.
            line = max(row.line, line + 1)
            yield row if row.line == line else replace(row, line=line)
        self._file.assert_unchanged()

    @property
    def standing(self) -> Standing | None:
        return None


def _without(record: Record | RowProblem, first: int) -> Record | RowProblem:
    """Without the first texts."""
    return record if isinstance(record, RowProblem) else (record[0], record[1][first:])
