"""The outbox in memory, and the vault of what is sealed in it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from coprra.adapters.memory.state import State
from coprra.domain.keys.ports import Sealed, Vault
from coprra.domain.mail.ports import PURPOSE, Outbox, Posted

_PLACE = "outbox.sealed"


class MemoryOutbox(Outbox):
    """Works on the copy that its unit of work will commit."""

    def __init__(self, changing: Callable[[], State], shown: Callable[[], State]) -> None:
        self._changing = changing
        self._shown = shown

    def add(self, letter: Posted) -> int:
        """See `Outbox.add`."""
        state = self._changing()
        state.last_letter += 1
        state.outbox[state.last_letter] = letter
        return state.last_letter

    def find(self, id: int) -> Posted | None:
        """See `Outbox.find`."""
        return self._shown().outbox.get(id)

    def remove(self, id: int) -> None:
        """See `Outbox.remove`."""
        self._changing().outbox.pop(id, None)


class MemoryVault(Vault):
    """Knows the outbox alone."""

    def __init__(self, changing: Callable[[], State], shown: Callable[[], State]) -> None:
        self._changing = changing
        self._shown = shown

    @property
    def places(self) -> tuple[str, ...]:
        """See `Vault.places`."""
        return (_PLACE,)

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """See `Vault.counts`."""
        return {_PLACE: Counter(_key(letter) for letter in self._shown().outbox.values())}

    def others(self, place: str, key: str, *, after: int | None, limit: int) -> Sequence[Sealed]:
        """See `Vault.others`."""
        found = [
            Sealed(place, id, PURPOSE, letter.message_id, letter.sealed)
            for id, letter in sorted(self._shown().outbox.items())
            if (after is None or id > int(after)) and _key(letter) != key
        ]
        return found[:limit]

    def replace(self, old: Sealed, sealed: str) -> bool:
        """See `Vault.replace`."""
        outbox = self._changing().outbox
        letter = outbox.get(int(old.row))
        if letter is None or letter.sealed != old.sealed:
            return False
        outbox[int(old.row)] = replace(letter, sealed=sealed)
        return True


def _key(letter: Posted) -> str:
    return letter.sealed.split(".")[1]
