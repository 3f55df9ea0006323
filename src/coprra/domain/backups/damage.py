"""Damage: what is not as it was signed, and which backups suffer from it."""

from coprra.domain.kernel.errors import Conflict, Forbidden, Unreadable


class Damaged(Unreadable):
    """An object is missing, was changed, or was put there by somebody else. key: its key, or what it is called.

    backups: those that can't be relied on because of it.
    """

    code = "damaged"

    def __init__(self, message: str, key: str, backups: tuple[str, ...] = ()) -> None:
        super().__init__(f"{message} Affected: {', '.join(backups)}." if backups else message)
        self.said = message
        self.key = key
        self.backups = backups

    def affecting(self, *backups: str) -> "Damaged":
        """The same, with the backups that suffer named."""
        return Damaged(self.said, self.key, tuple(dict.fromkeys((*self.backups, *backups))))


class WrongKey(Forbidden):
    """None of the keys at hand opens it."""

    code = "wrong_key"


class Mismatch(Conflict):
    """What was restored is not what was backed up, or breaks a rule that every database of coprra keeps."""

    code = "mismatch"
