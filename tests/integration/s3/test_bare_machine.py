"""Settings, the escrow key and a bucket bring a bare machine back, and a bucket that was tampered with does not."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result

from coprra.adapters.age.sealer import AgeSealer
from coprra.adapters.s3.blobs import S3BlobStore
from coprra.entrypoints.cli.invocation import Invocation
from coprra.entrypoints.cli.main import coprra

SAMPLE = Path(__file__).parents[3] / "sample/hr_pricelists"


def invoke(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(coprra, arguments, obj=Invocation(environment=environment), prog_name="coprra")


@pytest.fixture
def store(new_store: Callable[[], S3BlobStore], seaweedfs: str, tmp_path: Path) -> S3BlobStore:
    """With two backups of a database that holds a list; what is left of its machine is what a bare one is given."""
    store = new_store()
    home = tmp_path / "lost"
    here = {"COPRRA_DATABASE_URL": f"sqlite:///{home}/coprra.sqlite", "COPRRA_BACKUPS": f"{home}/backups.toml"}
    url = f"s3://{store.bucket}/{store.prefix}?endpoint=http://127.0.0.1:{urlsplit(seaweedfs).port}&region=us-east-1"
    smallest = min(SAMPLE.glob("*_20*"), key=lambda path: path.stat().st_size)
    for command in (
        ["backups", "init", "--store", url],
        ["db", "upgrade"],
        ["backups", "run"],
        ["feeds", "import", str(smallest)],
        ["backups", "run"],
    ):
        done = invoke(here, *command)
        assert done.exit_code == 0, done.output
    bare = tmp_path / "bare"
    bare.mkdir()
    settings = (home / "backups.toml").read_text()
    (bare / "backups.toml").write_text(settings.replace('signing_key = "signing.key"', 'signing_key = ""'))
    (bare / "escrow.key").write_bytes((home / "escrow.key").read_bytes())
    (bare / "stranger.key").write_text(AgeSealer().new_key())
    return store


@pytest.fixture
def rehearse(tmp_path: Path) -> Callable[..., Result]:
    """On the bare machine, each time as if it had never looked."""
    bare = tmp_path / "bare"
    environment = {"COPRRA_DATABASE_URL": f"sqlite:///{bare}/new.sqlite", "COPRRA_BACKUPS": f"{bare}/backups.toml"}

    def run(key: str = "escrow", *options: str) -> Result:
        bare.joinpath("backups.seen.json").unlink(missing_ok=True)
        return invoke(environment, "backups", "verify", "--level", "L3", "--identity", f"{bare}/{key}.key", *options)

    return run


@contextmanager
def tampered(store: S3BlobStore, client: Any, key: str, content: bytes | None) -> Iterator[None]:
    """Every version of an object is gone, and that is there instead."""
    name = {"Bucket": store.bucket, "Key": store.prefix + key}
    whole = client.get_object(**name)["Body"].read()
    for one in client.list_object_versions(Bucket=store.bucket, Prefix=name["Key"])["Versions"]:
        client.delete_object(**name, VersionId=one["VersionId"])
    if content is not None:
        client.put_object(**name, Body=content)
    yield
    client.put_object(**name, Body=whole)


def test_from_the_bucket_alone_it_is_back_and_what_is_wrong_with_the_bucket_has_its_code(
    store: S3BlobStore, rehearse: Callable[..., Result], client: Any
) -> None:
    proved = rehearse()
    assert (proved.exit_code, proved.output.count("Z-")) == (0, 2), proved.output
    assert re.search(r"Proved as far as L3: .*restored in .* compared in", proved.stdout, re.DOTALL)
    assert "could not write that into the journal" in proved.stdout
    pieces = [blob.key for blob in store.list("v1/coprra/data/")]
    entries = [blob.key for blob in store.list("v1/coprra/journal/")]
    with store.open(pieces[-1]) as source:
        sealed = source.read()
    with store.open(entries[0]) as source:
        stale = source.read()
    flipped = sealed[:200] + bytes([sealed[200] ^ 1]) + sealed[201:]
    newest = pieces[-1].split("/")[3]
    for case, key, content, named in (
        ("a missing object", pieces[-1], None, newest),
        ("a missing object of the older one", pieces[0], None, pieces[0]),
        ("a flipped bit", pieces[-1], flipped, newest),
        ("a stale manifest", entries[1], stale, entries[1]),
        ("a missing manifest", entries[0], None, entries[0]),
    ):
        with tampered(store, client, key, content):
            found = rehearse()
            assert (found.exit_code, named in found.output) == (5, True), (case, found.output)
    assert rehearse("stranger").exit_code == 6
    assert rehearse().exit_code == 0
