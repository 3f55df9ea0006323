"""Settings: every COPRRA_* variable, typed; all problems reported at once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

import platformdirs

from coprra.domain.kernel.errors import Invalid
from coprra.domain.kernel.instants import InvalidInstant, parse_instant
from coprra.domain.keys.key import Key, read_keys

DEFAULT_PORT = 8080
DEFAULT_THREADS = 4
DEFAULT_THREADS_ON_A_SERVER = 8
"""A thread that waits for a database server computes nothing meanwhile."""
MOST_WORKERS = 256
MOST_THREADS = 16
"""As many connections as a process has to its database; further threads would wait for one."""
DEFAULT_FX_MAX_AGE_DAYS = 7
MOST_FX_MAX_AGE_DAYS = 3660
DEFAULT_KEEP_OBSERVATIONS_DAYS = 30
MOST_KEEP_OBSERVATIONS_DAYS = 36_600
DEFAULT_SLOW_QUERY_MS = 1000
MOST_SLOW_QUERY_MS = 3_600_000
DEFAULT_ANSWER_CACHE_MB = 32
MOST_ANSWER_CACHE_MB = 65_536
DEFAULT_PASSWORD_MEMORY_KIB = 47_104
LEAST_PASSWORD_MEMORY_KIB = 19_456
MOST_PASSWORD_MEMORY_KIB = 131_072
DEFAULT_TOKEN_REQUESTS_PER_MINUTE = 600
DEFAULT_ANONYMOUS_READS_PER_MINUTE = 120
MOST_REQUESTS_PER_MINUTE = 1_000_000
MOST_PROXIES = 10
MOST_REFRESH_GRACE_SECONDS = 30
MEMORY = "memory:"
"""The database URL of a store that lives and dies with the process."""


_SERVERS = frozenset(
    f"{server}{driver}"
    for server in ("mysql", "mariadb")
    for driver in ("", "+pymysql", "+mysqldb", "+mariadbconnector")
)


_NAMES = (
    "database_url",
    "profiles",
    "as_of",
    "host",
    "port",
    "workers",
    "threads",
    "fx_max_age_days",
    "keep_observations_days",
    "slow_query_ms",
    "password_memory_kib",
    "answer_cache_mb",
    "insecure_cookies",
    "trusted_proxy",
    "trusted_proxy_count",
    "token_requests_per_minute",
    "anonymous_reads_per_minute",
    "audit_anchors",
    "app_keys",
    "mail_url",
    "mail_from",
    "public_base_url",
    "refresh_grace_seconds",
    "breached_passwords_url",
    "backups",
    "security_reports",
)

_SECRETS = ("database_url", "app_keys", "mail_url")
"""What may also stand in a file, whose name is in the variable with _FILE behind it."""
_WITH_PASSWORDS = ("database_url", "mail_url")
_PLACEHOLDER = re.compile(r"change.?me|replace.?me|placeholder", re.IGNORECASE)
_LARGEST_SECRET_BYTES = 65_536
_WEB_PORTS = {"https": 443, "http": 80}
_HOST = re.compile(r"[a-z0-9.-]+|[0-9a-f:.]+")
_MAIL_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


_MAIL_FROM = re.compile(r"[!#-;=?-~]+@[A-Za-z0-9.-]+|[\w .'-]{1,100} <[!#-;=?-~]+@[A-Za-z0-9.-]+>")


class InvalidSettings(Invalid):
    """One or more settings can't be used; the message has a line for each."""

    code = "invalid_settings"

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailUrl:
    """Where letters go: to a server, or into a folder. tls: from the first byte; starttls: before anything is said."""

    host: str = ""
    port: int = 0
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    starttls: bool = False
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class TrustedProxy:
    """The proxy before a service, which is believed when it says for whom it asks.

    address: of the machine that connects; count: of proxies in a row, of which that is the last.
    """

    address: str
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation decides. The defaults of the class suit an embedder: nothing outside the process.

    database_url: an SQLAlchemy URL, or ``memory:``; it may hold a password, so it is never shown. profiles: a folder of
    the user's own feed profiles (``*.toml``). as_of: when set, every question that names no instant is answered as of
    then instead of now. workers: processes that serve; None: one for each processor. threads: in each of them.
    fx_max_age_days: how long after their publication exchange rates are used. keep_observations_days: how old an
    observation is at least that a compaction lets go of. slow_query_ms: from how many milliseconds on a statement is
    told in the log. password_memory_kib: what hashing one password takes, and thus costs whoever guesses; four are
    hashed at once in a process. answer_cache_mb: how much memory a serving process may keep answers in; 0: it makes
    each anew. insecure_cookies: people may sign in without TLS, to try coprra on their own machine. trusted_proxy: who
    is believed when it says for whom it asks; None: nobody. token_requests_per_minute, anonymous_reads_per_minute: how
    often a program, or a network of strangers, may ask the API in a minute, counted by each process; 0: without a
    limit. audit_anchors: a file outside the database, where the end of the audit trail is written down; None: in
    memory. app_keys: what secrets at rest are sealed with, the newest first; without any nothing can be sealed.
    mail_url, mail_from: who carries letters, and in whose name; without it they stay in the outbox. public_base_url:
    how people reach the installation, without a slash at its end; links in letters lead there, and without it there are
    none. refresh_grace_seconds: how long a refresh token that was used gets the same answer again; 0: never.
    breached_passwords_url: who is asked whether a password is known from a breach; None: nobody. backups: the file that
    says all about backups. security_reports: the folder for what a monthly security audit finds; None: there is none.
    """

    database_url: str = field(default=MEMORY, repr=False)
    profiles: Path | None = None
    as_of: datetime | None = None
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    workers: int | None = None
    threads: int = DEFAULT_THREADS
    fx_max_age_days: int = DEFAULT_FX_MAX_AGE_DAYS
    keep_observations_days: int = DEFAULT_KEEP_OBSERVATIONS_DAYS
    slow_query_ms: int = DEFAULT_SLOW_QUERY_MS
    password_memory_kib: int = DEFAULT_PASSWORD_MEMORY_KIB
    answer_cache_mb: int = DEFAULT_ANSWER_CACHE_MB
    insecure_cookies: bool = False
    trusted_proxy: TrustedProxy | None = None
    token_requests_per_minute: int = 0
    anonymous_reads_per_minute: int = 0
    audit_anchors: Path | None = None
    app_keys: tuple[Key, ...] = field(default=(), repr=False)
    mail_url: MailUrl | None = None
    mail_from: str | None = None
    public_base_url: str | None = None
    refresh_grace_seconds: int = 0
    breached_passwords_url: str | None = None
    backups: Path | None = None
    security_reports: Path | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], **flags: str | int | None) -> "Settings":
        """From the variable COPRRA_… of each field's name, in capital letters; a secret also from a file.

        flags: of the same names in small letters; they win where they are not None. An empty variable counts as unset.

        Raises: InvalidSettings with every problem there is.
        """
        values = {
            name: str(flags[name]) if flags.get(name) is not None else environment.get(f"COPRRA_{name.upper()}") or None
            for name in _NAMES
        }
        problems: list[str] = []
        for name in _SECRETS:
            values[name] = values[name] or _from_file(environment, f"COPRRA_{name.upper()}_FILE", problems)
        problems += _placeholders(values)
        app_keys = _app_keys(values, problems)
        mail_url = _mail_url(values["mail_url"], problems)
        mail_from = _mail_from(values["mail_from"], mail_url, problems)
        insecure_cookies = _switch(values, "insecure_cookies", problems)
        trusted_proxy = _trusted_proxy(values, problems)
        by_token, by_network = (
            _rate(values, "token_requests_per_minute", DEFAULT_TOKEN_REQUESTS_PER_MINUTE, problems),
            _rate(values, "anonymous_reads_per_minute", DEFAULT_ANONYMOUS_READS_PER_MINUTE, problems),
        )
        public_base_url = _public_base_url(values["public_base_url"], problems)
        breached_passwords_url = _breached_passwords_url(values["breached_passwords_url"], problems)
        refresh_grace_seconds = _refresh_grace_seconds(values["refresh_grace_seconds"], problems)
        as_of = _as_of(values["as_of"], problems)
        text = values["port"] or str(DEFAULT_PORT)
        port = int(text) if re.fullmatch(r"[0-9]{1,5}", text) else -1
        if not 0 <= port <= 65535:
            problems.append(
                f"COPRRA_PORT or --port: {values['port']!r} is no port; use 1 to 65535, or 0 for a free one."
            )
        workers = _number(values, "workers", MOST_WORKERS, problems)
        threads = _number(values, "threads", MOST_THREADS, problems)
        text = values["password_memory_kib"] or str(DEFAULT_PASSWORD_MEMORY_KIB)
        password_memory_kib = int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 0
        if not LEAST_PASSWORD_MEMORY_KIB <= password_memory_kib <= MOST_PASSWORD_MEMORY_KIB:
            problems.append(
                f"COPRRA_PASSWORD_MEMORY_KIB: {text!r} is no amount of memory for a password's hash; use "
                f"{LEAST_PASSWORD_MEMORY_KIB} to {MOST_PASSWORD_MEMORY_KIB}."
            )
        text = values["fx_max_age_days"] or str(DEFAULT_FX_MAX_AGE_DAYS)
        fx_max_age_days = int(text) if re.fullmatch(r"[0-9]{1,4}", text) else 0
        if not 1 <= fx_max_age_days <= MOST_FX_MAX_AGE_DAYS:
            problems.append(f"COPRRA_FX_MAX_AGE_DAYS: {text!r} is no number of days; use 1 to {MOST_FX_MAX_AGE_DAYS}.")
        text = values["keep_observations_days"] or str(DEFAULT_KEEP_OBSERVATIONS_DAYS)
        keep_observations_days = int(text) if re.fullmatch(r"[0-9]{1,5}", text) else -1
        if not 0 <= keep_observations_days <= MOST_KEEP_OBSERVATIONS_DAYS:
            problems.append(
                f"COPRRA_KEEP_OBSERVATIONS_DAYS: {text!r} is no number of days; use 0 to {MOST_KEEP_OBSERVATIONS_DAYS}."
            )
        text = values["slow_query_ms"] or str(DEFAULT_SLOW_QUERY_MS)
        slow_query_ms = int(text) if re.fullmatch(r"[0-9]{1,7}", text) else 0
        if not 1 <= slow_query_ms <= MOST_SLOW_QUERY_MS:
            problems.append(
                f"COPRRA_SLOW_QUERY_MS: {text!r} is no number of milliseconds; use 1 to {MOST_SLOW_QUERY_MS}."
            )
        text = values["answer_cache_mb"] or str(DEFAULT_ANSWER_CACHE_MB)
        answer_cache_mb = int(text) if re.fullmatch(r"[0-9]{1,6}", text) else -1
        if not 0 <= answer_cache_mb <= MOST_ANSWER_CACHE_MB:
            problems.append(
                f"COPRRA_ANSWER_CACHE_MB: {text!r} is no number of megabytes; use 0 (off) to {MOST_ANSWER_CACHE_MB}."
            )
        url = values["database_url"] or default_database_url()
        if problem := _problem_of(url):
            problems.append(f"COPRRA_DATABASE_URL: {problem}")
        profiles = Path(values["profiles"]) if values["profiles"] else None
        if profiles is not None and not profiles.is_dir():
            problems.append(f"COPRRA_PROFILES: {profiles} is no folder.")
        if problems:
            raise InvalidSettings(problems)
        return cls(
            database_url=url,
            profiles=profiles or _existing(platformdirs.user_config_path("coprra") / "profiles"),
            as_of=as_of,
            host=values["host"] or "127.0.0.1",
            port=port,
            workers=workers,
            threads=threads or (DEFAULT_THREADS_ON_A_SERVER if _is_on_a_server(url) else DEFAULT_THREADS),
            fx_max_age_days=fx_max_age_days,
            keep_observations_days=keep_observations_days,
            slow_query_ms=slow_query_ms,
            password_memory_kib=password_memory_kib,
            answer_cache_mb=answer_cache_mb,
            insecure_cookies=insecure_cookies,
            trusted_proxy=trusted_proxy,
            token_requests_per_minute=by_token,
            anonymous_reads_per_minute=by_network,
            audit_anchors=Path(values["audit_anchors"]) if values["audit_anchors"] else _default_audit_anchors(url),
            app_keys=app_keys,
            mail_url=mail_url,
            mail_from=mail_from,
            public_base_url=public_base_url,
            refresh_grace_seconds=refresh_grace_seconds,
            breached_passwords_url=breached_passwords_url,
            backups=Path(values["backups"]) if values["backups"] else default_backups(),
            security_reports=Path(values["security_reports"]) if values["security_reports"] else None,
        )


def default_database_url() -> str:
    """A SQLite file in the user's data folder."""
    return f"sqlite:///{platformdirs.user_data_path('coprra') / 'coprra.sqlite'}"


