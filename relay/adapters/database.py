"""The database: opening SQLite or PostgreSQL, and bringing its tables up to date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from relay.settings import WrongSettingError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import URL, Engine

UNDEFINED_TABLE = "42P01"  # PostgreSQL's SQLSTATE
SQLITE_CANNOT_OPEN = "unable to open database file"

# How long a writer waits for another one before it gives up.
BUSY_MS = 10_000
# How long PostgreSQL may take to be reached: somebody is waiting for a page.
CONNECT_SECONDS = 5
# A wheel carries the migrations inside the package, a checkout beside it.
_IN_WHEEL = Path(__file__).parents[1] / "migrations"
MIGRATIONS = (
    _IN_WHEEL if _IN_WHEEL.is_dir() else Path(__file__).parents[2] / "migrations"
)


def open_engine(url: str) -> Engine:
    """Return an engine for a SQLAlchemy URL; nothing is connected yet.

    SQLite: write-ahead log, foreign keys, FULL synchronous (an accepted entry
    survives a power cut), and writers that wait. Transactions that will write are
    begun as such, since a reader that turns writer cannot wait. Its file is made by
    `migrate` alone. Errors do not show values: they would carry people's words into
    the logs. Raises WrongSettingError.
    """
    if backend_of(url) != "sqlite":
        return create_engine(
            url,
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=20,
            connect_args={"connect_timeout": CONNECT_SECONDS},
            hide_parameters=True,
        )
    engine = create_engine(
        _existing(make_url(url)),
        connect_args={"timeout": BUSY_MS / 1000},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _existing(url: URL) -> URL:
    """Return the URL of a SQLite file that is opened only where there is one.

    SQLite would else make an empty file wherever a command was run by mistake.
    """
    if not url.database or url.query:
        return url
    return url.set(
        database=f"file:{quote(url.database)}", query={"mode": "rw", "uri": "true"}
    )


def backend_of(url: str) -> str:
    """Return "sqlite" or "postgresql"; raises WrongSettingError."""
    try:
        backend = make_url(url).get_dialect().name
    except (SQLAlchemyError, ValueError, ImportError):
        # Not what it says: it repeats parts of the address, with the password.
        message = (
            "DATABASE_URL: is no address of a database, such as "
            "postgresql://name:password@host/database"
        )
        raise WrongSettingError(message) from None
    return backend


def explain(error: SQLAlchemyError) -> str:
    """Return one sentence on what is wrong with the database, and what helps."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    first = (str(cause).splitlines() or [type(cause).__name__])[0]
    if "no such table" in first or getattr(cause, "sqlstate", "") == UNDEFINED_TABLE:
        return "The database has no tables yet: run `relay migrate`."
    if first == SQLITE_CANNOT_OPEN:
        return (
            "The database file cannot be opened. Where there is none yet, run "
            "`relay migrate`; else look at RELAY_DATA and DATABASE_URL."
        )
    if isinstance(error, OperationalError):
        return f"DATABASE_URL: the database does not answer: {first}"
    return f"The database refuses: {first}"


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - DB-API has no type
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MS}",
        "cache_size=-65536",
        "mmap_size=268435456",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's event signature
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def for_writing(engine: Engine) -> Engine:
    """Return the same engine for transactions that will write.

    On SQLite they take the write lock at their beginning, so that two of them
    queue up instead of failing halfway; PostgreSQL needs nothing.
    """
    return engine.execution_options(writes=True)


def _config(url: str) -> Config:
    from alembic.config import Config  # noqa: PLC0415 - see `migrate`

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def migrate(url: str, *, to: str = "head") -> None:
    """Bring the tables to a revision, up or down (`base` removes everything)."""
    if backend_of(url) == "sqlite":
        folder = Path(make_url(url).database or "").parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Alembic takes a quarter of the web server's start, which never migrates.
    from alembic import command  # noqa: PLC0415 - see above

    config = _config(url)
    down = to != "head" and (
        to == "base" or to.startswith("-") or to in _revisions_behind(url, config)
    )
    (command.downgrade if down else command.upgrade)(config, to)


def _revisions_behind(url: str, config: Config) -> set[str]:
    """Return the revisions that the tables have been through, but for the last."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see `migrate`

    # Not by `open_engine`: here the file may still have to be made.
    engine = create_engine(url, poolclass=NullPool)
    now = _revision(engine)
    behind = ScriptDirectory.from_config(config).iterate_revisions(
        now or "base", "base"
    )
    return {each.revision for each in behind} - {now}


def _revision(engine: Engine) -> str | None:
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 - see `migrate`

    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    """Tell whether the tables are those that this version needs."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see `migrate`

    head = ScriptDirectory.from_config(_config("")).get_current_head()
    return _revision(engine) == head
