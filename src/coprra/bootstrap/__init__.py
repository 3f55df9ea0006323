"""Bootstrap: the only place that knows everybody, and builds all there is out of settings."""

from coprra.bootstrap.application import Reaction, build
from coprra.bootstrap.backups import build_backups, build_worker, set_up_backups

__all__ = ["Reaction", "build", "build_backups", "build_worker", "set_up_backups"]