def default_backups() -> Path:
    """In the user's configuration folder."""
    return platformdirs.user_config_path("coprra") / "backups.toml"


def _from_file(environment: Mapping[str, str], name: str, problems: list[str]) -> str | None:
    """What the file says that the variable names; None where it names none. Nothing of the file is repeated."""
    if not environment.get(name):
        return None
    try:
        with Path(environment[name]).open("rb") as file:
            return file.read(_LARGEST_SECRET_BYTES).decode().strip() or None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        problems.append(f"{name}: the file can't be read: {reason}.")
        return None


def _app_keys(values: Mapping[str, str | None], problems: list[str]) -> tuple[Key, ...]:
    text = values["app_keys"]
    keys, wrong = read_keys(text) if text else ((), ())
    problems += [f"COPRRA_APP_KEYS: {problem}" for problem in wrong]
    if values["public_base_url"] and not text:
        problems.append("COPRRA_APP_KEYS: where people sign in keys are needed; make one with `coprra keys make`.")
    return keys


def _as_of(text: str | None, problems: list[str]) -> datetime | None:
    try:
        return parse_instant(text) if text else None
    except InvalidInstant as error:
        problems.append(f"COPRRA_AS_OF or --as-of: {error}")
        return None


def _placeholders(values: Mapping[str, str | None]) -> Iterator[str]:
    """Passwords that somebody forgot to fill in; keys say so themselves."""
    for name in _WITH_PASSWORDS:
        try:
            password = unquote(urlsplit(values[name] or "").password or "")
        except ValueError:
            continue
        if _PLACEHOLDER.search(password):
            yield f"COPRRA_{name.upper()}: the password is a placeholder; put the real one in its place."


