"""Entering: sign up, sign in, the second factor, a forgotten password, sign out, and the proof that it is still you."""

from typing import cast

from coprra.domain.sessions.entry import SecondFactorNeeded, SignedIn
from coprra.domain.sessions.session import NewSession
from coprra.domain.sessions.ticket import Channel
from coprra.entrypoints.http.pages.back import SETTINGS, safe_path
from coprra.entrypoints.http.pages.visit import Answer, Marks, Sent, Shown, Visit

SIGN_IN, SECOND_FACTOR, MAILBOX = "/sign-in", "/second-factor", "/mailbox"


def show_sign_up(_visit: Visit) -> Answer:
    """The form for a new account."""
    return Shown("sign_up")


def sign_up(visit: Visit) -> Answer:
    """Whoever has the address already learns it by mail; whoever asks does not."""
    form = visit.form
    visit.accounts.register_user(
        form["email"], form["password"], name=form["name"].strip(), origin=visit.origin, language=visit.language
    )
    return Sent(MAILBOX)


def show_mailbox(_visit: Visit) -> Answer:
    """Where to look now, and a form for a letter that did not come."""
    return Shown("mailbox")


def send_again(visit: Visit) -> Answer:
    """Another link, where one is due."""
    visit.accounts.send_verification(visit.form["email"], origin=visit.origin, language=visit.language)
    return Sent(MAILBOX, done="sent_again")


def show_sign_in(visit: Visit) -> Answer:
    """The form; who has signed in goes on at once."""
    if visit.identity is not None:
        return Sent(safe_path(visit.query.get("to", "")))
    return Shown("sign_in", {"to": _to(visit)})


def sign_in(visit: Visit) -> Answer:
    """To a session, or to the second factor."""
    form = visit.form
    entered = visit.accounts.sign_in(form["email"], form["password"], origin=visit.origin, device=visit.device)
    if isinstance(entered, SecondFactorNeeded):
        return Sent(SECOND_FACTOR, to=_to(visit), marks=Marks(ticket=entered.ticket.secret))
    return _enter(visit, entered)


def show_second_factor(visit: Visit) -> Answer:
    """The form for a code; who has no ticket begins anew."""
    if not visit.ticket:
        return Sent(SIGN_IN)
    return Shown("second_factor_code", {"to": _to(visit)})


def verify_second_factor(visit: Visit) -> Answer:
    """To a session."""
    verify = visit.accounts.verify_second_factor
    return _enter(visit, verify(visit.ticket, visit.form["code"], origin=visit.origin, channel=Channel.WEB))


def _enter(visit: Visit, entered: SignedIn) -> Answer:
    if visit.identity is not None:
        visit.accounts.sign_out(visit.identity, origin=visit.origin)
    # Who wishes for no tokens gets a session.
    session = cast("NewSession", entered.entry)
    marks = Marks(session=session.secret, ticket="", device=entered.device)
    return Sent(safe_path(visit.form["to"]), marks=marks)


def sign_out(visit: Visit) -> Answer:
    """The session is good for nothing; who has none is told the same."""
    if visit.identity is not None:
        visit.accounts.sign_out(visit.identity, origin=visit.origin)
    return Sent(SIGN_IN, done="signed_out", marks=Marks(session="", ticket=""))


def show_forgotten(_visit: Visit) -> Answer:
    """The form for whoever has forgotten the password."""
    return Shown("forgotten")


def send_reset(visit: Visit) -> Answer:
    """A link to the mailbox, if anybody has an account there."""
    visit.accounts.request_password_reset(visit.form["email"], origin=visit.origin, language=visit.language)
    return Sent(MAILBOX)


def show_locked(_visit: Visit) -> Answer:
    """The form for whoever entered too many wrong codes and lost the letter about it."""
    return Shown("locked")


def send_unlock(visit: Visit) -> Answer:
    """A link to the mailbox, if a second factor of its account is locked."""
    visit.accounts.request_unlock(visit.form["email"], origin=visit.origin, language=visit.language)
    return Sent(MAILBOX)


def show_confirm(visit: Visit) -> Answer:
    """The form for a fresh proof: a code where there is a device, else the password."""
    return Shown("confirm", {"to": _to(visit)})


def confirm(visit: Visit) -> Answer:
    """On to what wanted the proof, with another session secret."""
    secret = visit.accounts.step_up(visit.me, visit.form["proof"], origin=visit.origin)
    return Sent(safe_path(visit.form["to"]), marks=Marks(session=secret))


def _to(visit: Visit) -> str:
    """Where it goes on to, as the address or the form says."""
    asked = safe_path(visit.form["to"] or visit.query.get("to", ""))
    return "" if asked == SETTINGS else asked
