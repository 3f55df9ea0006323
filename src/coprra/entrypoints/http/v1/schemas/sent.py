"""What is sent to version 1, checked on every request."""

from typing import ClassVar

from coprra.domain.mfa.reset import REASON_LENGTH
from coprra.domain.prices.article import PACK_LENGTH, TITLE_LENGTH
from coprra.domain.prices.judge_price import Judgement
from coprra.domain.prices.observation import Availability
from coprra.domain.products.brand import BRAND_LENGTH
from coprra.domain.products.list_moves import MOST_MOVES
from coprra.domain.products.move import NOTE_LENGTH
from coprra.domain.sessions.token import NAME_LENGTH as TOKEN_NAME_LENGTH
from coprra.domain.users.language import Language
from coprra.domain.users.list_users import MOST_LISTED
from coprra.domain.users.role import Permission
from coprra.domain.users.user import NAME_LENGTH
from coprra.entrypoints.http.bodies import SMALL_BODY, Body, LocalTime, Secret, Several, Text, Truth, Word
from coprra.entrypoints.http.parameters import (
    Amount,
    GtinNumber,
    Instant,
    KeyOfProduct,
    ListingName,
    MoveName,
    Number,
    Parameter,
    Query,
    Reference,
    RoleName,
    UserName,
)
from coprra.entrypoints.http.v1 import administering, deciding, own_account, signing_in

_MOST_NUMBERS = 20
_MOST_KEYS = 100


class StrangersBody(Body):
    """Base of what is sent by somebody who is not known yet."""

    largest: ClassVar[int] = SMALL_BODY


class SignIn(StrangersBody):
    """POST /tokens."""

    asks = signing_in.SignInAsked
    email = Secret(required=True)
    password = Secret(required=True)
    abilities = Several(Word(Permission), len(Permission))
    name = Text(TOKEN_NAME_LENGTH)


class VerifySecondFactor(StrangersBody):
    """POST /tokens/second-factor."""

    asks = signing_in.SecondFactorAsked
    ticket = Secret(required=True)
    code = Secret(required=True)


class RefreshTokens(StrangersBody):
    """POST /tokens/refresh."""

    asks = signing_in.RefreshAsked
    refresh_token = Secret(required=True)


class TokenNamed(Query):
    """DELETE /tokens/{id}."""

    asks = signing_in.TokenAsked
    id = Parameter()


class Register(StrangersBody):
    """POST /accounts."""

    asks = own_account.RegistrationAsked
    email = Secret(required=True)
    password = Secret(required=True)
    name = Text(NAME_LENGTH, required=True)


class AskForLetter(StrangersBody):
    """POST /accounts/verification and /accounts/password-reset."""

    asks = own_account.LetterAsked
    email = Secret(required=True)


class VerifyAddress(StrangersBody):
    """POST /accounts/verification/confirmation."""

    asks = own_account.VerificationAsked
    secret = Secret(required=True)
    password = Secret(required=True)


class ResetPassword(StrangersBody):
    """POST /accounts/password-reset/confirmation."""

    asks = own_account.NewPasswordAsked
    secret = Secret(required=True)
    password = Secret(required=True)


class ChangeAccount(Body):
    """PATCH /account."""

    asks = own_account.ChangeAsked
    language = Word(Language, required=True)


class Decision(Body):
    """Base of what moderators decide. note: why, for whoever asks; dry_run: everything but save."""

    note = Text(NOTE_LENGTH)
    dry_run = Truth()


class JudgePrice(Decision):
    """POST /decisions/judgements."""

    asks = deciding.JudgementAsked
    listing = ListingName(required=True)
    judgement = Word(Judgement, required=True)
    at = LocalTime(required=True)
    price = Amount()


class RecordPrice(Decision):
    """POST /decisions/records."""

    asks = deciding.RecordAsked
    listing = ListingName(required=True)
    price = Amount()
    special = Amount()
    availability = Word(Availability)
    at = LocalTime()
    title = Text(TITLE_LENGTH)
    brand = Text(BRAND_LENGTH)
    pack = Text(PACK_LENGTH)
    gtins = Several(GtinNumber(), _MOST_NUMBERS)


class CorrectPrice(Decision):
    """POST /decisions/corrections."""

    asks = deciding.CorrectionAsked
    listing = ListingName(required=True)
    at = LocalTime()
    since = LocalTime(data_key="from")
    through = LocalTime()
    price = Amount()
    special = Amount()
    no_special = Truth()
    availability = Word(Availability)
    absent = Truth()


class MergeProducts(Decision):
    """POST /mapping/merges."""

    asks = deciding.MergeAsked
    into = Reference(required=True)
    source = Reference(required=True, data_key="from")


class SplitProduct(Decision):
    """POST /mapping/splits."""

    asks = deciding.SplitAsked
    product = Reference(required=True)
    keys = Several(KeyOfProduct(), _MOST_KEYS, required=True)
    into = Reference()


class MoveNamed(Query):
    """The path of /mapping/moves/{id}/undo."""

    id = MoveName()


class UndoMove(Decision):
    """POST /mapping/moves/{id}/undo."""

    asks = deciding.UndoAsked


class ListMoves(Query):
    """GET /mapping/moves."""

    asks = deciding.MovesAsked
    reference = Reference()
    limit = Number(1, MOST_MOVES)
    as_of = Instant()


class ListUsers(Query):
    """GET /users."""

    asks = administering.UsersAsked
    role = RoleName()
    limit = Number(1, MOST_LISTED)
    after = UserName()


class UserAsked(Query):
    """GET /users/{user}, and what is done to that user without saying more."""

    asks = administering.UserAsked
    user = UserName()


class UserNamed(Query):
    """The path of what is done to a user."""

    user = UserName()


class ChangeRole(Body):
    """PUT /users/{user}/role."""

    asks = administering.RoleAsked
    role = RoleName(required=True)


class RequestSecondFactorReset(Body):
    """POST /users/{user}/second-factor-reset."""

    asks = administering.ResetAsked
    reason = Text(REASON_LENGTH, required=True)
