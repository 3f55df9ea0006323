"""Schedules: when backups are taken, copied and proved, as cron or systemd wants to be told."""

import getpass
import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from coprra.settings import Settings, default_backups

_OF_THE_STORE = (
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CONFIG_FILE",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CA_BUNDLE",
)
"""What boto3 looks at that is no secret."""

_UNIT = """\
# {name}.service
[Unit]
Description=coprra backups {command}

[Service]
Type=oneshot
{settings}
ExecStart={program} backups {command}

# {name}.timer
[Unit]
Description=coprra backups {command}

[Timer]
OnCalendar={calendar}
Persistent=true

[Install]
WantedBy=timers.target
"""


@dataclass(frozen=True, slots=True)
class Timing:
    """name: of its units; command: of `coprra backups`; cron: its five fields; calendar: the same for systemd."""

    name: str
    command: str
    cron: str
    calendar: str


_OF_A_FILE = (Timing("run", "run", "17 * * * *", "*-*-* *:17:00"),)
"""One that has not changed is not stored again."""

_OF_A_SERVER = (
    Timing("run", "run", "17 1 * * *", "*-*-* 01:17:00"),
    Timing("increment", "run --incremental", "17 7,13,19 * * *", "*-*-* 07,13,19:17:00"),
    # Before the whole one: a restore begins with the newest, and a dump takes much longer.
    Timing("dump", "run --dump", "17 0 * * 3", "Wed *-*-* 00:17:00"),
)
_OF_BOTH = (
    Timing("copy", "copy", "27 * * * *", "*-*-* *:27:00"),
    Timing("verify", "verify", "47 2 * * *", "*-*-* 02:47:00"),
    Timing("restore", "verify --level L2 --identity {identity}", "37 3 * * 0", "Sun *-*-* 03:37:00"),
    Timing("prune", "prune", "57 4 * * *", "*-*-* 04:57:00"),
)
"""More often than the limits of `init` ask for, so that one hiccup wakes nobody."""


def timings(database_url: str, *, copies: bool, identity: str | None) -> tuple[Timing, ...]:
    """Those that suit. copies: there is a second store; identity: the file of a secret key; None: there is none."""
    backups = _OF_A_FILE if database_url.startswith("sqlite:") else _OF_A_SERVER
    unwanted = {name for name, there_is in {"copy": copies, "restore": identity is not None}.items() if not there_is}
    return tuple(
        replace(timing, command=timing.command.format(identity=shlex.quote(str(Path(identity or "").absolute()))))
        for timing in (*backups, *_OF_BOTH)
        if timing.name not in unwanted
    )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a command finds here, and would not find where a scheduler begins it. user: whom it is to run as.

    environment: variables, none of which is a secret; remarks: what a person has to see to.
    """

    program: tuple[str, ...]
    user: str
    environment: Mapping[str, str]
    remarks: tuple[str, ...]


def surroundings(settings: Settings, environment: Mapping[str, str]) -> Surroundings:
    """Of this process."""
    found = shutil.which("coprra")
    program = (str(Path(found).absolute()),) if found else (sys.executable, "-m", "coprra")
    told: dict[str, str] = {}
    remarks = []
    if settings.backups is not None:
        told["COPRRA_BACKUPS"] = str(settings.backups.absolute())
    scheme, _, path = settings.database_url.partition(":///")
    if scheme == "sqlite":
        told["COPRRA_DATABASE_URL"] = f"sqlite:///{Path(path).absolute()}"
    else:
        file = environment.get("COPRRA_DATABASE_URL_FILE") or default_backups().with_name("database-url")
        told["COPRRA_DATABASE_URL_FILE"] = str(Path(file).absolute())
        if not environment.get("COPRRA_DATABASE_URL_FILE"):
            remarks.append(f"Write the URL of the database into {file}, for its owner's eyes only.")
    told |= {name: environment[name] for name in _OF_THE_STORE if environment.get(name)}
    if environment.get("AWS_ACCESS_KEY_ID"):
        remarks.append("The store's credentials are known in this shell alone; put them into ~/.aws/credentials.")
    return Surroundings(program, getpass.getuser(), told, tuple(remarks))


def crontab(those: tuple[Timing, ...], around: Surroundings) -> str:
    """A line for each, below what they need to know; for `crontab -e` of that user."""
    program = shlex.join(around.program)
    return "\n".join(
        [
            *(f"# {remark}" for remark in around.remarks),
            *(f'{name}="{value}"' for name, value in around.environment.items()),
            # To cron a percent sign is the end of a line.
            *(f"{one.cron:<16} " + f"{program} backups {one.command}".replace("%", "\\%") for one in those),
        ]
    )


def units(those: tuple[Timing, ...], around: Surroundings) -> str:
    """A service and a timer for each, headed by the names of their files; for /etc/systemd/system."""
    settings = [f"User={around.user}"]
    settings += [f"Environment={_quoted(f'{name}={value}')}" for name, value in around.environment.items()]
    remarks = "".join(f"# {remark}\n" for remark in around.remarks)
    return remarks + "\n".join(
        _UNIT.format(
            name=f"coprra-backups-{one.name}",
            command=one.command.replace("%", "%%"),
            program=shlex.join(around.program).replace("%", "%%"),
            calendar=one.calendar,
            settings="\n".join(settings),
        )
        for one in those
    )


def _quoted(text: str) -> str:
    """As systemd reads it. Source: systemd.syntax(7), systemd.unit(5)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
