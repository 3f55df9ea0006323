"""Several lists in one go: each by itself, whatever becomes of the others."""

import getpass
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from coprra.adapters.memory.store import MemoryStore
from coprra.adapters.system.clock import StoppedClock
from coprra.domain.kernel.errors import Unreadable
from coprra.domain.prices.import_feed import ImportFeed
from coprra.domain.prices.list_run import ListRow
from coprra.domain.prices.ports import Feed, Feeds, PricesUnitOfWork, Profile
from coprra.entrypoints.cli.bar import NoBar
from coprra.entrypoints.cli.endings import Interrupted
from coprra.entrypoints.cli.importing import Importing, Wishes, operator
from coprra.testing.builders import LONG_AFTER, TESTER, PriceList, a_row, day


@dataclass(frozen=True)
class Folder(Feeds):
    """Lists by path; a path that is not there can't be read."""

    lists: Mapping[str, Feed | tuple[Feed, ...]]

    def profiles(self) -> tuple[Profile, ...]:
        """None."""
        return ()

    @contextmanager
    def open(self, source: str, *, profile: str | None = None) -> Iterator[Iterator[Feed]]:  # noqa: ARG002 - a port
        """The list of that path."""
        if source not in self.lists:
            raise Unreadable("It is cut off.")
        found = self.lists[source]
        yield iter(found if isinstance(found, tuple) else (found,))


@dataclass(frozen=True)
class InterruptedList(PriceList):
    """Whoever reads it for the first time presses Ctrl-C at its second row."""

    times: list[int] = field(default_factory=list)

    def rows(self) -> Iterator[ListRow]:
        """One row, then an interruption."""
        self.times.append(1)
        yield self.rows_[0]
        if len(self.times) == 1:
            raise KeyboardInterrupt


@dataclass
class LateInterruption:
    """A store whose user presses Ctrl-C in the moment in which a commit has succeeded."""

    store: MemoryStore = field(default_factory=MemoryStore)

    @contextmanager
    def unit_of_work(self) -> Iterator[PricesUnitOfWork]:
        """A unit of work that ends in an interruption after its commit."""
        with self.store.unit_of_work() as uow:
            committed: list[bool] = []
            real = uow.commit

            def commit() -> None:
                real()
                committed.append(True)

            object.__setattr__(uow, "commit", commit)
            yield uow
        if committed:
            raise KeyboardInterrupt


OpenUnit = Callable[[], AbstractContextManager[PricesUnitOfWork]]


def going(
    lists: Mapping[str, Feed | tuple[Feed, ...]], unit_of_work: OpenUnit, *, dry_run: bool = False
) -> tuple[Importing, list[str]]:
    said: list[str] = []
    import_feed = ImportFeed(StoppedClock(LONG_AFTER), Folder(lists), unit_of_work)
    wishes = Wishes(by=TESTER, dry_run=dry_run)
    return Importing(import_feed=import_feed, wishes=wishes, say=said.append, complain=said.append, bar=NoBar()), said


def a_list(at: int = 0) -> PriceList:
    return PriceList((a_row("1", gtins=[]), a_row("2", line=3)), day(at))


def test_one_list_that_fails_does_not_stop_the_others() -> None:
    importing, said = going({"a.csv": a_list(0), "c.csv": a_list(1)}, MemoryStore().unit_of_work)
    importing.take(("a.csv", "b.csv", "c.csv"))
    assert importing.failed == ["b.csv"]
    told = [line for line in said if not line.startswith(" ")]
    assert [line.split(":")[0] for line in told] == ["a.csv", "error", "c.csv"]
    assert told[1] == "error: b.csv: It is cut off. [unreadable]"
    assert importing.summary().startswith("3 lists: 2 imported, 0 imported before, 1 failed; 4 rows in ")
    assert importing.documents[1] == {"file": "b.csv", "error": {"code": "unreadable", "message": "It is cut off."}}


@pytest.mark.parametrize("message", ["a.csv, line 3: It is cut.", "a.csv: It is cut.", "a.csv is cut."])
def test_a_file_is_named_once_however_its_message_begins(message: str) -> None:
    class Cut(PriceList):
        def rows(self) -> Iterator[ListRow]:
            raise Unreadable(message)

    importing, said = going({"lists/a.csv": Cut((a_row(),), day(0), source="a.csv")}, MemoryStore().unit_of_work)
    importing.take(("lists/a.csv",))
    assert said == [f"error: lists/{message} [unreadable]"]


