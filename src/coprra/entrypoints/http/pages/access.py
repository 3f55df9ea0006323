"""Access: where one is signed in, and the tokens that one's programs show."""

from datetime import timedelta

from coprra.domain.kernel.errors import Invalid
from coprra.domain.limits.origin import Origin
from coprra.domain.sessions.token import PERSONAL_LASTS, PERSONAL_LASTS_AT_MOST, InvalidLifetime
from coprra.domain.users.role import Permission
from coprra.entrypoints.http.pages.visit import Answer, Sent, Shown, Visit

SESSIONS, TOKENS = "/settings/sessions", "/settings/tokens"

_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS"}


class NoAbility(Invalid):
    """A token that may do nothing is of no use."""

    code = "no_ability"


def browser_of(origin: Origin) -> tuple[str, str]:
    """Browser and system by what the browser says of itself, for people to recognize; empty where it does not."""
    said = origin.user_agent
    browser = next((name for mark, name in _BROWSERS.items() if mark in said), "")
    system = next((name for mark, name in {**_SYSTEMS, "Linux": "Linux"}.items() if mark in said), "")
    return browser, system


def show_sessions(visit: Visit) -> Answer:
    """Every browser in which one is signed in."""
    sessions = [(one, *browser_of(one.origin)) for one in visit.accounts.list_sessions(visit.me.user)]
    return Shown("sessions", {"sessions": sessions})


def revoke_session(visit: Visit) -> Answer:
    """One of them is signed out."""
    visit.accounts.revoke_session(visit.me, visit.chosen("id"), origin=visit.origin)
    return Sent(SESSIONS, done="session_revoked")


def show_others(_visit: Visit) -> Answer:
    """What it means to be signed in here alone."""
    return Shown("sessions_others")


def revoke_others(visit: Visit) -> Answer:
    """All but this one are signed out, programs too."""
    visit.accounts.revoke_other_sessions(visit.me, origin=visit.origin)
    return Sent(SESSIONS, done="others_revoked")


def show_tokens(visit: Visit) -> Answer:
    """Every token that lives."""
    return Shown("tokens", {"tokens": visit.accounts.list_tokens(visit.me.user)})


def show_new_token(visit: Visit) -> Answer:
    """The form: a name, what it may do, and when it ends."""
    values = {
        "abilities": [one for one in Permission if one in visit.me.permissions],
        "chosen": (visit.form["ability[]"] or Permission.READ_PRICES).split(),
        "days": visit.form["days"] or str(PERSONAL_LASTS.days),
        "most_days": PERSONAL_LASTS_AT_MOST.days,
    }
    return Shown("token_new", values)


def create_token(visit: Visit) -> Answer:
    """Shown this once."""
    form = visit.form
    wanted = form["ability[]"].split()
    abilities = [one for one in Permission if one in wanted]
    if not abilities:
        raise NoAbility("Choose at least one thing that the token may do.")
    if len(abilities) < len(wanted):
        raise NoAbility("There is nothing of that name that a token may do.")
    new = visit.accounts.create_token(
        visit.me, form["name"].strip(), abilities, origin=visit.origin, lasts=_lifetime(form["days"])
    )
    return Shown("token_made", {"token": new.token.text, "family": new.family})


def _lifetime(days: str) -> timedelta:
    if not (days.isascii() and days.isdigit() and len(days) <= 4):
        raise InvalidLifetime("A token lasts a whole number of days, from 1 to 365.")
    return timedelta(days=int(days))


def revoke_token(visit: Visit) -> Answer:
    """Good for nothing from here on."""
    visit.accounts.revoke_token(visit.me, visit.chosen("id"), origin=visit.origin)
    return Sent(TOKENS, done="token_revoked")
