"""The program helps with writing profiles."""

import json
from collections.abc import Callable
from typing import TypeAlias

from click.testing import Result

Run: TypeAlias = Callable[..., Result]


def test_the_schema_is_printed_as_json(run: Run) -> None:
    result = run("feeds", "schema")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["title"] == "coprra feed profile"
    assert result.stdout.endswith("}\n")
    assert not result.stdout.endswith("\n\n")
