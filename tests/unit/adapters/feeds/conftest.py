"""What the tests of price lists share: a folder to write lists into, and a way to read them."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from coprra.adapters.feeds.feeds import FileFeeds
from coprra.domain.prices.list_run import ListRow

NAME = "local_main_2026-01-05.csv"


@dataclass(frozen=True)
class Lists:
    """Lists in a folder of their own, and the user's profiles in another."""

    folder: Path
    own: Path

    @property
    def feeds(self) -> FileFeeds:
        return FileFeeds(self.own)

    def write(self, content: str | bytes, name: str = NAME, *, packed: bool = False) -> str:
        data = content.encode() if isinstance(content, str) else content
        path = self.folder / name
        path.write_bytes(gzip.compress(data) if packed else data)
        return str(path)

    def declare(self, content: str, name: str) -> None:
        (self.own / f"{name}.toml").write_text(content, "utf-8")

    def rows(self, source: str, profile: str | None = None) -> list[ListRow]:
        with self.feeds.open(source, profile=profile) as (feed,):
            return list(feed.rows())

    def read(self, content: str | bytes, profile: str | None = None, name: str = NAME) -> list[ListRow]:
        return self.rows(self.write(content, name), profile)


@pytest.fixture
def lists(tmp_path: Path) -> Lists:
    for folder in ("lists", "own"):
        (tmp_path / folder).mkdir()
    return Lists(tmp_path / "lists", tmp_path / "own")


@pytest.fixture
def one_row(lists: Lists) -> Callable[..., ListRow]:
    """The row of a generic list with one article, some of whose columns are given."""

    def read(**texts: str) -> ListRow:
        columns = {"sku": "1", "title": "Milk 1 l", "price": "1.99", "gtin": "4006381333931"} | texts
        quoted = ['"' + text.replace('"', '""') + '"' for text in columns.values()]
        (row,) = lists.read(f"{','.join(columns)}\n{','.join(quoted)}\n")
        return row

    return read
