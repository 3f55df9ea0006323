"""Settings: from the environment and flags, and every problem at once."""

from pathlib import Path

import pytest
from sqlalchemy import QueuePool

from coprra.adapters.sql.engine import make_engine
from coprra.domain.kernel.instants import parse_instant
from coprra.settings import MEMORY, MOST_THREADS, InvalidSettings, Settings, default_database_url


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
        "COPRRA_ANSWER_CACHE_MB": "0",
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
        answer_cache_mb=0,
    )


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


@pytest.mark.parametrize("milliseconds", ["0", "-1", "3600001", "0.5", "soon"])
def test_what_is_no_number_of_milliseconds_is_refused(milliseconds: str) -> None:
    with pytest.raises(InvalidSettings, match=r"COPRRA_SLOW_QUERY_MS: .* is no number of milliseconds"):
        Settings.from_environment({"COPRRA_SLOW_QUERY_MS": milliseconds})


@pytest.mark.parametrize("megabytes", ["-1", "65537", "1.5", "32 MB", "\uff17"])
def test_what_is_no_number_of_megabytes_is_refused(megabytes: str) -> None:
    with pytest.raises(InvalidSettings, match=r"COPRRA_ANSWER_CACHE_MB: .* is no number of megabytes"):
        Settings.from_environment({"COPRRA_ANSWER_CACHE_MB": megabytes})


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
