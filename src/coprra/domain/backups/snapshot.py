"""Snapshot: what can go wrong when a database is copied, or a copy becomes a database."""

from coprra.domain.kernel.errors import Invalid, Refused, Unavailable


class UnsupportedKind(Invalid):
    """This sort of database has no backups of that kind."""

    code = "unsupported_kind"


class SnapshotFailed(Unavailable):
    """The database could not be copied whole; nothing of it was stored."""

    code = "snapshot_failed"


class DefinitionsChanged(SnapshotFailed):
    """Somebody changed tables while the database was copied; nothing of it was stored."""

    code = "definitions_changed"


class InstantMissed(SnapshotFailed):
    """The copy is of another instant than what was to prove it; nothing of it was stored."""

    code = "instant_missed"


class MissingProgram(Unavailable):
    """A program is missing here that copies or restores databases of this sort, or it is of another version."""

    code = "missing_program"


class TargetRefused(Refused):
    """It would not be restored into nothing: something is there, or it is the source itself."""

    code = "target_refused"
