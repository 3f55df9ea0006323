"""The book of exchange rates in memory."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from coprra.adapters.memory.state import State
from coprra.domain.exchange.ports import RateBook, RateImport
from coprra.domain.exchange.rate import Publication
from coprra.domain.exchange.revision import Stated
from coprra.domain.kernel.money import Currency


class MemoryRateBook(RateBook):
    """Works on the copy that its unit of work will commit. It keeps what is believed, and no evidence of the rest."""

    _run: RateImport

    def __init__(self, changing: Callable[[], State]) -> None:
        self._changing = changing

    def lock(self) -> None:
        """See `RateBook.lock`."""
        self._changing()

    def find(self, sha256: str) -> bool:
        """See `RateBook.find`."""
        return sha256 in self._changing().rate_imports

    def begin(self, run: RateImport) -> None:
        """See `RateBook.begin`."""
        self._run = run
        self._changing().rate_imports[run.sha256] = run

    def believed(self, first: date, last: date) -> Mapping[date, Mapping[Currency, Stated]]:
        """See `RateBook.believed`."""
        return {day: stated for day, stated in self._changing().rates.items() if first <= day <= last}

    def add(self, publications: Iterable[Publication]) -> None:
        """See `RateBook.add`."""
        rates = self._changing().rates
        for said in publications:
            stated = {code: Stated(per_euro, self._run.newest) for code, per_euro in said.per_euro.items()}
            rates[said.day] = {**rates.get(said.day, {}), **stated}
