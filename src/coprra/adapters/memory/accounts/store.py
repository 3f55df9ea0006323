"""The memory store of accounts: looks to read, units of work to write."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from types import TracebackType
from typing import Self

from coprra.adapters.memory.accounts.limiter import MemoryLimiter
from coprra.adapters.memory.accounts.second_factors import MemoryDevices, MemoryRecoveryCodes, MemoryResets
from coprra.adapters.memory.accounts.sessions import MemorySessions, MemoryTickets, MemoryTokens
from coprra.adapters.memory.accounts.state import Changing, State
from coprra.adapters.memory.accounts.users import MemoryGrants, MemoryLinks, MemoryUsers
from coprra.domain.kernel.errors import Unavailable
from coprra.domain.kernel.events import Event
from coprra.domain.mfa.ports import Devices, RecoveryCodes, Resets
from coprra.domain.sessions.ports import Sessions, SessionsReads, SessionsUnitOfWork, Tickets, Tokens
from coprra.domain.users.inquiry import Inquiry
from coprra.domain.users.letter import Letter
from coprra.domain.users.notices import no_mail
from coprra.domain.users.ports import Grants, Links, Outbox, Users


class MemoryAccounts:
    """Shared by threads. publish: called for each event after its commit.

    send: called for each letter as part of the commit, which fails with it; None: nobody carries letters. asked: called
    likewise for the number of each inquiry.
    patience: seconds to wait for a writer.
    """

    def __init__(
        self,
        publish: Callable[[Event], None] = lambda _: None,
        send: Callable[[Letter], None] | None = None,
        asked: Callable[[int], None] = lambda _: None,
        *,
        patience: float = 30,
    ) -> None:
        self._state = State()
        self._writing = threading.Lock()
        self._publish = publish
        self._send = send
        self._asked = asked
        self._numbers = count(1)
        self._patience = patience
        self.limiter = MemoryLimiter()

    @contextmanager
    def reads(self) -> Iterator[SessionsReads]:
        """A look."""
        state = self._state
        yield MemoryAccountReads(lambda: state)

    def unit_of_work(self) -> "MemoryAccountsUnitOfWork":
        """A unit of work; it holds the store's only pen from its start to its end."""
        return MemoryAccountsUnitOfWork(self)


class MemoryAccountReads(SessionsReads):
    """One state, which stays as it is."""

    def __init__(self, state: Changing) -> None:
        self._users = MemoryUsers(state)
        self._links = MemoryLinks(state)
        self._devices = MemoryDevices(state)
        self._recovery_codes = MemoryRecoveryCodes(state)
        self._sessions = MemorySessions(state)
        self._tickets = MemoryTickets(state)
        self._tokens = MemoryTokens(state)

    @property
    def users(self) -> Users:
        return self._users

    @property
    def links(self) -> Links:
        return self._links

    @property
    def devices(self) -> Devices:
        return self._devices

    @property
    def recovery_codes(self) -> RecoveryCodes:
        return self._recovery_codes

    @property
    def sessions(self) -> Sessions:
        return self._sessions

    @property
    def tickets(self) -> Tickets:
        return self._tickets

    @property
    def tokens(self) -> Tokens:
        return self._tokens


class MemoryAccountsUnitOfWork(MemoryAccountReads, SessionsUnitOfWork, Outbox):
    """Changes a copy, and puts it in place at the commit."""

    def __init__(self, store: MemoryAccounts) -> None:
        super().__init__(self._changing)
        self._store = store
        self._copy: State | None = None
        self._events: list[Event] = []
        self._letters: list[Letter] = []
        self._inquiries: list[int] = []

    @property
    def grants(self) -> Grants:
        return MemoryGrants(self._changing)

    @property
    def resets(self) -> Resets:
        return MemoryResets(self._changing)

    @property
    def outbox(self) -> Outbox:
        return self

    @property
    def carries(self) -> bool:
        """See `Outbox.carries`."""
        return self._store._send is not None

    def post(self, letter: Letter) -> None:
        """See `Outbox.post`."""
        if not self.carries:
            raise no_mail()
        self._letters.append(letter)

    def ask(self, inquiry: Inquiry) -> None:
        """See `Outbox.ask`."""
        if not self.carries:
            raise no_mail()
        number = next(self._store._numbers)
        self._changing().inquiries[number] = inquiry
        self._inquiries.append(number)

    def take(self, number: int) -> Inquiry | None:
        """See `Outbox.take`."""
        return self._changing().inquiries.pop(number, None)

    def _changing(self) -> State:
        if self._copy is None:
            raise Unavailable("The unit of work has ended.")
        return self._copy

    def __enter__(self) -> Self:
        if not self._store._writing.acquire(timeout=self._store._patience):
            raise Unavailable("Somebody else is changing the accounts; try again when that is done.")
        self._copy = self._store._state.copy()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._copy is not None:
            self._copy = None
            self._store._writing.release()

    def commit(self) -> None:
        """See `UnitOfWork.commit`."""
        state = self._changing()
        if self._store._send is not None:
            for letter in self._letters:
                self._store._send(letter)
            for number in self._inquiries:
                self._store._asked(number)
        self._store._state = state
        self._copy = None
        self._store._writing.release()
        for event in self._events:
            self._store._publish(event)

    def record(self, event: Event) -> None:
        """See `UnitOfWork.record`."""
        self._events.append(event)
