"""Laws are checked for as long as they take: a busy machine breaks no law."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
