"""Laws: what a contract promises for all that hypothesis can think of, examined as far as an adapter can afford."""

from abc import ABC
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy


class Contract(ABC):  # noqa: B024  # the contracts below it say what is to be made
    """What every contract has. Its promises are tests; those that hold for anything are laws (see `law`)."""

    examples: ClassVar[int] = 40
    """How many examples each law is tried on; an adapter behind a wire may be content with fewer."""


def law(**strategies: SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[[Any], None]]:
    """Make a contract's method a test of all that the strategies draw for its arguments."""

    def decorate(promise: Callable[..., None]) -> Callable[[Any], None]:
        def examined(self: Contract) -> None:
            def check(**drawn: Any) -> None:
                promise(self, **drawn)

            # What hypothesis calls it when it fails, and remembers it by.
            check.__name__ = promise.__name__
            settings(max_examples=self.examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])(
                given(**strategies)(check)
            )()

        # Not functools.wraps: it would show pytest the arguments, which pytest would look for among its fixtures.
        examined.__name__, examined.__qualname__ = promise.__name__, promise.__qualname__
        examined.__doc__, examined.__module__ = promise.__doc__, promise.__module__
        return examined

    return decorate