def _refresh_grace_seconds(text: str | None, problems: list[str]) -> int:
    seconds = int(text or "0") if re.fullmatch(r"[0-9]{1,2}", text or "0") else -1
    if not 0 <= seconds <= MOST_REFRESH_GRACE_SECONDS:
        problems.append(
            f"COPRRA_REFRESH_GRACE_SECONDS: {text!r} is no number of seconds; use 0 (off) to "
            f"{MOST_REFRESH_GRACE_SECONDS}."
        )
    return seconds


def _mail_from(text: str | None, mail_url: MailUrl | None, problems: list[str]) -> str | None:
    if text is not None and not _MAIL_FROM.fullmatch(text):
        problems.append("COPRRA_MAIL_FROM: this is no address; write shop@example.com or Shop <shop@example.com>.")
    if text is None and mail_url is not None:
        problems.append("COPRRA_MAIL_FROM: letters need a sender; set it together with COPRRA_MAIL_URL.")
    return text


def _mail_url(url: str | None, problems: list[str]) -> MailUrl | None:
    """Never repeats anything of the URL, which may hold a password."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
        return MailUrl(folder=Path(unquote(parts.path)))
    if parts.scheme not in _MAIL_PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        problems.append(
            "COPRRA_MAIL_URL: letters go to smtp://user@host (STARTTLS, port 587), smtps://host (465), "
            "smtp+plain://host (25, unprotected) or file:///folder."
        )
        return None
    return MailUrl(
        host=parts.hostname,
        port=port or _MAIL_PORTS[parts.scheme],
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp",
    )


def _public_base_url(url: str | None, problems: list[str]) -> str | None:
    """Scheme, host and port alone, as browsers write an origin."""
    origin = _origin(url) if url else None
    if url and (origin is None or url.rstrip("/").lower() != origin):
        problems.append(
            "COPRRA_PUBLIC_BASE_URL: this is how people reach coprra, such as https://prices.example.org; without TLS "
            "it may only be this machine, such as http://127.0.0.1:8080."
        )
        return None
    return origin


def _breached_passwords_url(url: str | None, problems: list[str]) -> str | None:
    if url and (_origin(url) is None or not url.endswith("/") or set("?#") & set(url)):
        problems.append(
            "COPRRA_BREACHED_PASSWORDS_URL: the first letters of a digest are asked for behind it, as in "
            "https://api.pwnedpasswords.com/range/."
        )
        return None
    return url


def _origin(url: str) -> str | None:
    """What stands before the path; None where there is none, where it holds a user, or where strangers could listen."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if not _HOST.fullmatch(host) or parts.scheme not in _WEB_PORTS or "@" in parts.netloc:
        return None
    if parts.scheme == "http" and not _is_this_machine(host):
        return None
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in {None, _WEB_PORTS[parts.scheme]} else "")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _default_audit_anchors(url: str) -> Path | None:
    """Beside a SQLite file; else in the user's data folder. None for what is gone with the process."""
    if url == MEMORY:
        return None
    scheme, _, rest = url.partition("?")[0].partition("://")
    if scheme == "sqlite":
        return Path(f"{rest.removeprefix('/')}-audit-anchors.jsonl")
    return platformdirs.user_data_path("coprra") / "audit-anchors.jsonl"