def test_a_message_that_names_the_file_does_not_name_it_twice() -> None:
    importing, said = going({"lists/a.csv": PriceList((a_row(),), None, source="a.csv")}, MemoryStore().unit_of_work)
    importing.take(("lists/a.csv",))
    assert said[0].startswith("error: lists/a.csv does not say of when it is")


def test_a_list_of_before_is_counted_as_such() -> None:
    importing, _ = going({"a.csv": a_list()}, MemoryStore().unit_of_work)
    importing.take(("a.csv", "a.csv"))
    assert importing.summary().startswith("2 lists: 1 imported, 1 imported before, 0 failed")


def test_problems_are_told_before_the_report() -> None:
    rows = (*(a_row(str(number), line=number + 2) for number in range(8)), a_row("9", None, line=10))
    importing, said = going({"a.csv": PriceList(rows)}, MemoryStore().unit_of_work)
    importing.take(("a.csv",))
    assert said[0] == 'a.csv:10: error price "x": The price is no number.'
    assert "1 row not taken" in said[-1]


def test_an_interrupted_list_is_not_taken_and_the_ending_says_so(tmp_path: Path) -> None:
    store = MemoryStore()
    file = tmp_path / "b.csv"
    file.touch()
    lists: dict[str, Feed] = {"a.csv": a_list(), str(file): InterruptedList((a_row("1"),), day(1))}
    importing, _ = going(lists, store.unit_of_work)
    with pytest.raises(Interrupted) as caught:
        importing.take(("a.csv", str(file), "c.csv"))
    assert caught.value.message == f"interrupted: nothing of {file} was taken; 1 of 3 lists before it"
    with store.reads() as snapshot:
        assert [listed for known in snapshot.chains(day(9)) for _, listed in known.branches] == [day(0)]


def test_of_an_interrupted_file_the_lists_before_stay_and_the_ending_says_so(tmp_path: Path) -> None:
    file = tmp_path / "history.json"
    file.touch()
    one = (a_row("1"),)
    history = (PriceList(one, day(0)), PriceList(one, day(1)), InterruptedList(one, day(2)))
    store = MemoryStore()
    importing, _ = going({str(file): history}, store.unit_of_work)
    with pytest.raises(Interrupted) as caught:
        importing.take((str(file),))
    assert f"2 lists of {file} had been taken; import it again for the others" in caught.value.message
    importing.take((str(file),))
    assert (importing.documents[0]["lists"], importing.documents[0]["known"]) == (3, 2)


def test_an_interruption_right_after_the_commit_claims_nothing_false(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.touch()
    importing, _ = going({str(file): a_list()}, LateInterruption().unit_of_work)
    with pytest.raises(Interrupted) as caught:
        importing.take((str(file),))
    assert "had been taken already" in caught.value.message


def test_an_interrupted_dry_run_has_taken_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.touch()
    importing, _ = going({str(file): InterruptedList((a_row("1"),))}, MemoryStore().unit_of_work, dry_run=True)
    with pytest.raises(Interrupted) as caught:
        importing.take((str(file),))
    assert f"nothing of {file} was taken" in caught.value.message


def test_whoever_cannot_wait_for_the_answer_is_told_how_to_get_it(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.touch()

    class Impatient(InterruptedList):
        def rows(self) -> Iterator[ListRow]:
            raise KeyboardInterrupt

    importing, _ = going({str(file): Impatient((a_row("1"),))}, MemoryStore().unit_of_work)
    with pytest.raises(Interrupted) as caught:
        importing.take((str(file),))
    assert caught.value.message.startswith("interrupted, twice")


def test_the_operator_is_who_is_logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "ana")
    assert str(operator()) == "operator:ana"


@pytest.mark.parametrize("error", [KeyError("uid not found"), OSError("no such user")])
def test_a_host_that_knows_no_name_gives_the_number(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def nobody() -> str:
        raise error

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert str(operator()).startswith("operator:uid-")
