"""Settings: from the environment and flags, and every problem at once."""

from pathlib import Path

import platformdirs
import pytest
from sqlalchemy import QueuePool

from coprra.adapters.sql.engine import make_engine
from coprra.domain.kernel.instants import parse_instant
from coprra.domain.keys.key import write_key
from coprra.settings import MEMORY, MOST_THREADS, InvalidSettings, MailUrl, Settings, TrustedProxy, default_database_url
from coprra.testing.keys import K1, K2


def test_without_any_variable_a_file_in_the_users_data_folder_is_served_locally() -> None:
    settings = Settings.from_environment({})
    assert settings.database_url == default_database_url()
    assert settings.database_url.startswith("sqlite:////")
    assert (settings.host, settings.port, settings.as_of) == ("127.0.0.1", 8080, None)


def test_an_embedder_without_settings_gets_memory() -> None:
    assert Settings().database_url == MEMORY


def test_every_variable_is_read(tmp_path: Path) -> None:
    environment = {
        "COPRRA_DATABASE_URL": "sqlite:////srv/coprra.sqlite",
        "COPRRA_PROFILES": str(tmp_path),
        "COPRRA_AS_OF": "2025-12-30T12:00:00Z",
        "COPRRA_HOST": "::1",
        "COPRRA_PORT": "0",
        "COPRRA_WORKERS": "3",
        "COPRRA_THREADS": "5",
        "COPRRA_FX_MAX_AGE_DAYS": "10",
        "COPRRA_KEEP_OBSERVATIONS_DAYS": "0",
        "COPRRA_SLOW_QUERY_MS": "250",
        "COPRRA_PASSWORD_MEMORY_KIB": "65536",
        "COPRRA_ANSWER_CACHE_MB": "0",
        "COPRRA_INSECURE_COOKIES": "1",
        "COPRRA_TRUSTED_PROXY": "fd00:0::2",
        "COPRRA_TRUSTED_PROXY_COUNT": "2",
        "COPRRA_TOKEN_REQUESTS_PER_MINUTE": "1200",
        "COPRRA_ANONYMOUS_READS_PER_MINUTE": "0",
        "COPRRA_AUDIT_ANCHORS": "/mnt/elsewhere/anchors.jsonl",
        "COPRRA_BACKUPS": "/etc/coprra/backups.toml",
        "COPRRA_SECURITY_REPORTS": "/srv/security",
        "COPRRA_APP_KEYS": f"{write_key('k2', K2.secret)},{write_key('k1', K1.secret)}",
        "COPRRA_MAIL_URL": "smtp://an%40a:p%3Aw@mail.example.org",  # pragma: allowlist secret
        "COPRRA_MAIL_FROM": "Shop <shop@example.org>",
        "COPRRA_PUBLIC_BASE_URL": "https://Prices.example.org/",
        "COPRRA_REFRESH_GRACE_SECONDS": "30",
        "COPRRA_BREACHED_PASSWORDS_URL": "https://api.pwnedpasswords.com/range/",  # pragma: allowlist secret
    }
    assert Settings.from_environment(environment) == Settings(
        database_url="sqlite:////srv/coprra.sqlite",
        profiles=tmp_path,
        as_of=parse_instant("2025-12-30T12:00:00Z"),
        host="::1",
        port=0,
        workers=3,
        threads=5,
        fx_max_age_days=10,
        keep_observations_days=0,
        slow_query_ms=250,
        password_memory_kib=65_536,
        answer_cache_mb=0,
        insecure_cookies=True,
        trusted_proxy=TrustedProxy("fd00::2", 2),
        token_requests_per_minute=1200,
        anonymous_reads_per_minute=0,
        audit_anchors=Path("/mnt/elsewhere/anchors.jsonl"),
        backups=Path("/etc/coprra/backups.toml"),
        security_reports=Path("/srv/security"),
        app_keys=(K2, K1),
        mail_url=MailUrl(host="mail.example.org", port=587, username="an@a", password="p:w", starttls=True),
        mail_from="Shop <shop@example.org>",
        public_base_url="https://prices.example.org",
        refresh_grace_seconds=30,
        breached_passwords_url="https://api.pwnedpasswords.com/range/",  # pragma: allowlist secret
    )


@pytest.mark.parametrize(
    ("url", "parsed"),
    [
        ("smtps://mail.example.org", MailUrl(host="mail.example.org", port=465, tls=True)),
        ("smtp+plain://127.0.0.1:2525", MailUrl(host="127.0.0.1", port=2525)),
        ("file:///srv/let%20ters", MailUrl(folder=Path("/srv/let ters"))),
    ],
)
def test_letters_go_to_a_server_or_into_a_folder(url: str, parsed: MailUrl) -> None:
    environment = {"COPRRA_MAIL_URL": url, "COPRRA_MAIL_FROM": "shop@example.org"}
    assert Settings.from_environment(environment).mail_url == parsed


