"""The commonest passwords, from the list that ships with zxcvbn (MIT)."""

from functools import cached_property

from coprra.domain.users.ports import CommonPasswords


class ZxcvbnCommonPasswords(CommonPasswords):
    """The 30,000 commonest, of which the first 10,000 are those that must never be taken. Read when first asked."""

    def hold(self, password: str) -> bool:
        return password.casefold() in self._common

    @cached_property
    def _common(self) -> frozenset[str]:
        # Half a megabyte of Python source, which most commands never need.
        from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415  # see above

        return frozenset(FREQUENCY_LISTS["passwords"])
