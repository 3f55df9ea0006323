"""Objects in a bucket, through boto3.

Source: Amazon S3 API reference: PutObject, CompleteMultipartUpload, PutObjectRetention, conditional writes.
"""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from coprra.adapters.s3.errors import Translator, is_lockless, is_refused, was_repeated
from coprra.domain.backups.blob import (
    Blob,
    BlobChanged,
    BlobLocked,
    LocksUnsupported,
    StoreUnreachable,
    UnknownBlob,
    checked_key,
)
from coprra.domain.backups.ports import BlobStore, NewBlob, Source
from coprra.domain.kernel.ports import Clock

PART = 8 * 2**20
"""Bytes of a part of a multipart upload: 10,000 of them, as many as S3 takes, are 80 GiB."""


_GRAIN = timedelta(seconds=1)
"""Of locks: what is less a store may forget."""


def make_client(*, endpoint: str | None = None, region: str | None = None) -> Any:
    """A client for Amazon, or for the server at `endpoint`. Its credentials are found as boto3 finds them, now."""
    config = Config(
        connect_timeout=5,
        read_timeout=60,
        retries={"mode": "standard", "max_attempts": 3},
        # We send our own: the SHA-256 that the manifests name, too.
        request_checksum_calculation="when_required",
        # What we read is compared with those: bytes that are not theirs are damage, and no fault of the line.
        response_checksum_validation="when_required",
        s3={"addressing_style": "path"} if endpoint else {},
    )
    return boto3.session.Session().client("s3", endpoint_url=endpoint, region_name=region, config=config)


class S3BlobStore(BlobStore):
    """A bucket, below a prefix. Locks are Object Lock in COMPLIANCE mode, which nobody lifts, its owner included.

    Each part and each object is sent with its SHA-256, which the server compares. client: of boto3, see `make_client`.
    part: bytes of a part of an upload; so much is held in memory.
    """

    def __init__(self, clock: Clock, client: Any, bucket: str, *, prefix: str = "", part: int = PART) -> None:
        self._said = Translator(clock, f"The bucket {bucket} at {client.meta.endpoint_url}")
        self._client = client
        self.bucket = bucket
        self.prefix = prefix
        self._part = part

    @contextmanager
    def create(self, key: str, *, locked_until: datetime | None = None) -> Iterator[NewBlob]:
        """See `BlobStore.create`."""
        upload = _Upload(self._said, self._client, self._named(key), self._part, _lock(locked_until))
        try:
            with _locking() if locked_until else nullcontext():
                yield upload
                with self._said(key):
                    upload.complete()
        except BaseException:
            upload.abort()
            raise
        stored = self.find(key, upload.version)
        if stored is None or stored.size != upload.size:
            raise StoreUnreachable(f"The store took {key} and does not have all of it.")
        _require_lock(stored, locked_until)
        upload.stored = stored

    def replace(self, old: Blob, content: bytes) -> Blob:
        """See `BlobStore.replace`."""
        with self._said(old.key, BlobChanged):
            version = _put(self._client, self._named(old.key), content, IfMatch=old.tag)
        replaced = self.find(old.key, version)
        if replaced is None:
            raise StoreUnreachable(f"The store took {old.key} and does not have it.")
        return replaced

    @contextmanager
    def open(self, key: str, version: str | None = None) -> Iterator[Source]:
        """See `BlobStore.open`."""
        with self._said(key):
            answer = self._client.get_object(**self._named(key, version))
            # Whatever else answers in its stead may send a body, too.
            body, _ = answer["Body"], answer["ETag"]
        with body:
            yield S3Source(self._said, key, body)

    def find(self, key: str, version: str | None = None) -> Blob | None:
        """See `BlobStore.find`."""
        try:
            with self._said(key):
                answer = self._client.head_object(**self._named(key, version))
                locked_until = answer.get("ObjectLockRetainUntilDate")
                return Blob(
                    key=key,
                    size=answer["ContentLength"],
                    tag=answer["ETag"],
                    version=answer.get("VersionId"),
                    locked_until=locked_until.astimezone(UTC) if locked_until else None,
                )
        except UnknownBlob:
            return None

    def list(self, prefix: str) -> Iterator[Blob]:
        """See `BlobStore.list`."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix + prefix)
        with self._said(prefix):
            for page in pages:
                # What is no list must not pass for an empty one.
                _ = page["Name"]
                for one in page.get("Contents", ()):
                    yield Blob(key=one["Key"][len(self.prefix) :], size=one["Size"], tag=one["ETag"])

    def lock(self, blob: Blob, until: datetime) -> None:
        """See `BlobStore.lock`."""
        held = self.find(blob.key, blob.version)
        if held is None:
            raise UnknownBlob(f"There is no object {blob.key}.")
        if held.locked_until is None or held.locked_until < until:
            with _locking(), self._said(blob.key):
                self._client.put_object_retention(
                    **self._named(held.key, held.version), Retention={"Mode": "COMPLIANCE", "RetainUntilDate": until}
                )
            _require_lock(self.find(held.key, held.version), until)

    def remove(self, blob: Blob) -> None:
        """See `BlobStore.remove`."""
        # Without its version it would only be hidden, behind a mark that it was deleted.
        held = blob if blob.version else self.find(blob.key)
        if held is None:
            return
        try:
            with self._said(blob.key), suppress(UnknownBlob):
                self._client.delete_object(**self._named(held.key, held.version))
        except StoreUnreachable as error:
            if is_refused(error):
                raise BlobLocked(
                    f"The store refuses to remove {blob.key}: it is locked, or that is not allowed."
                ) from error
            raise

    def sweep(self, before: datetime) -> int:
        """See `BlobStore.sweep`."""
        swept = 0
        pages = self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self.bucket, Prefix=self.prefix)
        with self._said("uploads"):
            for page in pages:
                for one in page.get("Uploads", ()):
                    if one["Initiated"] < before:
                        self._client.abort_multipart_upload(
                            Bucket=self.bucket, Key=one["Key"], UploadId=one["UploadId"]
                        )
                        swept += 1
        return swept

    def _named(self, key: str, version: str | None = None) -> dict[str, str]:
        named = {"Bucket": self.bucket, "Key": self.prefix + checked_key(key)}
        return named | {"VersionId": version} if version else named


class S3Source(Source):
    """A body that is read, with what goes wrong on the way in the domain's words."""

    def __init__(self, said: Translator, key: str, body: Any) -> None:
        self._said = said
        self._key = key
        self._body = body

    def read(self, size: int = -1, /) -> bytes:
        """See `Source.read`; as much as was asked for, for only at its end a body tells that it was cut off."""
        content = b""
        with self._said(self._key):
            while size < 0 or len(content) < size:
                more: bytes = self._body.read(None if size < 0 else size - len(content))
                content += more
                if size < 0 or not more:
                    break
        return content