@pytest.mark.parametrize(
    "url", ["hunter2", "http://hunter2@host", "smtp://", "smtp://hunter2@host:x", "file://host/hunter2", "file:hunter2"]
)
def test_a_place_that_takes_no_letters_is_told_and_not_repeated(url: str) -> None:
    with pytest.raises(InvalidSettings) as refusal:
        Settings.from_environment({"COPRRA_MAIL_URL": url})
    assert "COPRRA_MAIL_URL: letters go to" in refusal.value.message
    assert "hunter2" not in refusal.value.message


@pytest.mark.parametrize("sender", ["shop", "shop@", "a@b.example\nBcc: eve@example.com", "x <y>"])
def test_a_sender_that_is_none_is_told(sender: str) -> None:
    with pytest.raises(InvalidSettings, match="COPRRA_MAIL_FROM"):
        Settings.from_environment({"COPRRA_MAIL_FROM": sender})


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost", "https://a.b:8443"])
def test_people_reach_this_machine_without_tls_and_others_with_it(url: str) -> None:
    environment = {"COPRRA_PUBLIC_BASE_URL": url, "COPRRA_APP_KEYS": write_key("k1", K1.secret)}
    assert Settings.from_environment(environment).public_base_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://prices.example.org",
        "http://127.0.0.1.example.org",
        "https://hunter2@prices.example.org",
        "https://prices.example.org/shop",
        "https://prices.example.org?x",
        "https://prices.example.org:x",
        "https://prices.example.org:443",
        "https://",
        "https://pri ces",
        "prices.example.org",
        "ftp://prices.example.org",
    ],
)
def test_what_is_no_address_for_people_is_told_with_the_keys_that_are_missing(url: str) -> None:
    with pytest.raises(InvalidSettings) as refusal:
        Settings.from_environment({"COPRRA_PUBLIC_BASE_URL": url})
    assert [one.partition(":")[0] for one in refusal.value.problems] == ["COPRRA_APP_KEYS", "COPRRA_PUBLIC_BASE_URL"]
    assert "hunter2" not in refusal.value.message


@pytest.mark.parametrize("url", ["http://api.example.org/", "https://api.example.org", "https://a.b/range/?x=/", "x/"])
def test_who_knows_breached_passwords_is_asked_in_confidence(url: str) -> None:
    with pytest.raises(InvalidSettings, match="COPRRA_BREACHED_PASSWORDS_URL"):
        Settings.from_environment({"COPRRA_BREACHED_PASSWORDS_URL": url})


@pytest.mark.parametrize("seconds", ["-1", "31", "0.5", "a moment", "\uff17"])
def test_what_is_no_grace_is_refused(seconds: str) -> None:
    with pytest.raises(InvalidSettings, match=r"COPRRA_REFRESH_GRACE_SECONDS: .* is no number of seconds"):
        Settings.from_environment({"COPRRA_REFRESH_GRACE_SECONDS": seconds})


def test_nothing_starts_with_the_placeholders_of_the_example() -> None:
    lines = (Path(__file__).parents[2] / ".env.example").read_text("utf-8").splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    with pytest.raises(InvalidSettings) as refusal:
        Settings.from_environment(example)
    told = {problem.partition(":")[0]: problem for problem in refusal.value.problems}
    assert set(told) == {"COPRRA_APP_KEYS", "COPRRA_DATABASE_URL", "COPRRA_MAIL_URL"}
    assert all("placeholder" in problem and "change-me" not in problem for problem in told.values())
    secrets = {name: example.pop(name) for name in told}
    assert all("change-me" in secret for secret in secrets.values())
    assert Settings.from_environment(example | {"COPRRA_APP_KEYS": write_key("k1", K1.secret)}).public_base_url


def test_a_secret_may_stand_in_a_file_and_its_variable_wins(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"{write_key('k1', K1.secret)}\n")
    environment = {"COPRRA_APP_KEYS_FILE": str(file)}
    assert Settings.from_environment(environment).app_keys == (K1,)
    assert Settings.from_environment(environment | {"COPRRA_APP_KEYS": write_key("k2", K2.secret)}).app_keys == (K2,)


