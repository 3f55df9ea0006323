"""Schedules: when backups are taken, copied and proved, as cron or systemd wants to be told."""

from dataclasses import dataclass

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
    """command: of `coprra backups`; cron: its five fields; calendar: the same for systemd."""

    command: str
    cron: str
    calendar: str


TIMINGS = (
    Timing("run", "17 * * * *", "*-*-* *:17:00"),
    Timing("copy", "27 * * * *", "*-*-* *:27:00"),
    Timing("verify", "47 2 * * *", "*-*-* 02:47:00"),
    Timing("verify --level L2 --identity {identity}", "37 3 * * 0", "Sun *-*-* 03:37:00"),
    Timing("prune", "57 4 * * *", "*-*-* 04:57:00"),
)
"""More often than the limits of `init` ask for, so that one hiccup wakes nobody."""


def timings(*, copies: bool, identity: str | None) -> tuple[Timing, ...]:
    """Those that suit. copies: there is a second store; identity: the file of a secret key, None where there is none."""
    wanted = []
    for timing in TIMINGS:
        if (timing.command == "copy" and not copies) or ("{identity}" in timing.command and identity is None):
            continue
        wanted.append(Timing(timing.command.format(identity=identity), timing.cron, timing.calendar))
    return tuple(wanted)


def crontab(those: tuple[Timing, ...], program: str) -> str:
    """A line for each."""
    return "\n".join(f"{one.cron:<12} {program} backups {one.command}" for one in those)


def units(those: tuple[Timing, ...], program: str) -> str:
    """A service and a timer for each, headed by the names of their files."""
    named = (
        ("coprra-backups-" + "-".join(one.command.split(" --identity")[0].split(" --level ")).lower(), one)
        for one in those
    )
    return "\n".join(
        _UNIT.format(name=name, command=one.command, program=program, calendar=one.calendar) for name, one in named
    )
