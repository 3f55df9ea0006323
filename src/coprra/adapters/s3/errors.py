"""What S3 and the way to it say, in the domain's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from coprra.domain.backups.blob import BlobChanged, BlobExists, StoreFull, StoreUnreachable, UnknownBlob
from coprra.domain.kernel.errors import CoprraError
from coprra.domain.kernel.ports import Clock

_ABSENT = {"404", "NoSuchKey", "NoSuchVersion", "NotFound", "MethodNotAllowed"}
"""HEAD has no body and so no code but its status. What is asked of a delete marker is not allowed."""
_TAKEN = {"412", "PreconditionFailed", "409", "ConditionalRequestConflict"}
_FULL = {"507", "InsufficientStorage", "QuotaExceeded"}
_REFUSED = {"403", "AccessDenied", "InvalidRequest"}


@dataclass(frozen=True, slots=True)
class Translator:
    """clock: this machine's, to tell by how much it differs from the store's."""

    clock: Clock

    @contextmanager
    def __call__(self, key: str, conflict: type[BlobExists | BlobChanged] = BlobExists) -> Iterator[None]:
        """Translate what goes wrong. conflict: what it means that the request's condition does not hold."""
        try:
            yield
        except ClientError as error:
            raise self._translated(error, key, conflict) from error
        except (BotoCoreError, HTTPClientError) as error:
            raise StoreUnreachable(f"The store can't be reached: {type(error).__name__}.") from error

    def _translated(self, error: ClientError, key: str, conflict: type[BlobExists | BlobChanged]) -> CoprraError:
        code = _code(error)
        if code in _ABSENT:
            return UnknownBlob(f"There is no object {key}.")
        if code in _TAKEN:
            return conflict(f"The object {key} is there already, or was replaced meanwhile.")
        if code == "RequestTimeTooSkewed":
            return StoreUnreachable(f"This machine's clock is wrong{self._offset(error)}; set it, and try again.")
        if code in _FULL:
            return StoreFull("The store is full; nothing of this was kept.")
        return StoreUnreachable(f"The store refuses: {code}.")

    def _offset(self, error: ClientError) -> str:
        """By how much, as far as the store's answer tells when it was written."""
        said_at = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
        if said_at is None:
            return ""
        seconds = round((self.clock.now() - parsedate_to_datetime(said_at)).total_seconds())
        return f", {abs(seconds)} seconds {'ahead of' if seconds >= 0 else 'behind'} the store's"


def is_refused(error: CoprraError) -> bool:
    """Whether the store understood, and did not want to."""
    return isinstance(error.__cause__, ClientError) and _code(error.__cause__) in _REFUSED


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))
