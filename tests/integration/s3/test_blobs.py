"""A bucket keeps the contract of objects, locks included, and says what the server says."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import pytest

from coprra.adapters.s3.blobs import S3BlobStore, make_client
from coprra.adapters.system.clock import StoppedClock, SystemClock
from coprra.domain.backups.blob import Blob, BlobExists, BlobLocked, LocksUnsupported, StoreUnreachable
from coprra.domain.backups.ports import BlobStore
from coprra.testing.contracts.blobs import LARGE, LockingBlobStoreContract, found, hour_from_now, put, read

SKEWED = b"<Error><Code>RequestTimeTooSkewed</Code><Message>no</Message></Error>"


class TestS3Blobs(LockingBlobStoreContract):
    """A bucket of a SeaweedFS."""

    @pytest.fixture(autouse=True)
    def _new_store(self, new_store: Callable[[], S3BlobStore]) -> None:
        self.new_store = new_store

    def make_store(self) -> BlobStore:
        """An empty store."""
        return self.new_store()


@pytest.fixture
def store(client: Any, bucket: str) -> S3BlobStore:
    """All of what begins with ``ours/``, for the tests that look behind it; each has keys of its own."""
    return S3BlobStore(SystemClock(), client, bucket, prefix="ours/")


def test_what_is_locked_is_found_behind_what_was_put_over_it_and_behind_a_deletion(
    store: S3BlobStore, client: Any, bucket: str
) -> None:
    with store.create("kept", locked_until=hour_from_now()) as new:
        new.write(b"ours")
    client.put_object(Bucket=bucket, Key="ours/kept", Body=b"forged")
    assert read(store, "kept") == b"forged"
    client.delete_object(Bucket=bucket, Key="ours/kept")
    assert store.find("kept") is None
    with store.open("kept", new.blob.version) as source:
        assert source.read() == b"ours"
    with pytest.raises(BlobLocked):
        store.remove(new.blob)


def test_a_part_that_was_changed_on_its_way_is_refused(client: Any, bucket: str) -> None:
    """What we rely on: the server compares what it got with the SHA-256 that was sent along."""
    with pytest.raises(client.exceptions.ClientError, match="BadDigest"):
        client.put_object(Bucket=bucket, Key="changed", Body=b"changed", ChecksumSHA256="A" * 43 + "=")


def test_an_upload_that_was_killed_is_swept(store: S3BlobStore, client: Any, bucket: str) -> None:
    put(store, "whole", bytes(LARGE))
    client.create_multipart_upload(Bucket=bucket, Key="ours/killed")
    client.create_multipart_upload(Bucket=bucket, Key="theirs/killed")
    assert store.sweep(SystemClock().now() + timedelta(hours=1)) == 1
    left = client.list_multipart_uploads(Bucket=bucket, Prefix="theirs/")["Uploads"]
    assert [one["Key"] for one in left] == ["theirs/killed"]
    assert found(store, "whole").size == LARGE


def test_a_bucket_that_is_not_there_is_told(client: Any) -> None:
    with pytest.raises(StoreUnreachable, match="NoSuchBucket"):
        list(S3BlobStore(SystemClock(), client, "no-such-bucket").list(""))


def test_a_bucket_that_locks_nothing_is_told(client: Any) -> None:
    client.create_bucket(Bucket="without-locks")
    store = S3BlobStore(SystemClock(), client, "without-locks", part=5 * 2**20)
    for size in (1, LARGE):
        with pytest.raises(LocksUnsupported):
            create_locked(store, "a", size)
    with pytest.raises(LocksUnsupported):
        store.lock(put(store, "b", b"1"), hour_from_now())
    assert [blob.key for blob in store.list("")] == ["b"]


def test_a_bucket_that_forgets_locks_is_told(store: S3BlobStore, client: Any) -> None:
    """It takes what it does not know, and says that all is well."""

    def forget(params: dict[str, Any], **_: object) -> None:
        for name in ("ObjectLockMode", "ObjectLockRetainUntilDate"):
            params.pop(name, None)

    def ignore(**_: object) -> tuple[object, dict[str, Any]]:
        return SimpleNamespace(status_code=200), {}

    events = {"provide-client-params.s3": forget, "before-call.s3.PutObjectRetention": ignore}
    for event, deed in events.items():
        client.meta.events.register(event, deed)
    try:
        for key, size in (("forgotten", 1), ("forgotten-parts", LARGE)):
            with pytest.raises(LocksUnsupported, match=f"took {key} and shows no such lock"):
                create_locked(store, key, size)
        with pytest.raises(LocksUnsupported):
            store.lock(found(store, "forgotten"), hour_from_now())
    finally:
        for event, deed in events.items():
            client.meta.events.unregister(event, deed)


def create_locked(store: S3BlobStore, key: str, size: int) -> None:
    with store.create(key, locked_until=hour_from_now()) as new:
        new.write(bytes(size))


@pytest.fixture
def _strange_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "stranger")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nobody's")


@pytest.mark.usefixtures("_strange_credentials")
def test_a_stranger_is_told(seaweedfs: str, bucket: str) -> None:
    client = make_client(endpoint=f"http://127.0.0.1:{urlsplit(seaweedfs).port}", region="us-east-1")
    with pytest.raises(StoreUnreachable, match="InvalidAccessKeyId"):
        list(S3BlobStore(SystemClock(), client, bucket).list(""))


class _Skewed(BaseHTTPRequestHandler):
    """A store that finds our clock wrong."""

    def do_GET(self) -> None:
        self.send_response_only(403)
        self.send_header("Date", "Mon, 23 Nov 2026 12:00:00 GMT")
        self.send_header("Content-Length", str(len(SKEWED)))
        self.end_headers()
        self.wfile.write(SKEWED)

    def do_HEAD(self) -> None:
        """Without a word, as HTTP has it."""
        self.send_response_only(403)
        self.send_header("Date", "Mon, 23 Nov 2026 12:00:00 GMT")
        self.end_headers()


@pytest.fixture
def skewed() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Skewed) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.usefixtures("_strange_credentials")
def test_a_wrong_clock_is_told_with_its_offset(skewed: str) -> None:
    client = make_client(endpoint=skewed, region="us-east-1")
    for minutes, words in ((20, "1200 seconds ahead of"), (-20, "1200 seconds behind")):
        clock = StoppedClock(datetime(2026, 11, 23, 12, tzinfo=UTC) + timedelta(minutes=minutes))
        store = S3BlobStore(clock, client, "bucket")
        with pytest.raises(StoreUnreachable, match=words):
            list(store.list(""))
        with pytest.raises(StoreUnreachable, match=words):
            store.find("a")
    punctual = S3BlobStore(StoppedClock(datetime(2026, 11, 23, 12, tzinfo=UTC)), client, "bucket")
    with pytest.raises(StoreUnreachable, match=r"127\.0\.0\.1:\d+ refuses a: 403"):
        punctual.find("a")


@pytest.mark.usefixtures("_strange_credentials")
def test_a_store_that_does_not_answer_is_told() -> None:
    client = make_client(endpoint="http://127.0.0.1:9", region="us-east-1")
    with pytest.raises(StoreUnreachable, match="EndpointConnectionError"):
        put(S3BlobStore(SystemClock(), client, "bucket"), "a", b"1")


class _Failing(BaseHTTPRequestHandler):
    """A store that goes down when an upload has begun."""

    given_up: list[str]

    def do_POST(self) -> None:
        self._answer(200, b"<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>")

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(503, b"<Error><Code>ServiceUnavailable</Code></Error>")

    def do_DELETE(self) -> None:
        self.given_up.append(self.path)
        self._answer(204, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.mark.usefixtures("_strange_credentials")
def test_a_store_that_goes_down_in_an_upload_is_told_and_the_upload_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Failing, "given_up", [], raising=False)
    with HTTPServer(("127.0.0.1", 0), _Failing) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        client = make_client(endpoint=f"http://127.0.0.1:{server.server_port}", region="us-east-1")
        # Its patience is botocore's.
        client.meta.events.unregister("needs-retry.s3", unique_id="retry-config-s3")
        with pytest.raises(StoreUnreachable, match="ServiceUnavailable"):
            put(S3BlobStore(SystemClock(), client, "bucket", part=10), "a", bytes(30))
        server.shutdown()
    assert _Failing.given_up == ["/bucket/a?uploadId=one"]


class _Portal(BaseHTTPRequestHandler):
    """Answers everybody, as networks do in which one has to sign in first."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self.close_connection = True
        self.send_response_only(200)
        self.send_header("Content-Length", "20")
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()
        self.wfile.write(b"<html>Hello!</html>\n")

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()


