"""The fields that answers are written in."""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range, Regexp


class Truth(fields.Boolean):
    """A truth value, and not what might pass for it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Days(fields.Float):
    """A JSON number, and no text that looks like one."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or round(value, 2) != value:
            raise self.make_error("invalid", input=value)
        return value


def text(*, pattern: str | None = None, nullable: bool = False, data_key: str | None = None) -> fields.String:
    """A text that is always there; as null, where it may be."""
    rule = Regexp(f"^(?:{pattern})$") if pattern else Length(min=1)
    return fields.String(required=True, allow_none=nullable, validate=rule, data_key=data_key)


def one_of(words: Any, *, nullable: bool = False) -> fields.String:
    """One of a few words."""
    return fields.String(required=True, allow_none=nullable, validate=OneOf([str(word) for word in words]))


def words(known: Any) -> fields.List[Any]:
    """Some of a few words, at least one."""
    return fields.List(one_of(known), required=True, validate=Length(min=1))


def instant(*, nullable: bool = False, data_key: str | None = None) -> fields.String:
    """ISO 8601 in UTC."""
    return text(pattern=r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z", nullable=nullable, data_key=data_key)


def number(least: int = 0) -> fields.Integer:
    """A whole number."""
    return fields.Integer(required=True, strict=True, validate=Range(min=least))


def days() -> Days:
    """So many days, rounded to two decimals."""
    return Days(required=True, validate=Range(min=0))


def truth(*, nullable: bool = False) -> Truth:
    """A truth value; null for what can't be told, where that may be."""
    return Truth(required=True, allow_none=nullable)


def percent(*, nullable: bool = False) -> fields.String:
    """Per cent, with two decimals."""
    return text(pattern=r"-?\d+\.\d\d", nullable=nullable)


def one(schema: type[Schema], *, nullable: bool = False) -> fields.Nested:
    """An object, always there; as null, where it may be."""
    return fields.Nested(schema, required=True, allow_none=nullable)


def many(schema: type[Schema]) -> fields.List[Any]:
    """A list of objects, possibly empty."""
    return fields.List(fields.Nested(schema), required=True)
