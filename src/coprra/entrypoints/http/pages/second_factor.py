"""Second factor: set up a device, keep recovery codes, be without."""

from coprra.domain.mfa.recovery_code import HOW_MANY, read_recovery_code
from coprra.entrypoints.http.pages.form import InvalidForm
from coprra.entrypoints.http.pages.qr import svg_path
from coprra.entrypoints.http.pages.visit import Answer, File, Marks, Sent, Shown, Visit

OVERVIEW = "/settings/second-factor"
CONFIRM_DEVICE = f"{OVERVIEW}/confirm"


def show_second_factor(_visit: Visit) -> Answer:
    """Whether there is one, and what can be done about it."""
    return Shown("second_factor")


def show_start(_visit: Visit) -> Answer:
    """What is needed, before a secret is made."""
    return Shown("device_start")


def start_enrolment(visit: Visit) -> Answer:
    """A new secret, which is shown on the next page."""
    visit.accounts.start_enrolment(visit.me, origin=visit.origin)
    return Sent(CONFIRM_DEVICE)


def show_device(visit: Visit) -> Answer:
    """The picture, the secret as text, and the form for the first code."""
    device = visit.accounts.show_enrolment(visit.me)
    grouped = " ".join(device.base32[start : start + 4] for start in range(0, len(device.base32), 4))
    values = {"uri": device.uri, "base32": grouped, "qr_size": len(device.qr), "qr_path": svg_path(device.qr)}
    return Shown("device_confirm", values)


def confirm_enrolment(visit: Visit) -> Answer:
    """The device counts; ten recovery codes are shown, this once."""
    enrolled = visit.accounts.confirm_enrolment(visit.me, visit.form["code"], origin=visit.origin)
    return _codes(enrolled.recovery_codes, Marks(session=enrolled.session_secret))


def show_renewal(_visit: Visit) -> Answer:
    """What new codes do to the old ones."""
    return Shown("codes_renew")


def renew_recovery_codes(visit: Visit) -> Answer:
    """Ten new ones, shown this once."""
    return _codes(visit.accounts.renew_recovery_codes(visit.me, origin=visit.origin), Marks())


def _codes(codes: tuple[str, ...], marks: Marks) -> Answer:
    return Shown("codes", {"codes": codes}, marks)


def save_codes(visit: Visit) -> Answer:
    """The codes that the page has just shown, as a file. Nothing but codes is given back."""
    codes = visit.form["codes"].split()
    if not 0 < len(codes) <= HOW_MANY or not all(read_recovery_code(code) for code in codes):
        raise InvalidForm("These are no recovery codes.")
    return File("coprra-recovery-codes.txt", "text/plain", "".join(f"{code}\n" for code in codes).encode())


def show_removal(_visit: Visit) -> Answer:
    """What it means to be without."""
    return Shown("device_remove")


def remove_device(visit: Visit) -> Answer:
    """The password alone signs in from here on."""
    visit.accounts.remove_device(visit.me, origin=visit.origin)
    return Sent(OVERVIEW, done="device_removed")
