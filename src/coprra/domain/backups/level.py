"""Level: how much of a backup was proved."""

from enum import StrEnum


class Level(StrEnum):
    """How much was proved; each one includes those before it, and is the greater one."""

    L0 = "L0"
    """It was stored whole: what the store says of every object is what was sent there."""
    L1 = "L1"
    """Every object was read again and is what was signed, and so is the journal up to here."""
    L2 = "L2"
    """It was restored, and the restored database is row by row the one that was backed up."""
    L3 = "L3"
    """A machine that has nothing but the store and a secret key was back with it, and coprra ran on it."""