def test_problems_with_keys_are_told_with_all_others(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    environment = {
        "COPRRA_APP_KEYS": "k1:hunter2,k2:AAAA",
        "COPRRA_MAIL_URL_FILE": str(tmp_path / "nothing"),
        "COPRRA_DATABASE_URL_FILE": str(tmp_path / "binary"),
        "COPRRA_PORT": "x",
    }
    with pytest.raises(InvalidSettings) as refusal:
        Settings.from_environment(environment)
    assert [problem.partition(":")[0] for problem in refusal.value.problems] == [
        "COPRRA_DATABASE_URL_FILE",
        "COPRRA_MAIL_URL_FILE",
        "COPRRA_APP_KEYS",
        "COPRRA_APP_KEYS",
        "COPRRA_PORT or --port",
    ]
    assert "hunter2" not in refusal.value.message


@pytest.mark.parametrize(
    ("url", "anchors"),
    [
        (MEMORY, None),
        ("sqlite:////srv/coprra.sqlite?timeout=3", "/srv/coprra.sqlite-audit-anchors.jsonl"),
        ("sqlite:///coprra.sqlite", "coprra.sqlite-audit-anchors.jsonl"),
        ("mariadb://host/coprra", str(platformdirs.user_data_path("coprra") / "audit-anchors.jsonl")),
    ],
)
def test_the_audit_trail_is_anchored_outside_the_database(url: str, anchors: str | None) -> None:
    settings = Settings.from_environment({"COPRRA_DATABASE_URL": url})
    assert settings.audit_anchors == (Path(anchors) if anchors else None)


def test_a_flag_wins_over_its_variable_and_an_empty_variable_counts_as_unset() -> None:
    environment = {"COPRRA_PORT": "81", "COPRRA_HOST": "", "COPRRA_DATABASE_URL": MEMORY}
    settings = Settings.from_environment(environment, port=82, host=None)
    assert (settings.port, settings.host, settings.database_url) == (82, "127.0.0.1", MEMORY)


def test_all_problems_are_told_at_once_and_no_password_is_repeated() -> None:
    environment = {
        "COPRRA_DATABASE_URL": "postgresql://root:hunter2@db/coprra",  # pragma: allowlist secret
        "COPRRA_PROFILES": "/nowhere/at/all",
        "COPRRA_AS_OF": "yesterday",
        "COPRRA_PORT": "80a",
    }
    with pytest.raises(InvalidSettings) as refusal:
        Settings.from_environment(environment)
    assert [problem.split(":")[0] for problem in refusal.value.problems] == [
        "COPRRA_AS_OF or --as-of",
        "COPRRA_PORT or --port",
        "COPRRA_DATABASE_URL",
        "COPRRA_PROFILES",
    ]
    assert "hunter2" not in refusal.value.message


@pytest.mark.parametrize("port", ["-1", "65536", "1.5", "0x50", "\uff19"])
def test_what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(InvalidSettings, match="is no port"):
        Settings.from_environment({"COPRRA_PORT": port})


@pytest.mark.parametrize("number", ["0", "-1", "257", "1.5", "many", "\uff17"])
@pytest.mark.parametrize("name", ["workers", "threads"])
def test_what_is_no_number_of_workers_or_threads_is_refused(name: str, number: str) -> None:
    with pytest.raises(InvalidSettings, match=f"COPRRA_{name.upper()} or --{name}: .* is no number of {name}"):
        Settings.from_environment({f"COPRRA_{name.upper()}": number})


@pytest.mark.parametrize(
    ("url", "threads"), [(MEMORY, 4), ("sqlite:////srv/coprra.sqlite", 4), ("mariadb+mysqldb://u@db/coprra", 8)]
)
def test_a_thread_that_waits_for_a_database_server_leaves_room_for_others(url: str, threads: int) -> None:
    settings = Settings.from_environment({"COPRRA_DATABASE_URL": url})
    assert (settings.threads, settings.workers) == (threads, None)


@pytest.mark.parametrize("days", ["0", "-1", "3661", "7.5", "a week", "\uff17"])
def test_what_is_no_number_of_days_is_refused(days: str) -> None:
    with pytest.raises(InvalidSettings, match=r"COPRRA_FX_MAX_AGE_DAYS: .* is no number of days"):
        Settings.from_environment({"COPRRA_FX_MAX_AGE_DAYS": days})


@pytest.mark.parametrize("days", ["-1", "36601", "7.5", "for ever"])
def test_what_is_no_age_of_observations_is_refused(days: str) -> None:
    with pytest.raises(InvalidSettings, match=r"COPRRA_KEEP_OBSERVATIONS_DAYS: .* is no number of days"):
        Settings.from_environment({"COPRRA_KEEP_OBSERVATIONS_DAYS": days})


@pytest.mark.parametrize("kib", ["8", "19455", "131073", "64M"])
def test_what_is_too_little_or_too_much_memory_for_a_hash_is_refused(kib: str) -> None:
    with pytest.raises(InvalidSettings, match=r"COPRRA_PASSWORD_MEMORY_KIB: .* is no amount of memory"):
        Settings.from_environment({"COPRRA_PASSWORD_MEMORY_KIB": kib})


@pytest.mark.parametrize("milliseconds", ["0", "-1", "3600001", "0.5", "soon"])
def test_what_is_no_number_of_milliseconds_is_refused(milliseconds: str) -> None:
    with pytest.raises(InvalidSettings, match=r"COPRRA_SLOW_QUERY_MS: .* is no number of milliseconds"):
        Settings.from_environment({"COPRRA_SLOW_QUERY_MS": milliseconds})


@pytest.mark.parametrize("megabytes", ["-1", "65537", "1.5", "32 MB", "\uff17"])
def test_what_is_no_number_of_megabytes_is_refused(megabytes: str) -> None:
    with pytest.raises(InvalidSettings, match=r"COPRRA_ANSWER_CACHE_MB: .* is no number of megabytes"):
        Settings.from_environment({"COPRRA_ANSWER_CACHE_MB": megabytes})


@pytest.mark.parametrize(
    ("environment", "problem"),
    [
        ({"COPRRA_TRUSTED_PROXY": "*"}, "is no address"),
        ({"COPRRA_TRUSTED_PROXY": "proxy.example"}, "is no address"),
        ({"COPRRA_TRUSTED_PROXY": "10.0.0.2", "COPRRA_TRUSTED_PROXY_COUNT": "0"}, "is no number of proxies"),
        ({"COPRRA_TRUSTED_PROXY_COUNT": "2"}, "say which proxy"),
    ],
)
def test_only_a_proxy_with_an_address_is_trusted(environment: dict[str, str], problem: str) -> None:
    with pytest.raises(InvalidSettings, match=f"COPRRA_TRUSTED_PROXY.*{problem}"):
        Settings.from_environment(environment)


@pytest.mark.parametrize("requests", ["-1", "1000001", "many"])
def test_what_is_no_number_of_requests_is_refused(requests: str) -> None:
    with pytest.raises(InvalidSettings, match=r"COPRRA_ANONYMOUS_READS_PER_MINUTE: .* is no number of requests"):
        Settings.from_environment({"COPRRA_ANONYMOUS_READS_PER_MINUTE": requests})


def test_a_service_limits_requests_and_an_embedder_does_not() -> None:
    settings = Settings.from_environment({})
    assert (settings.token_requests_per_minute, settings.anonymous_reads_per_minute) == (600, 120)
    assert (Settings().token_requests_per_minute, Settings().anonymous_reads_per_minute) == (0, 0)


def test_cookies_are_insecure_only_when_that_is_said_plainly() -> None:
    assert not Settings.from_environment({"COPRRA_INSECURE_COOKIES": "0"}).insecure_cookies
    with pytest.raises(InvalidSettings, match="COPRRA_INSECURE_COOKIES: 'yes' is neither"):
        Settings.from_environment({"COPRRA_INSECURE_COOKIES": "yes"})


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_a_sqlite_without_a_file_is_refused_because_it_would_be_gone_at_once(url: str) -> None:
    with pytest.raises(InvalidSettings, match="memory:"):
        Settings.from_environment({"COPRRA_DATABASE_URL": url})


@pytest.mark.parametrize("scheme", ["mysql", "mariadb"])
@pytest.mark.parametrize("driver", ["", "+pymysql", "+mysqldb", "+mariadbconnector"])
def test_a_database_on_a_server_is_taken_with_and_without_a_driver(scheme: str, driver: str) -> None:
    url = f"{scheme}{driver}://coprra:p%40ss@db.example:3307/coprra?ssl_ca=/etc/ca.pem"  # pragma: allowlist secret
    assert Settings.from_environment({"COPRRA_DATABASE_URL": url}).database_url == url


@pytest.mark.parametrize("rest", ["", "u:hunter2@db", "u:hunter2@db/", "u@db/?ssl=1"])
def test_a_server_without_a_database_is_refused(rest: str) -> None:
    url = f"mysql://{rest}"
    with pytest.raises(InvalidSettings, match="names no database") as refusal:
        Settings.from_environment({"COPRRA_DATABASE_URL": url})
    assert "hunter2" not in refusal.value.message


@pytest.mark.parametrize("url", ["mysql:/db/coprra", "mysql", "mariadb+psycopg://db/coprra", "sqlite", "MEMORY:"])
def test_what_is_no_database_of_ours_is_refused(url: str) -> None:
    with pytest.raises(InvalidSettings, match=r"SQLite .* MariaDB .* memory"):
        Settings.from_environment({"COPRRA_DATABASE_URL": url})


def test_settings_do_not_show_the_password_they_hold() -> None:
    url = "mariadb://coprra:hunter2@db/coprra"  # pragma: allowlist secret
    assert "hunter2" not in repr(Settings(database_url=url))


@pytest.mark.parametrize("url", ["sqlite:////srv/coprra.sqlite", "mariadb://u@db/coprra"])
def test_every_thread_that_may_be_asked_for_finds_a_connection(url: str) -> None:
    pool = make_engine(url).pool
    assert isinstance(pool, QueuePool)
    assert pool.size() + pool._max_overflow == MOST_THREADS