def _number(values: Mapping[str, str | None], name: str, most: int, problems: list[str]) -> int | None:
    """None where nobody said any."""
    text = values[name]
    if text is None:
        return None
    number = int(text) if re.fullmatch(r"[0-9]{1,4}", text) else 0
    if not 1 <= number <= most:
        problems.append(f"COPRRA_{name.upper()} or --{name}: {text!r} is no number of {name}; use 1 to {most}.")
    return number


def _rate(values: Mapping[str, str | None], name: str, default: int, problems: list[str]) -> int:
    text = values[name] or str(default)
    number = int(text) if re.fullmatch(r"[0-9]{1,7}", text) else -1
    if not 0 <= number <= MOST_REQUESTS_PER_MINUTE:
        problems.append(
            f"COPRRA_{name.upper()}: {text!r} is no number of requests; use 0 (no limit) to {MOST_REQUESTS_PER_MINUTE}."
        )
    return number


def _trusted_proxy(values: Mapping[str, str | None], problems: list[str]) -> TrustedProxy | None:
    address, text = values["trusted_proxy"], values["trusted_proxy_count"] or "1"
    count = int(text) if re.fullmatch(r"[0-9]{1,2}", text) else 0
    if not 1 <= count <= MOST_PROXIES:
        problems.append(f"COPRRA_TRUSTED_PROXY_COUNT: {text!r} is no number of proxies; use 1 to {MOST_PROXIES}.")
    if address is None:
        if values["trusted_proxy_count"]:
            problems.append("COPRRA_TRUSTED_PROXY_COUNT: say which proxy is meant by COPRRA_TRUSTED_PROXY.")
        return None
    try:
        return TrustedProxy(str(ip_address(address)), count)
    except ValueError:
        problems.append(f"COPRRA_TRUSTED_PROXY: {address!r} is no address; write it as 10.0.0.2 or fd00::2.")
        return None


def _switch(values: Mapping[str, str | None], name: str, problems: list[str]) -> bool:
    """Off where nobody said anything."""
    text = values[name] or "0"
    if text not in {"0", "1"}:
        problems.append(f"COPRRA_{name.upper()}: {text!r} is neither 1 (on) nor 0 (off).")
    return text == "1"


def _is_on_a_server(url: str) -> bool:
    return url.partition("://")[0] in _SERVERS


def _problem_of(url: str) -> str | None:
    """Never repeats anything of the URL, which may hold a password."""
    if url == MEMORY:
        return None
    scheme, is_url, rest = url.partition("?")[0].partition("://")
    if scheme == "sqlite" and is_url:
        return "the URL names no file; for a trial in memory use memory:." if rest in {"", "/", "/:memory:"} else None
    if scheme in _SERVERS and is_url:
        if rest.rpartition("@")[2].partition("/")[2]:
            return None
        return "the URL names no database; mariadb://user@host/database does."
    return (
        "coprra keeps its data in SQLite (sqlite:////absolute/file), in MariaDB "
        "(mariadb://user:password@host/database) or, for a trial, in memory (memory:)."  # pragma: allowlist secret
    )


def _existing(folder: Path) -> Path | None:
    return folder if folder.is_dir() else None
