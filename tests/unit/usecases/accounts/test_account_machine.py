"""At random, in memory: nothing works once too often."""

from hypothesis import settings

from coprra.testing.accounts import Unlimited, World, memory_world
from coprra.testing.contracts.account_machine import AccountMachine


class MemoryMachine(AccountMachine):
    """In dictionaries."""

    def make_world(self) -> World:
        return memory_world(limiter=Unlimited())


TestMemoryMachine = MemoryMachine.TestCase
TestMemoryMachine.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