class _Upload(NewBlob):
    """One request for what is small; parts for what is not. Nothing is visible before `complete`."""

    def __init__(self, said: Translator, client: Any, named: dict[str, str], part: int, lock: dict[str, Any]) -> None:
        self._said = said
        self._client = client
        self._named = named
        self._part = part
        self._lock = lock
        self._pending = bytearray()
        self._id: str | None = None
        self._parts: list[dict[str, Any]] = []
        self.size = 0
        self.version: str | None = None
        self.stored: Blob | None = None

    def write(self, content: bytes, /) -> int:
        """See `Sink.write`."""
        self._pending += content
        self.size += len(content)
        while len(self._pending) > self._part:
            with self._said(self._named["Key"]):
                self._send(bytes(self._pending[: self._part]))
            del self._pending[: self._part]
        return len(content)

    @property
    def blob(self) -> Blob:
        """See `NewBlob.blob`."""
        if self.stored is None:
            raise ValueError("Nothing was stored yet.")
        return self.stored

    def complete(self) -> None:
        """Make it visible, unless there is something under its key."""
        rest = bytes(self._pending)
        if self._id is None:
            self.version = _put(self._client, self._named, rest, **self._lock, IfNoneMatch="*")
            return
        self._send(rest)
        try:
            answer = self._client.complete_multipart_upload(
                **self._named, UploadId=self._id, IfNoneMatch="*", MultipartUpload={"Parts": self._parts}
            )
        except ClientError as error:
            if not was_repeated(error):
                raise
            # Whether it is ours, `create` sees by its size.
            answer = {}
        self.version = answer.get("VersionId")

    def abort(self) -> None:
        """Leave nothing behind. What can't be told to the store now is swept later."""
        if self._id is not None:
            with suppress(Exception):
                self._client.abort_multipart_upload(**self._named, UploadId=self._id)

    def _send(self, content: bytes) -> None:
        if self._id is None:
            begun = self._client.create_multipart_upload(**self._named, **self._lock, ChecksumAlgorithm="SHA256")
            self._id = begun["UploadId"]
        number, checksum = len(self._parts) + 1, _sha256(content)
        sent = self._client.upload_part(
            **self._named, UploadId=self._id, PartNumber=number, Body=content, ChecksumSHA256=checksum
        )
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": checksum})


def _put(client: Any, named: dict[str, str], content: bytes, **how: Any) -> str | None:
    """In one request; its version. Raises: ClientError."""
    try:
        answer = client.put_object(**named, **how, Body=content, ChecksumSHA256=_sha256(content))
    except ClientError as error:
        if not was_repeated(error) or client.get_object(**named)["Body"].read() != content:
            raise
        return None
    version: str | None = answer.get("VersionId")
    return version


@contextmanager
def _locking() -> Iterator[None]:
    try:
        yield
    except StoreUnreachable as error:
        if is_lockless(error):
            raise LocksUnsupported(
                "The bucket locks nothing: make one with Object Lock, or set lock_days to 0."
            ) from error
        raise


def _require_lock(blob: Blob | None, until: datetime | None) -> None:
    """Stores there are that take what they do not know for granted."""
    if blob is None or until is None:
        return
    if blob.locked_until is None or blob.locked_until < until - _GRAIN:
        raise LocksUnsupported(
            f"The store took {blob.key} and shows no such lock of it: it can't lock, or may not tell these credentials."
        )


def _lock(until: datetime | None) -> dict[str, Any]:
    return {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until} if until else {}


def _sha256(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()
