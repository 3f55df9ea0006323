"""Parameters: what may stand in a path or query, and how it is refused without being repeated.

A refusal may end up in a log, or in a page that the caller did not write, so none of the messages holds the value.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, NoReturn

from marshmallow import Schema, ValidationError, fields

from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.instants import InvalidInstant, parse_instant
from coprra.domain.kernel.money import Currency, InvalidMoney
from coprra.domain.prices.browse_products import Cursor as BrowsePlace
from coprra.domain.prices.browse_products import Sorting
from coprra.domain.prices.chain import BranchFilter, InvalidChain
from coprra.domain.prices.listing import ListingId
from coprra.domain.prices.observation import Condition, InvalidCondition, read_conditions
from coprra.domain.products.brand import BRAND_LENGTH
from coprra.domain.products.category import CATEGORIES, UnknownCategory
from coprra.domain.products.gtin import Gtin, read_gtin
from coprra.domain.products.move import MoveId
from coprra.domain.products.ports import ProductCursor
from coprra.domain.products.product import ProductId, ProductKey, read_product_key, read_product_reference
from coprra.domain.users.role import Role
from coprra.domain.users.user import UserId
from coprra.entrypoints.answers import InvalidCursor, read_brand_cursor, read_browse_cursor, read_cursor

FIRST_YEAR, LAST_YEAR = 1970, 2200
"""Within them, an instant and any span that a price list can state add up to an instant."""

_ROLES = tuple(role.value for role in Role if role is not Role.GUEST)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def refuse(detail: str, code: str = "invalid_parameter") -> NoReturn:
    """The one way in which a value is refused: a sentence, and a stable code."""
    raise ValidationError({code: detail})


class Parameter(fields.Field[Any]):
    """Text of at most so many characters, none of them a control or a lone surrogate."""

    longest: ClassVar[int] = 64

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if len(value) > self.longest:
            refuse(f"Longer than {self.longest} characters.")
        if _CONTROL.search(value):
            refuse("Holds a control character.")
        return self.read(value)

    def read(self, text: str) -> Any:
        """What the text means. Raises: ValidationError, by `refuse`."""
        return text


class Words(Parameter):
    """What to search for."""

    longest = 200


class Number(Parameter):
    """A whole number within bounds, in ASCII digits."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__()
        self.least, self.most = least, most

    def read(self, text: str) -> int:
        """An int."""
        if re.fullmatch(r"[0-9]{1,9}", text) and self.least <= int(text) <= self.most:
            return int(text)
        refuse(f"A whole number from {self.least} to {self.most} is expected.")


class Flag(Parameter):
    """Yes or no."""

    def read(self, text: str) -> bool:
        """A bool."""
        if text in {"true", "1"}:
            return True
        if text in {"false", "0"}:
            return False
        refuse("true or false is expected, or 1 or 0.")


class Country(Parameter):
    """Where an order goes."""

    def read(self, text: str) -> str:
        """An ISO 3166-1 alpha-2 code."""
        if re.fullmatch(r"[A-Z]{2}", text):
            return text
        refuse("An ISO 3166 code of two capital letters is expected, such as HR.")


class Conditions(Parameter):
    """In which conditions."""

    def read(self, text: str) -> frozenset[Condition]:
        """At least one."""
        try:
            return read_conditions(text)
        except InvalidCondition as error:
            refuse(error.message)


class CurrencyCode(Parameter):
    """What to compare in."""

    def read(self, text: str) -> Currency:
        """A currency, whether or not there is a rate for it."""
        try:
            return Currency(text)
        except InvalidMoney:
            refuse("An ISO 4217 code of three capital letters is expected, such as EUR.")


class Instant(Parameter):
    """As of when."""

    def read(self, text: str) -> datetime:
        """Aware, UTC."""
        try:
            instant = parse_instant(text)
        except InvalidInstant:
            refuse(
                "A date (2025-12-30) or ISO 8601 with a zone (2025-12-30T12:00:00Z) is expected. In an address, a plus "
                "sign is written %2B."
            )
        if not FIRST_YEAR <= instant.year <= LAST_YEAR:
            refuse(f"A year from {FIRST_YEAR} to {LAST_YEAR} is expected.")
        return instant


class Branches(Parameter):
    """Which branches."""

    longest = 2_000

    def read(self, text: str) -> BranchFilter:
        """A filter; of nothing: all branches."""
        try:
            return BranchFilter.parse(text)
        except InvalidChain:
            refuse("Chains or branches with commas between them are expected, such as konzum/0613,spar.")


