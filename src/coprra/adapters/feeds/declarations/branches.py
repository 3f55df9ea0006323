"""Branches: what a `branches.toml` beside the lists knows of a chain's branches."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from coprra.adapters.feeds.declarations.declaration import InvalidDeclaration, Table
from coprra.domain.kernel.errors import Invalid
from coprra.domain.prices.chain import Branch, BranchId, Channel

FILE_NAME = "branches.toml"


class InvalidBranches(InvalidDeclaration):
    """A `branches.toml` with mistakes."""

    code: ClassVar[str] = "invalid_branches"


@dataclass(frozen=True, slots=True)
class KnownBranches:
    """The branches of one chain. timezone, channel: of those that nothing else is known of."""

    chain: str
    timezone: str
    channel: Channel
    by_name: Mapping[str, Branch] = field(default_factory=dict)
    """By code and alias, in folded case."""

    def named(self, code: str, address: str | None = None) -> Branch:
        """The branch of that code or alias, in whatever case. address: where no better one is known.

        Raises: InvalidChain for a code that no branch can have.
        """
        known = self.by_name.get(code.casefold())
        if known is None:
            return Branch(BranchId(self.chain, code), self.timezone, self.channel, address)
        return known if known.address else Branch(known.id, known.timezone, known.channel, address)


def read_branches(folder: Path, chain: str, timezone: str, channel: Channel) -> KnownBranches:
    """What the folder's `branches.toml` knows of that chain; nothing without one.

    Raises: InvalidBranches with every mistake there is, of other chains' branches too.
    """
    try:
        text = (folder / FILE_NAME).read_text("utf-8")
    except FileNotFoundError:
        return KnownBranches(chain, timezone, channel)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidBranches([f"{FILE_NAME}: can't be read: {error}."]) from error
    problems: list[str] = []
    by_name: dict[tuple[str, str], Branch] = {}
    top = Table.parse(text, FILE_NAME, problems)
    for table in top.tables("branches"):
        branch, names = _read(table, timezone, channel)
        for name in names:
            if by_name.setdefault((branch.id.chain, name.casefold()), branch) != branch:
                table.note("aliases", f"{name!r} is another branch of {branch.id.chain} already")
    top.close()
    if problems:
        raise InvalidBranches(problems)
    own = {name: branch for (of, name), branch in by_name.items() if of == chain}
    return KnownBranches(chain, timezone, channel, own)


def _read(table: Table, timezone: str, channel: Channel) -> tuple[Branch, tuple[str, ...]]:
    code = table.text("code", hint="the chain's own code of the branch")
    chain = table.text("chain", hint="a chain's code")
    aliases = table.texts("aliases")
    address = table.text("address", "") or None
    zone = table.text("timezone", timezone)
    sells = table.text("channel", str(channel), like="|".join(Channel), hint=f"one of {', '.join(Channel)}")
    table.close()
    # Nobody meets this one: what is missing has been noted, and refuses the file at its end.
    branch = Branch(BranchId("unknown", "unknown"), "UTC")
    if code and chain:
        try:
            branch = Branch(BranchId(chain, code), zone, Channel(sells), address)
        except Invalid as error:
            table.note("", error.message.removesuffix("."))
    return branch, (code, *aliases)
