"""A shell to try backups in: beside it run a MariaDB with those price lists that are named, and a SeaweedFS.

`make try-backups` calls it. Everything is in var/try-backups, and there again the next time. The servers end with the
shell.
"""

import fcntl
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from secrets import token_hex
from urllib.parse import quote, urlsplit

from coprra.adapters.mariadb.address import read_address
from coprra.adapters.s3.blobs import make_client
from coprra.entrypoints.cli.endings import Ending
from coprra.entrypoints.cli.giving_up import giving_up_when_told
from coprra.testing.mariadb import DURABLE, PrivateMariaDb, create_database
from coprra.testing.seaweedfs import private_seaweedfs, read_users, write_users
from coprra.testing.sharing import NoServer

PAGE = Path(__file__).parents[1] / "docs/recovery.md"
HOME = Path("var/try-backups").absolute()
SETTINGS = HOME / "backups.toml"
VARIABLES = {
    "COPRRA_BACKUPS": str(SETTINGS),
    "COPRRA_DATABASE_URL_FILE": str(HOME / "database-url"),
    "AWS_SHARED_CREDENTIALS_FILE": str(HOME / "credentials"),
}
_BUCKET = "backups"
_LONGEST_SOCKET = 107

_USERS = {"admin": ("Admin",), "backup": ("Read", "Write", "List", "PutObjectRetention")}
_NOBODY_REMOVES = """\
{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",
  "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"], "Resource": ["arn:aws:s3:::backups/*"]}]}
"""

_WELCOME = """
MariaDB has real prices, SeaweedFS has a bucket from which nobody can remove anything, and there are keys. What is left:

  coprra backups schedule --identity var/try-backups/operations.key | tee var/try-backups/crontab
  coprra backups run
  coprra backups verify --level L2 --identity var/try-backups/operations.key
  coprra backups status

What else to try is in docs/recovery.md. In another terminal: source var/try-backups/environment
The servers end with this shell; `make try-backups` goes on from there, `make clean` removes everything.
"""


def main(lists: Sequence[str]) -> int:
    """Until the shell ends; its exit code. Raises: NoServer."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "COPRRA_"))]:
        del os.environ[name]
    os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    if not SETTINGS.exists():
        begin_anew()
    server = PrivateMariaDb(HOME / "mariadb", (*DURABLE, "--log-bin=binlog"), kept=True)
    if len(os.fsencode(server.socket)) > _LONGEST_SOCKET or " " in str(HOME):
        raise NoServer(
            f"MariaDB takes no path of that length, or with spaces: {server.socket}. Clone to another place."
        )
    with server, private_seaweedfs(HOME / "seaweedfs", kept=True) as store:
        if not SETTINGS.exists():
            fill(server, lists)
            prepare(store)
        print(_WELCOME, flush=True)
        if sys.stdin.isatty():
            # How the last command ended is of no account.
            subprocess.run(["bash", "--rcfile", HOME / "environment", "-i"], env=os.environ | VARIABLES, check=False)
            return 0
        return subprocess.run(["bash", "-euo", "pipefail"], env=os.environ | VARIABLES, check=False).returncode


@contextmanager
def alone() -> Iterator[None]:
    """For one process at a time. Raises: NoServer."""
    HOME.parent.mkdir(exist_ok=True)
    door = os.open(HOME.parent, os.O_RDONLY)
    try:
        fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise NoServer("It runs in another terminal. To join in: source var/try-backups/environment") from error
    else:
        yield
    finally:
        os.close(door)


def begin_anew() -> None:
    """Without what a start that was cut off has left."""
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(mode=0o700)
    write_users(HOME / "seaweedfs", _USERS)
    lines = [
        # So that nothing here reaches what the real settings of this user name.
        "unset ${!AWS_@} ${!COPRRA_@}",
        *(f"export {name}={shlex.quote(value)}" for name, value in VARIABLES.items()),
        f'export PATH={shlex.quote(str(Path(sys.executable).parent))}:"$PATH"',
        r"PS1='(try-backups) \w \$ '",
    ]
    write("environment", *lines)


def fill(server: PrivateMariaDb, lists: Sequence[str]) -> None:
    """With real prices, and a user for backups who has the rights that the page tells, and no other."""
    url = create_database(server.url("mysql"), "coprra")
    for command in (["db", "upgrade"], ["feeds", "import", *lists]):
        subprocess.run(["coprra", *command], env={**os.environ, "COPRRA_DATABASE_URL": url}, check=True)
    password = token_hex(16)
    (rights, *_) = re.findall(r"^```sql\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    with closing(read_address(url).connect()) as connection, connection.cursor() as cursor:
        for statement in filter(str.strip, rights.replace("a long password", password).split(";")):
            cursor.execute(statement)
    write("database-url", f"mariadb://backup:{password}@localhost/coprra?unix_socket={quote(str(server.socket))}")


def prepare(store: str) -> None:
    """A bucket that locks, who may put into it, and last what says that backups go there."""
    parts = urlsplit(store)
    endpoint = f"http://{parts.hostname}:{parts.port}"
    access, secret = read_users(HOME / "seaweedfs")["backup"]
    write("credentials", "[default]", f"aws_access_key_id = {access}", f"aws_secret_access_key = {secret}")
    os.environ |= {"AWS_ACCESS_KEY_ID": parts.username or "", "AWS_SECRET_ACCESS_KEY": parts.password or ""}
    client = make_client(endpoint=endpoint)
    client.create_bucket(Bucket=_BUCKET, ObjectLockEnabledForBucket=True)
    client.put_bucket_policy(Bucket=_BUCKET, Policy=_NOBODY_REMOVES)
    del os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
    init = ["coprra", "backups", "init", "--store", f"s3://{_BUCKET}/coprra?endpoint={endpoint}", "--lock-days", "35"]
    print(f"\n$ {shlex.join(init)}", flush=True)
    subprocess.run(init, env=os.environ | VARIABLES, check=True)


def write(name: str, *lines: str) -> None:
    """For the owner's eyes only."""
    path = HOME / name
    path.touch(mode=0o600)
    path.write_text("\n".join([*lines, ""]), "utf-8")


if __name__ == "__main__":
    try:
        with giving_up_when_told(), alone():
            code = main(sys.argv[1:])
    except (NoServer, Ending) as error:
        sys.exit(str(error))
    except subprocess.CalledProcessError as error:
        sys.exit(f"{shlex.join(map(str, error.cmd[:3]))} failed; the next start begins anew.")
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(code)
