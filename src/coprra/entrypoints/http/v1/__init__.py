"""Version 1 of the API: one line per endpoint."""

from pyramid.config import Configurator

from coprra.domain.users.role import Permission
from coprra.entrypoints.http.keeping import Lasting
from coprra.entrypoints.http.parameters import Nothing
from coprra.entrypoints.http.security import PUBLIC, after_step_up
from coprra.entrypoints.http.v1 import administering, deciding, own_account, schemas, signing_in, views
from coprra.entrypoints.http.v1.schemas import access, decided, sent


def includeme(config: Configurator) -> None:
    """Questions that anybody may ask, and what only some may know or do."""
    _add_questions(config)
    _add_own_account(config)
    _add_decisions(config)
    _add_administration(config)


def _add_questions(config: Configurator) -> None:
    """Method, path, view, permission, what it takes, what it gives, for how long the answer lasts."""
    add = config.add_endpoint
    instant, until_stated, always = Lasting.INSTANT, Lasting.UNTIL_STATED, Lasting.ALWAYS
    add("GET", "/products", views.browse_products, PUBLIC, schemas.BrowseProducts, schemas.ProductsPage, until_stated)
    add(
        "GET", "/products/suggest", views.suggest_products, PUBLIC, schemas.SuggestProducts, schemas.Suggestions, always
    )
    add("GET", "/products/{reference}", views.show_product, PUBLIC, schemas.ShowProduct, schemas.Product, always)
    add(
        "GET",
        "/products/{reference}/offers",
        views.compare_offers,
        PUBLIC,
        schemas.CompareOffers,
        schemas.Comparison,
        until_stated,
        linked_data=views.offers_as_linked_data,
    )
    add(
        "GET",
        "/products/{reference}/history",
        views.show_history,
        PUBLIC,
        schemas.ShowHistory,
        schemas.History,
        instant,
    )
    add(
        "GET",
        "/products/{reference}/discounts",
        views.judge_discounts,
        PUBLIC,
        schemas.JudgeDiscounts,
        schemas.Discounts,
        until_stated,
    )
    add("GET", "/categories", views.list_categories, PUBLIC, schemas.ListCategories, schemas.Categories, always)
    add("GET", "/brands", views.list_brands, PUBLIC, schemas.ListBrands, schemas.BrandsPage, always)
    add("GET", "/chains", views.list_chains, PUBLIC, schemas.ListChains, schemas.Chains, always)
    add("GET", "/suspects", views.list_suspects, PUBLIC, schemas.ListSuspects, schemas.Suspects, instant)


def _add_own_account(config: Configurator) -> None:
    """Method, path, view, permission, what it takes, what it gives, what is sent."""
    add, enter, manage = config.add_action, Permission.ENTER_ACCOUNT, Permission.MANAGE_ACCOUNT
    add(
        "POST",
        "/tokens",
        signing_in.sign_in,
        PUBLIC,
        Nothing,
        access.Tokens,
        body=sent.SignIn,
        status=201,
        unfinished=access.Ticket,
    )
    add(
        "POST",
        "/tokens/second-factor",
        signing_in.verify_second_factor,
        PUBLIC,
        Nothing,
        access.Tokens,
        body=sent.VerifySecondFactor,
        status=201,
    )
    add(
        "POST",
        "/tokens/refresh",
        signing_in.refresh_tokens,
        PUBLIC,
        Nothing,
        access.Tokens,
        body=sent.RefreshTokens,
        status=201,
    )
    add("GET", "/tokens", signing_in.list_tokens, manage, Nothing, access.Families)
    add("DELETE", "/tokens/current", signing_in.sign_out, enter, Nothing)
    add("DELETE", "/tokens/{id}", signing_in.revoke_token, manage, sent.TokenNamed)
    add("POST", "/accounts", own_account.register, PUBLIC, Nothing, access.Accepted, body=sent.Register, status=202)
    add(
        "POST",
        "/accounts/verification",
        own_account.send_verification,
        PUBLIC,
        Nothing,
        access.Accepted,
        body=sent.AskForLetter,
        status=202,
    )
    add(
        "POST",
        "/accounts/verification/confirmation",
        own_account.verify_email,
        PUBLIC,
        Nothing,
        body=sent.VerifyAddress,
    )
    add(
        "POST",
        "/accounts/password-reset",
        own_account.request_password_reset,
        PUBLIC,
        Nothing,
        access.Accepted,
        body=sent.AskForLetter,
        status=202,
    )
    add(
        "POST",
        "/accounts/password-reset/confirmation",
        own_account.reset_password,
        PUBLIC,
        Nothing,
        body=sent.ResetPassword,
    )
    add("GET", "/account", own_account.show_account, enter, Nothing, access.Account)
    add("PATCH", "/account", own_account.change_account, manage, Nothing, access.Account, body=sent.ChangeAccount)
    add("GET", "/account/data", own_account.export_own_data, enter, Nothing, access.OwnData)


def _add_decisions(config: Configurator) -> None:
    """As for accounts."""
    add, judge, map_ = config.add_action, Permission.JUDGE_PRICES, Permission.MAP_PRODUCTS
    add(
        "POST",
        "/decisions/judgements",
        deciding.judge_price,
        judge,
        Nothing,
        decided.JudgedPrice,
        body=sent.JudgePrice,
    )
    add(
        "POST",
        "/decisions/records",
        deciding.record_price,
        judge,
        Nothing,
        decided.RecordedPrice,
        body=sent.RecordPrice,
    )
    add(
        "POST",
        "/decisions/corrections",
        deciding.correct_price,
        judge,
        Nothing,
        decided.CorrectedPrice,
        body=sent.CorrectPrice,
    )
    add("POST", "/mapping/merges", deciding.merge_products, map_, Nothing, decided.MovedKeys, body=sent.MergeProducts)
    add("POST", "/mapping/splits", deciding.split_product, map_, Nothing, decided.MovedKeys, body=sent.SplitProduct)
    add(
        "POST",
        "/mapping/moves/{id}/undo",
        deciding.undo_move,
        map_,
        sent.MoveNamed,
        decided.MovedKeys,
        body=sent.UndoMove,
    )
    add("GET", "/mapping/moves", deciding.list_moves, map_, sent.ListMoves, decided.Moves)


def _add_administration(config: Configurator) -> None:
    """As for accounts."""
    add, manage = config.add_action, Permission.MANAGE_USERS
    fresh, reset = after_step_up(manage), after_step_up(Permission.RESET_SECOND_FACTOR)
    add("GET", "/users", administering.list_users, manage, sent.ListUsers, access.Users)
    add("GET", "/users/{user}", administering.show_user, manage, sent.UserAsked, access.User)
    add("POST", "/users/{user}/disable", administering.disable_user, fresh, sent.UserAsked)
    add("POST", "/users/{user}/enable", administering.enable_user, fresh, sent.UserAsked)
    add(
        "PUT", "/users/{user}/role", administering.change_role, fresh, sent.UserNamed, access.User, body=sent.ChangeRole
    )
    add("DELETE", "/users/{user}/access", administering.revoke_access, fresh, sent.UserAsked)
    add(
        "POST",
        "/users/{user}/second-factor-reset",
        administering.request_second_factor_reset,
        reset,
        sent.UserNamed,
        access.Accepted,
        body=sent.RequestSecondFactorReset,
        status=202,
    )
