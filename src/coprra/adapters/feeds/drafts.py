"""Drafts: help with writing feed profiles."""

from importlib.resources import files

from coprra.domain.prices.ports import Drafts


class FileDrafts(Drafts):
    """Drafts for price lists in files."""

    def schema(self) -> str:
        return (files("coprra.adapters.feeds") / "profile.schema.json").read_text("utf-8")
