"""A bucket on the run's SeaweedFS, and parts of it for the tests."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from coprra.adapters.s3.blobs import S3BlobStore, make_client
from coprra.adapters.system.clock import SystemClock


@pytest.fixture(scope="session")
def client(seaweedfs: str) -> Iterator[Any]:
    """boto3 itself, also to do what coprra never does."""
    parts = urlsplit(seaweedfs)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", parts.username or "")
        environment.setenv("AWS_SECRET_ACCESS_KEY", parts.password or "")
        yield make_client(endpoint=f"http://127.0.0.1:{parts.port}", region="us-east-1")


@pytest.fixture(scope="session")
def bucket(client: Any) -> str:
    """One that can lock."""
    name = f"test-{uuid4().hex}"
    client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return name


@pytest.fixture
def new_store(client: Any, bucket: str) -> Callable[[], S3BlobStore]:
    """Gives a part of the bucket that nobody else uses."""
    return lambda: S3BlobStore(SystemClock(), client, bucket, prefix=f"{uuid4().hex}/")