class _CutOff(BaseHTTPRequestHandler):
    """Sends half of what it has."""

    def do_GET(self) -> None:
        self.send_response_only(200)
        self.send_header("Content-Length", "10")
        self.send_header("ETag", "1")
        self.end_headers()
        self.wfile.write(b"12345")


class _Forgetful(BaseHTTPRequestHandler):
    """Stores what it is sent under its condition, and breaks off before it has said so."""

    protocol_version = "HTTP/1.1"
    there: dict[str, bytes]

    def do_PUT(self) -> None:
        self.close_connection = True
        content, old = self.rfile.read(int(self.headers["Content-Length"])), self.there.get(self.path)
        expected = self.headers["If-Match"]
        if (old is None) if expected is None else (expected == _tag(old)):
            self.there[self.path] = content
        else:
            self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")

    def do_GET(self) -> None:
        self._answer(200, self.there[self.path])

    def do_HEAD(self) -> None:
        self.do_GET()

    def _answer(self, status: int, body: bytes) -> None:
        self.close_connection = True
        self.send_response_only(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", _tag(body))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _tag(content: bytes | None) -> str:
    return hashlib.sha256(content or b"").hexdigest()


@pytest.fixture
def store_at(
    _strange_credentials: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[type[BaseHTTPRequestHandler]], S3BlobStore]]:
    """Of a server that answers so. Nobody waits before something is asked again."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    with ExitStack() as servers:

        def start(handler: type[BaseHTTPRequestHandler]) -> S3BlobStore:
            server = servers.enter_context(HTTPServer(("127.0.0.1", 0), handler))
            Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            servers.callback(server.shutdown)
            client = make_client(endpoint=f"http://127.0.0.1:{server.server_port}", region="us-east-1")
            return S3BlobStore(SystemClock(), client, "bucket")

        yield start


StoreAt: TypeAlias = Callable[[type[BaseHTTPRequestHandler]], S3BlobStore]


def test_what_is_no_s3_is_neither_an_empty_store_nor_a_damaged_one(store_at: StoreAt) -> None:
    store = store_at(_Portal)
    for ask in (
        lambda: store.find("a"),
        lambda: list(store.list("")),
        lambda: read(store, "a"),
        lambda: put(store, "a", b"1"),
        lambda: store.replace(Blob(key="a", size=1, tag="1"), b"2"),
    ):
        with pytest.raises(StoreUnreachable, match="does not speak as S3 does"):
            ask()


def test_what_was_cut_off_on_its_way_is_not_taken_for_all_there_is(store_at: StoreAt) -> None:
    with store_at(_CutOff).open("a") as source, pytest.raises(StoreUnreachable, match="IncompleteRead"):
        source.read(100)


def test_what_was_done_and_not_heard_of_is_done(store_at: StoreAt, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked again, the store says that there is something already; it is what we have sent."""
    monkeypatch.setattr(_Forgetful, "there", {"/bucket/theirs": b"theirs"}, raising=False)
    store = store_at(_Forgetful)
    assert store.replace(put(store, "lease", b"1"), b"22").size == 2
    assert read(store, "lease") == b"22"
    with pytest.raises(BlobExists):
        put(store, "theirs", b"ours")
