"""Letters: the pages to which links in letters lead. To look at one changes nothing, as programs that read mail do."""

from collections.abc import Callable

from coprra.entrypoints.http.pages.visit import Answer, Marks, Sent, Shown, Visit

_SIGN_IN = "/sign-in"


def landing(template: str) -> Callable[[Visit], Answer]:
    """The view of a page that asks whether to do what the link is for."""

    def show(visit: Visit) -> Answer:
        token = visit.form["token"] or visit.query.get("token", "")
        return Shown(template, {"token": token}, referring=False)

    return show


def verify_email(visit: Visit) -> Answer:
    """The mailbox is proved, by who knows the password; it signs nobody in."""
    visit.accounts.verify_email(visit.form["token"], visit.form["current_password"], origin=visit.origin)
    return Sent(_SIGN_IN, done="verified")


def reset_password(visit: Visit) -> Answer:
    """Another password; it signs nobody in."""
    device = visit.accounts.reset_password(visit.form["token"], visit.form["password"], origin=visit.origin)
    return Sent(_SIGN_IN, done="password_reset", marks=Marks(session="", device=device))


def change_email(visit: Visit) -> Answer:
    """The new address counts."""
    visit.accounts.confirm_email_change(visit.form["token"], origin=visit.origin)
    return Sent(_SIGN_IN, done="email_changed")


def unlock_second_factor(visit: Visit) -> Answer:
    """Codes are looked at again."""
    visit.accounts.unlock_second_factor(visit.form["token"], origin=visit.origin)
    return Sent(_SIGN_IN, done="unlocked")


def reset_second_factor(visit: Visit) -> Answer:
    """The second factor is gone, and everybody is signed out."""
    visit.accounts.confirm_second_factor_reset(visit.form["token"], visit.form["current_password"], origin=visit.origin)
    return Sent(_SIGN_IN, done="second_factor_reset", marks=Marks(session=""))
