"""Schedules: when backups are taken, copied and proved, as cron or systemd wants to be told."""

from dataclasses import dataclass, replace

_UNIT = """\
# {name}.service
[Unit]
Description=coprra backups {command}

[Service]
Type=oneshot
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


TIMINGS = (
    Timing("run", "run", "17 * * * *", "*-*-* *:17:00"),
    Timing("copy", "copy", "27 * * * *", "*-*-* *:27:00"),
    Timing("verify", "verify", "47 2 * * *", "*-*-* 02:47:00"),
    Timing("restore", "verify --level L2 --identity {identity}", "37 3 * * 0", "Sun *-*-* 03:37:00"),
    Timing("prune", "prune", "57 4 * * *", "*-*-* 04:57:00"),
)
"""More often than the limits of `init` ask for, so that one hiccup wakes nobody."""


def timings(*, copies: bool, identity: str | None) -> tuple[Timing, ...]:
    """Those that suit. copies: there is a second store; identity: the file of a secret key; None: there is none."""
    unwanted = {name for name, there_is in {"copy": copies, "restore": identity is not None}.items() if not there_is}
    return tuple(
        replace(timing, command=timing.command.format(identity=identity))
        for timing in TIMINGS
        if timing.name not in unwanted
    )


def crontab(those: tuple[Timing, ...], program: str) -> str:
    """A line for each."""
    return "\n".join(f"{one.cron:<12} {program} backups {one.command}" for one in those)


def units(those: tuple[Timing, ...], program: str) -> str:
    """A service and a timer for each, headed by the names of their files."""
    return "\n".join(
        _UNIT.format(name=f"coprra-backups-{one.name}", command=one.command, program=program, calendar=one.calendar)
        for one in those
    )
