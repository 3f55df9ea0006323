"""Keys as JSON-ready values; never their secrets."""

from collections.abc import Sequence
from dataclasses import asdict

from coprra.domain.keys.rotate_keys import RotatedKeys
from coprra.domain.keys.show_keys import KeyState
from coprra.entrypoints.answers.values import JsonObject


def keys(value: Sequence[KeyState]) -> JsonObject:
    """The newest first. known: false for one that is missing and needed; needed_by: how many envelopes and digests."""
    return {
        "keys": [
            {"name": one.name, "newest": one.newest, "known": one.known, "needed_by": dict(one.needed_by)}
            for one in value
        ]
    }


def rotated_keys(value: RotatedKeys) -> JsonObject:
    """What became of a rotation. unopened: envelopes that no key opens; failures: where the first of them stand."""
    return {**asdict(value), "failures": list(value.failures)}
