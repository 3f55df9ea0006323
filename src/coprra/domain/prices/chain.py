"""Chains and branches: who asks a price, and where."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.instants import InvalidInstant
from coprra.domain.kernel.money import Currency
from coprra.domain.kernel.text import plain_text


class InvalidChain(Invalid):
    """A chain or branch that breaks a rule."""

    code = "invalid_chain"


class UnknownBranch(Invalid):
    """A question names a chain or branch that no list was read of."""

    code = "unknown_branch"

    @classmethod
    def of(cls, branch: "BranchId") -> "UnknownBranch":
        """Names what was asked for."""
        return cls(f"No list of {branch} was ever read; `coprra prices chains` names the branches that are known.")


class UnknownShop(Invalid):
    """A feed of a form that many shops use, and no profile says which shop's it is; the message has one to save."""

    code = "unknown_shop"


class Channel(StrEnum):
    """How a branch sells. In a store nothing is shipped, so the price at the shelf is complete."""

    IN_STORE = "in_store"
    ONLINE = "online"


def _slug(what: str, code: str, pattern: str) -> None:
    if not re.fullmatch(pattern, code):
        raise InvalidChain(f"{what} {code[:40]!r} needs 1 to 32 letters, digits, '-', '_' or '.'.")


@dataclass(frozen=True, slots=True)
class Chain:
    """A trader in one country and currency; "store" in the API and CLI.

    code: 1 to 32 small letters, digits and ``-_.``; country: ISO 3166-1 alpha-2; stale_after: how long a price is
    believed after it was last seen.
    """

    code: str
    name: str
    country: str
    currency: Currency
    stale_after: timedelta = timedelta(days=7)

    def __post_init__(self) -> None:
        _slug("Chain code", self.code, r"[a-z0-9][a-z0-9._-]{0,31}")
        plain_text("Chain name", self.name, 100)
        if not re.fullmatch(r"[A-Z]{2}", self.country):
            raise InvalidChain(f"Country {self.country[:10]!r} is no ISO 3166 code such as HR.")
        if not timedelta(hours=1) <= self.stale_after <= timedelta(days=3660):
            raise InvalidChain("A price can be believed for one hour at least and ten years at most.")


@dataclass(frozen=True, slots=True, order=True)
class BranchId:
    """Which branch: the chain's code and the branch's own. Written ``konzum/0613``."""

    chain: str
    code: str

    def __post_init__(self) -> None:
        _slug("Branch code", self.code, r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")

    def __str__(self) -> str:
        return f"{self.chain}/{self.code}"


@dataclass(frozen=True, slots=True)
class Branch:
    """One place or shop of a chain. timezone: IANA; address: None when no list tells it.

    Raises: InvalidChain for a time zone that this machine does not know.
    """

    id: BranchId
    timezone: str
    channel: Channel = Channel.IN_STORE
    address: str | None = None

    def __post_init__(self) -> None:
        if self.address is not None:
            plain_text("Branch address", self.address, 300)
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise InvalidChain(f"{self.timezone[:60]!r} is no IANA time zone such as Europe/Zagreb.") from error

    def instant_of(self, local: date | datetime) -> datetime:
        """A list's own date as an instant, aware, UTC.

        A date is the beginning of the branch's local day; a naive datetime is local time (the earlier of two where a
        clock change doubles it); an aware one is taken as it is.

        Raises: InvalidInstant where the calendar ends, in the years 1 and 9999.
        """
        if not isinstance(local, datetime):
            local = datetime.combine(local, time.min)
        if local.tzinfo is None:
            local = local.replace(tzinfo=ZoneInfo(self.timezone), fold=0)
        try:
            return local.astimezone(UTC)
        except OverflowError as error:
            raise InvalidInstant(f"{local.date()} is beyond the calendar.") from error


@dataclass(frozen=True, slots=True)
class BranchFilter:
    """Which branches a question is about. Empty: all. A branch or a whole chain: ``konzum/0613``, ``spar``."""

    wanted: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, text: str) -> "BranchFilter":
        """From a comma-separated list; empty is all, and the case of chains does not matter. Raises: InvalidChain."""
        wanted = set()
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            chain, slash, code = part.partition("/")
            chain = chain.lower()
            _slug("Chain code", chain, r"[a-z0-9][a-z0-9._-]{0,31}")
            wanted.add(str(BranchId(chain, code)) if slash else chain)
        return cls(frozenset(wanted))

    def check(self, known: Iterable[BranchId]) -> None:
        """Raises: UnknownBranch for what is wanted and not known; it says what is."""
        branches = {str(branch) for branch in known}
        chains = {branch.partition("/")[0] for branch in branches}
        for wanted in sorted(self.wanted - branches - chains):
            near = sorted(branch for branch in branches if branch.partition("/")[0] == wanted.partition("/")[0])
            choice = ", ".join((near or sorted(chains))[:20]) or "none"
            raise UnknownBranch(f"No list of {wanted} was read by then; known are: {choice}.")

    def __contains__(self, branch: BranchId) -> bool:
        return not self.wanted or branch.chain in self.wanted or str(branch) in self.wanted