class Cursor(Parameter):
    """Where a page begins."""

    # The longest sort name has 1,020 bytes, and base64 makes 1,400 characters of it and the rest.
    longest = 2_048

    def read(self, text: str) -> ProductCursor:
        """The place that `answers.cursor` wrote down."""
        try:
            return read_cursor(text)
        except InvalidCursor as error:
            refuse(error.message, error.code)


class BrowseCursor(Parameter):
    """Where a page of products with prices begins."""

    longest = 2_048

    def read(self, text: str) -> BrowsePlace:
        """The place that `answers.browse_cursor` wrote down."""
        try:
            return read_browse_cursor(text)
        except InvalidCursor as error:
            refuse(error.message, error.code)


class Amount(Parameter):
    """How much at least or at most."""

    def read(self, text: str) -> Decimal:
        """Not negative, exact."""
        if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,4})?", text):
            return Decimal(text)
        refuse("An amount with a decimal point is expected, such as 1.99.")


class Order(Parameter):
    """In which order."""

    def read(self, text: str) -> Sorting:
        """One of the orders there are."""
        try:
            return Sorting(text)
        except ValueError:
            refuse(f"One of {', '.join(Sorting)} is expected.")


class GtinNumber(Parameter):
    """Which number a product must have."""

    def read(self, text: str) -> Gtin:
        """A GTIN."""
        try:
            return read_gtin(text).gtin
        except Invalid as error:
            refuse("A GTIN of 8, 12, 13 or 14 digits is expected, with the check digit that fits.", error.code)


class CategoryCode(Parameter):
    """Which kind of goods."""

    def read(self, text: str) -> str:
        """A code of the tree."""
        if text not in CATEGORIES:
            refuse("A category's code is expected, as /api/v1/categories lists them.", UnknownCategory.code)
        return text


class BrandName(Parameter):
    """Whose products."""

    longest = BRAND_LENGTH

    def read(self, text: str) -> str:
        """A brand's name, however it is written."""
        if not text:
            refuse("A brand's name is expected.")
        return text


class BrandCursor(Parameter):
    """Where a page of brands begins."""

    longest = 2_048

    def read(self, text: str) -> str:
        """The slug that `answers.brand_cursor` wrote down."""
        try:
            return read_brand_cursor(text)
        except InvalidCursor as error:
            refuse(error.message, error.code)


class Reference(Parameter):
    """Which product. It stands in the path and is no secret, so here the domain's words may repeat it."""

    def read(self, text: str) -> ProductId | Gtin:
        """A product id or a GTIN."""
        try:
            return read_product_reference(text)
        except Invalid as error:
            refuse(error.message, error.code)


class ListingName(Parameter):
    """Which listing."""

    longest = 300

    def read(self, text: str) -> ListingId:
        """A listing's id."""
        try:
            return ListingId.parse(text)
        except Invalid as error:
            refuse("A listing is expected, chain/branch/number, as /api/v1/suspects names it.", error.code)


class KeyOfProduct(Parameter):
    """Which key leads to a product."""

    longest = 300

    def read(self, text: str) -> ProductKey:
        """A GTIN, or a chain's own number."""
        try:
            return read_product_key(text)
        except Invalid as error:
            refuse("A GTIN is expected, or chain:number where an article has none.", error.code)


class MoveName(Parameter):
    """Which merge or split."""

    def read(self, text: str) -> MoveId:
        """A move's id."""
        try:
            return MoveId(text)
        except Invalid as error:
            refuse("m_ and 16 digits 0-9 or a-f are expected, as /api/v1/mapping/moves names it.", error.code)


class UserName(Parameter):
    """Which account."""

    def read(self, text: str) -> UserId:
        """A user's id."""
        try:
            return UserId(text)
        except Invalid as error:
            refuse("u_ and 22 letters or digits are expected, as /api/v1/users names it.", error.code)


class RoleName(Parameter):
    """Which role."""

    def read(self, text: str) -> Role:
        """A role that an account may have."""
        if text not in _ROLES:
            refuse(f"One of {', '.join(_ROLES)} is expected.")
        return Role(text)


class Query(Schema):
    """Base of what endpoints take: what is not known is refused, and what was given becomes what the view is asked."""

    asks: ClassVar[type] = dict

    def read(self, given: Mapping[str, str]) -> Any:
        """What the view is asked. given: texts by the names of fields.

        `load` takes several times as long, most of it for the fields that are not given.

        Raises: ValidationError with the flaws of every field.
        """
        asked: dict[str, Any] = {}
        flaws: dict[str, Any] = {}
        for name, text in given.items():
            try:
                asked[name] = self.fields[name].deserialize(text)
            except ValidationError as error:
                flaws[name] = error.messages
        if flaws:
            raise ValidationError(flaws)
        return self.asks(**asked)


class Nothing(Query):
    """No parameters."""
