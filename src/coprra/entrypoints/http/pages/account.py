"""Account: one's own name, address, password and data, and the end of it."""

import orjson

from coprra.domain.kernel.errors import Invalid
from coprra.domain.users.language import Language
from coprra.entrypoints.http.pages.back import SETTINGS
from coprra.entrypoints.http.pages.form import InvalidForm
from coprra.entrypoints.http.pages.languages import NAMES
from coprra.entrypoints.http.pages.visit import Answer, File, Marks, Sent, Shown, Visit


class NotConfirmed(Invalid):
    """The box that says so was not ticked."""

    code = "not_confirmed"


def show_account(_visit: Visit) -> Answer:
    """Who one is here, and what can be changed."""
    return Shown("account", {"languages": NAMES})


def show_name(_visit: Visit) -> Answer:
    """The form for another name."""
    return Shown("name")


def change_name(visit: Visit) -> Answer:
    """How one wants to be called."""
    visit.accounts.change_name(visit.me, visit.form["name"].strip(), origin=visit.origin)
    return Sent(SETTINGS, done="name_changed")


def show_language(_visit: Visit) -> Answer:
    """The form for another language of letters."""
    return Shown("language", {"languages": NAMES})


def change_language(visit: Visit) -> Answer:
    """In which one is written to."""
    if visit.form["language"] not in NAMES:
        raise InvalidForm("There is no such language.")
    visit.accounts.change_language(visit.me, Language(visit.form["language"]), origin=visit.origin)
    return Sent(SETTINGS, done="language_changed")


def show_email(_visit: Visit) -> Answer:
    """The form for another address."""
    return Shown("email")


def request_email_change(visit: Visit) -> Answer:
    """A link to the new mailbox; until it is opened nothing changes."""
    visit.accounts.request_email_change(visit.me, visit.form["email"], origin=visit.origin)
    return Sent(SETTINGS, done="email_asked")


def show_password(_visit: Visit) -> Answer:
    """The form for another password."""
    return Shown("password")


def change_password(visit: Visit) -> Answer:
    """Another password; everybody else who is signed in is signed out."""
    change, form = visit.accounts.change_password, visit.form
    device = change(visit.me, form["current_password"], form["password"], origin=visit.origin)
    return Sent(SETTINGS, done="password_changed", marks=Marks(device=device))


def export_data(visit: Visit) -> Answer:
    """All that is kept about oneself, as a file."""
    own = visit.accounts.export_own_data(visit.me)
    user = own.user
    document = {
        "user": {
            "id": user.id.value,
            "email": user.email.text,
            "name": user.name,
            "role": user.role,
            "language": user.language,
            "created_at": user.created_at,
            "email_since": user.email_since,
            "email_verified_at": user.email_verified_at,
        },
        "second_factor": own.second_factor,
        "recovery_codes_left": own.recovery_codes_left,
        "sessions": [
            {
                "id": one.id,
                "created_at": one.created_at,
                "seen_at": one.seen_at,
                "ends_at": one.ends_at,
                "address": one.origin.address,
                "user_agent": one.origin.user_agent,
            }
            for one in own.sessions
        ],
        "tokens": [
            {
                "id": one.id,
                "name": one.name,
                "kind": one.kind,
                "abilities": sorted(one.abilities),
                "created_at": one.created_at,
                "ends_at": one.ends_at,
            }
            for one in own.tokens
        ],
    }
    content = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)
    return File("coprra-account.json", "application/json", content)


def show_delete(_visit: Visit) -> Answer:
    """What goes with the account, and the form that says so."""
    return Shown("delete")


def delete_account(visit: Visit) -> Answer:
    """Gone, and the address is free."""
    if visit.form["sure"] != "yes":
        raise NotConfirmed("Tick the box that says that the account shall be deleted.")
    visit.accounts.delete_account(visit.me, origin=visit.origin)
    return Sent("/sign-in", done="deleted", marks=Marks(session=""))
