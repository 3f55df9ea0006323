"""Pages: what people see, without a script, in their language."""

from pyramid.config import Configurator

from coprra.domain.users.role import Permission
from coprra.entrypoints.http.pages import (
    access,
    account,
    entering,
    forgery,
    languages,
    letters,
    page,
    problems,
    rendering,
    second_factor,
    static_files,
    users,
    welcome,
)
from coprra.entrypoints.http.security import PUBLIC, after_step_up

_ENTER, _MANAGE = Permission.ENTER_ACCOUNT.value, Permission.MANAGE_ACCOUNT.value
_FRESH_ENTER, _FRESH_MANAGE = after_step_up(Permission.ENTER_ACCOUNT), after_step_up(Permission.MANAGE_ACCOUNT)
_USERS, _FRESH_USERS = Permission.MANAGE_USERS.value, after_step_up(Permission.MANAGE_USERS)
_FRESH_RESET = after_step_up(Permission.RESET_SECOND_FACTOR)


def includeme(config: Configurator) -> None:
    """Path, permission, what it shows, what it does, the fields of its form."""
    for part in (forgery, languages, rendering, static_files, page, problems, welcome):
        config.include(part)
    add = config.add_page
    add("/sign-up", PUBLIC, show=entering.show_sign_up, act=entering.sign_up, takes="name email password")
    add("/mailbox", PUBLIC, show=entering.show_mailbox, act=entering.send_again, takes="email")
    add("/sign-in", PUBLIC, show=entering.show_sign_in, act=entering.sign_in, takes="email password to")
    add("/second-factor", PUBLIC, show=entering.show_second_factor, act=entering.verify_second_factor, takes="code to")
    add("/sign-out", PUBLIC, act=entering.sign_out)
    add("/forgotten-password", PUBLIC, show=entering.show_forgotten, act=entering.send_reset, takes="email")
    add("/locked-second-factor", PUBLIC, show=entering.show_locked, act=entering.send_unlock, takes="email")
    _add_landing_pages(config)
    add("/confirm", _ENTER, show=entering.show_confirm, act=entering.confirm, takes="proof to")
    _add_settings(config)
    _add_administration(config)


def _add_landing_pages(config: Configurator) -> None:
    for path, act, takes in (
        ("/verify-email", letters.verify_email, "token current_password"),
        ("/reset-password", letters.reset_password, "token password"),
        ("/change-email", letters.change_email, "token"),
        ("/unlock-second-factor", letters.unlock_second_factor, "token"),
        ("/reset-second-factor", letters.reset_second_factor, "token current_password"),
    ):
        config.add_page(path, PUBLIC, show=letters.landing(path[1:].replace("-", "_")), act=act, takes=takes)


def _add_settings(config: Configurator) -> None:
    add = config.add_page
    add("/settings", _ENTER, show=account.show_account)
    add("/settings/name", _MANAGE, show=account.show_name, act=account.change_name, takes="name")
    add("/settings/language", _MANAGE, show=account.show_language, act=account.change_language, takes="language")
    add("/settings/email", _FRESH_MANAGE, show=account.show_email, act=account.request_email_change, takes="email")
    add(
        "/settings/password",
        _FRESH_MANAGE,
        show=account.show_password,
        act=account.change_password,
        takes="current_password password",
    )
    add("/settings/export", _ENTER, show=account.export_data)
    add("/settings/delete", _FRESH_MANAGE, show=account.show_delete, act=account.delete_account, takes="sure")
    factor = second_factor.OVERVIEW
    add(factor, _ENTER, show=second_factor.show_second_factor)
    add(f"{factor}/device", _FRESH_ENTER, show=second_factor.show_start, act=second_factor.start_enrolment)
    add(
        second_factor.CONFIRM_DEVICE,
        _ENTER,
        show=second_factor.show_device,
        act=second_factor.confirm_enrolment,
        takes="code",
    )
    add(f"{factor}/codes", _FRESH_ENTER, show=second_factor.show_renewal, act=second_factor.renew_recovery_codes)
    add(f"{factor}/codes/file", _ENTER, act=second_factor.save_codes, takes="codes")
    add(f"{factor}/remove", _FRESH_MANAGE, show=second_factor.show_removal, act=second_factor.remove_device)
    add(access.SESSIONS, _MANAGE, show=access.show_sessions)
    add(f"{access.SESSIONS}/others", _FRESH_MANAGE, show=access.show_others, act=access.revoke_others)
    add(f"{access.SESSIONS}/{{id}}/revoke", _MANAGE, act=access.revoke_session)
    add(access.TOKENS, _MANAGE, show=access.show_tokens)
    add(
        f"{access.TOKENS}/new",
        _FRESH_MANAGE,
        show=access.show_new_token,
        act=access.create_token,
        takes="name ability[] days",
    )
    add(f"{access.TOKENS}/{{id}}/revoke", _MANAGE, act=access.revoke_token)


def _add_administration(config: Configurator) -> None:
    add, one = config.add_page, f"{users.USERS}/{{id}}"
    add(users.USERS, _USERS, show=users.show_users)
    add(one, _USERS, show=users.show_user)
    add(f"{one}/role", _FRESH_USERS, show=users.before("user_role"), act=users.change_role, takes="role")
    add(f"{one}/disable", _FRESH_USERS, show=users.before("user_disable"), act=users.disable)
    add(f"{one}/enable", _FRESH_USERS, show=users.before("user_enable"), act=users.enable)
    add(f"{one}/sign-out", _FRESH_USERS, show=users.before("user_revoke"), act=users.revoke)
    add(
        f"{one}/reset-second-factor",
        _FRESH_RESET,
        show=users.before("user_reset"),
        act=users.request_reset,
        takes="reason",
    )
