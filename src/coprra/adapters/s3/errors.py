"""What S3 and the way to it say, in the domain's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.parsers import ResponseParserError

from coprra.domain.backups.blob import BlobChanged, BlobExists, StoreFull, StoreUnreachable, UnknownBlob
from coprra.domain.kernel.errors import CoprraError
from coprra.domain.kernel.ports import Clock

_ABSENT = {"404", "NoSuchKey", "NoSuchVersion", "NotFound", "MethodNotAllowed"}
"""HEAD has no body and so no code but its status. What is asked of a delete marker is not allowed."""
_TAKEN = {"412", "PreconditionFailed", "409", "ConditionalRequestConflict"}
_WORDLESS = {"400", "403"}
"""What HEAD says of a clock that is wrong, too."""
_BEARABLE = 14 * 60
"""Seconds of difference for which no store refuses anybody: Amazon takes 15 minutes."""
_FULL = {"507", "InsufficientStorage", "QuotaExceeded"}
_LOCKLESS = {"InvalidRequest", "NotImplemented"}
_REFUSED = {"403", "AccessDenied", "InvalidRequest"}


@dataclass(frozen=True, slots=True)
class Translator:
    """clock: this machine's, to tell by how much it differs from the store's. store: what people call that."""

    clock: Clock
    store: str

    @contextmanager
    def __call__(self, key: str, conflict: type[BlobExists | BlobChanged] = BlobExists) -> Iterator[None]:
        """Translate what goes wrong. conflict: what it means that the request's condition does not hold."""
        try:
            yield
        except ClientError as error:
            raise self._translated(error, key, conflict) from error
        except (BotoCoreError, HTTPClientError) as error:
            raise StoreUnreachable(f"{self.store} can't be reached: {type(error).__name__}.") from error
        except (ResponseParserError, KeyError) as error:
            raise StoreUnreachable(f"{self.store} does not speak as S3 does.") from error

    def _translated(self, error: ClientError, key: str, conflict: type[BlobExists | BlobChanged]) -> CoprraError:
        code = _code(error)
        if code in _ABSENT:
            return UnknownBlob(f"There is no object {key}.")
        if code in _TAKEN:
            return conflict(f"The object {key} is there already, or was replaced meanwhile.")
        offset = self._offset(error)
        if code == "RequestTimeTooSkewed" or (code in _WORDLESS and offset is not None and abs(offset) > _BEARABLE):
            return StoreUnreachable(f"This machine's clock is wrong{_said(offset)}; set it, and try again.")
        if code in _FULL:
            return StoreFull("The store is full; nothing of this was kept.")
        return StoreUnreachable(f"{self.store} refuses {key or 'to list'}: {code}.")

    def _offset(self, error: ClientError) -> int | None:
        """Seconds by which it is ahead; None where the store's answer does not tell when it was written."""
        said_at = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
        if said_at is None:
            return None
        return round((self.clock.now() - parsedate_to_datetime(said_at)).total_seconds())


def _said(offset: int | None) -> str:
    if offset is None:
        return ""
    return f", {abs(offset)} seconds {'ahead of' if offset >= 0 else 'behind'} the store's"


def is_refused(error: CoprraError) -> bool:
    """Whether the store understood, and did not want to."""
    return isinstance(error.__cause__, ClientError) and _code(error.__cause__) in _REFUSED


def is_lockless(error: CoprraError) -> bool:
    """Whether it does not know what a lock is; to be asked where one was wanted."""
    return isinstance(error.__cause__, ClientError) and _code(error.__cause__) in _LOCKLESS


def was_repeated(error: ClientError) -> bool:
    """Whether it was done before, and only the answer to that was lost; or else somebody was first."""
    done = _code(error) in _TAKEN | {"404", "NoSuchUpload"}
    return done and bool(error.response.get("ResponseMetadata", {}).get("RetryAttempts"))


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))
