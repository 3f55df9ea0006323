"""A `branches.toml` beside the lists tells what they do not: codes, aliases, addresses."""

from typing import TYPE_CHECKING

import pytest

from coprra.adapters.feeds.declarations.branches import InvalidBranches
from coprra.domain.prices.chain import Branch, BranchId, Channel, InvalidChain

if TYPE_CHECKING:
    from tests.unit.adapters.feeds.conftest import Lists

LIST = "sku,title,price\n1,Milk,1.99\n"
MAIN = Branch(BranchId("local", "0001"), "Europe/Zagreb", Channel.ONLINE, "Main street 1")
BRANCHES = """
[[branches]]
chain = "local"
code = "0001"
aliases = ["main", "Webshop"]
address = "Main street 1"
timezone = "Europe/Zagreb"
channel = "online"

[[branches]]
chain = "local"
code = "0002"

[[branches]]
chain = "other"
code = "main"
"""


def branch(lists: "Lists", name: str) -> Branch | None:
    with lists.feeds.open(lists.write(LIST, name)) as (feed,):
        return feed.branch


@pytest.mark.parametrize("name", ["main", "MAIN", "webshop", "0001"])
def test_a_branch_is_known_by_code_or_alias_in_any_case(lists: "Lists", name: str) -> None:
    lists.write(BRANCHES, "branches.toml")
    assert branch(lists, f"local_{name}_2026-01-05.csv") == MAIN


def test_a_branch_that_nobody_describes_has_what_the_profile_says(lists: "Lists") -> None:
    plain = Branch(BranchId("local", "main"), "UTC", Channel.IN_STORE, None)
    assert branch(lists, "local_main_2026-01-05.csv") == plain
    lists.write(BRANCHES, "branches.toml")
    assert branch(lists, "local_0002_2026-01-05.csv") == Branch(BranchId("local", "0002"), "UTC")
    assert branch(lists, "local_0003_2026-01-05.csv") == Branch(BranchId("local", "0003"), "UTC")


def test_a_branch_can_be_named_by_alias_where_the_file_says_nothing(lists: "Lists") -> None:
    lists.write(BRANCHES, "branches.toml")
    with lists.feeds.open(lists.write(LIST, "prices.csv")) as (feed,):
        assert feed.branch is None
        assert feed.branch_named("webshop") == MAIN
        assert feed.branch_named("new").id == BranchId("local", "new")
        with pytest.raises(InvalidChain, match="Branch code 'a b'"):
            feed.branch_named("a b")


def test_mistakes_are_told_at_once_with_their_keys(lists: "Lists") -> None:
    lists.write(
        '[[branches]]\nchain = "local"\n[[branches]]\nchain = "local"\ncode = "1 2"\nalias = "x"\n'
        '[[branches]]\nchain = "local"\ncode = "1"\nchannel = "shop"\ntimezone = "Mars"\n'
        '[[branches]]\nchain = "local"\ncode = "2"\naliases = ["3"]\n[[branches]]\nchain = "local"\ncode = "3"\n'
        "[branch]\n",
        "branches.toml",
    )
    with pytest.raises(InvalidBranches) as refused:
        branch(lists, "local_main_2026-01-05.csv")
    assert list(refused.value.problems) == [
        "branches.toml: [branches 1] code: is missing; give the chain's own code of the branch.",
        "branches.toml: [branches 2] alias: is not known; is aliases meant?",
        "branches.toml: [branches 2]: Branch code '1 2' needs 1 to 32 letters, digits, '-', '_' or '.'.",
        "branches.toml: [branches 3] channel: 'shop' is not one of in_store, online.",
        "branches.toml: [branches 3]: 'Mars' is no IANA time zone such as Europe/Zagreb.",
        "branches.toml: [branches 5] aliases: '3' is another branch of local already.",
        "branches.toml: branch: is not known; known are branches.",
    ]


@pytest.mark.parametrize("content", [b"\xff", b"[[branches]", b"branches = 7"])
def test_a_file_that_is_no_declaration_is_refused(lists: "Lists", content: bytes) -> None:
    lists.write(content, "branches.toml")
    with pytest.raises(InvalidBranches, match=r"^branches\.toml: "):
        branch(lists, "local_main_2026-01-05.csv")
