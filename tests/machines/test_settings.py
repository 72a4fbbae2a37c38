"""A wrong setting is one clear sentence, and what it holds is never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from relay.cli import COMMANDS, main
from relay.settings import WrongSettingError, environment_with, read_settings
from tests.machines.parts import PASSWORD, Machine, free_port

if TYPE_CHECKING:
    from pathlib import Path

WRONG = [
    ("DATABASE_URL", f"mysql://relay:{PASSWORD}@database/relay"),
    ("DATABASE_URL", f"postgresql://relay:{PASSWORD}/7@database:5432/relay"),
    ("DATABASE_URL", f"postgresql+nothing://relay:{PASSWORD}@database/relay"),
    ("DATABASE_URL", f"relay:{PASSWORD}"),
    ("REDIS_URL", f"http://:{PASSWORD}@queue"),
    ("REDIS_URL", f"redis://:{PASSWORD}#@queue:6379"),
    ("RELAY_REDIS_URL", PASSWORD),
    ("RELAY_MEDIA_URL", f"ftp://{PASSWORD}@pictures"),
    ("RELAY_MEDIA_URL", "s3://"),
    ("RELAY_MEDIA_URL", "file:///"),
    ("RELAY_SECRET_KEY", PASSWORD),
    ("RELAY_LOG", "xml"),
    ("PORT", "http"),
]

# Each of them reads settings and goes no further here.
COMMANDS_THAT_READ = [
    ["up"],
    ["web"],
    ["worker"],
    ["migrate"],
    ["doctor"],
    ["season", "list"],
    ["moderator", "token", "a@example.org"],
    ["bench", "seed"],
]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RELAY_DATA", str(tmp_path / "data"))


def complaint(
    arguments: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> str:
    """What the command says before it gives up, as its process would."""
    monkeypatch.setattr("sys.argv", ["relay", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_one_sentence_that_names_the_variable_and_not_the_value(
    name: str,
    value: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(name, value)
    said = complaint(["season", "list"], monkeypatch, capsys)
    assert said.startswith(f"relay: {name}: ")
    assert said.count("\n") == 1
    assert PASSWORD not in said


@pytest.mark.parametrize("arguments", COMMANDS_THAT_READ, ids=" ".join)
def test_every_command_stops_at_a_wrong_setting(
    arguments: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert arguments[0] in COMMANDS
    monkeypatch.setenv("REDIS_URL", f"memcached://{PASSWORD}@queue")
    said = complaint(arguments, monkeypatch, capsys)
    assert said.startswith("relay: REDIS_URL: must begin with redis://")
    assert PASSWORD not in said


@pytest.mark.parametrize(
    "arguments",
    [["migrate"], ["season", "list"], ["moderator", "token", "a@b.org"], ["up"]],
    ids=" ".join,
)
def test_a_database_that_does_not_answer_is_one_sentence(
    arguments: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = f"postgresql://relay:{PASSWORD}@127.0.0.1:{free_port()}/relay"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("PORT", str(free_port()))
    said = complaint(arguments, monkeypatch, capsys)
    assert said.startswith("relay: DATABASE_URL: the database does not answer: ")
    assert "refused" in said
    assert said.count("\n") == 1
    assert PASSWORD not in said


def test_a_database_without_tables_says_what_to_run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "data" / "relay.sqlite3"
    file.parent.mkdir()
    said = complaint(["season", "list"], monkeypatch, capsys)
    assert "Where there is none yet, run `relay migrate`" in said
    assert not file.exists()
    file.touch()
    said = complaint(["season", "list"], monkeypatch, capsys)
    assert said == "relay: The database has no tables yet: run `relay migrate`.\n"


def test_the_doctor_names_every_server_that_does_not_answer(tmp_path: Path) -> None:
    port = free_port()
    machine = Machine(
        {
            "DATABASE_URL": f"postgresql://relay:{PASSWORD}@127.0.0.1:{port}/relay",
            "REDIS_URL": f"redis://:{PASSWORD}@127.0.0.1:{port}/0",
            "RELAY_MEDIA_URL": "s3://relay-media",
            "RELAY_S3_ENDPOINT": f"http://127.0.0.1:{port}",
            "RELAY_S3_ACCESS_KEY_ID": "relay",
            "RELAY_S3_SECRET_ACCESS_KEY": PASSWORD,
        },
        tmp_path,
    )
    ended = machine.run("doctor")
    assert ended.returncode == 1
    assert ended.stderr == ""
    fixes = [each for each in ended.stdout.splitlines() if each.startswith("FIX")]
    for name in ("DATABASE_URL", "REDIS_URL", "RELAY_MEDIA_URL", "RELAY_SECRET_KEY"):
        assert any(name in each for each in fixes), ended.stdout
    assert len(fixes) == 4, ended.stdout
    assert PASSWORD not in ended.stdout


@pytest.mark.parametrize(
    ("variable", "field"),
    [
        ("RELAY_SECRET_KEY_FILE", "secret_key"),
        ("DATABASE_URL_FILE", "database_url"),
        ("RELAY_DATABASE_URL_FILE", "database_url"),
        ("REDIS_URL_FILE", "redis_url"),
        ("RELAY_S3_SECRET_ACCESS_KEY_FILE", "s3_secret_access_key"),
    ],
)
def test_a_secret_may_lie_in_a_file(
    variable: str, field: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = {
        "database_url": f"postgresql://relay:{PASSWORD}@database/relay",
        "redis_url": f"redis://:{PASSWORD}@queue/0",
    }.get(field, "k" * 40)
    (tmp_path / "secret").write_text(secret + "\n", encoding="utf-8")
    monkeypatch.setenv(variable, str(tmp_path / "secret"))
    settings = read_settings()
    assert getattr(settings, field) == secret
    assert secret not in repr(settings)


def test_a_file_that_is_not_there_is_named_with_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL_FILE", str(tmp_path / "nothing"))
    with pytest.raises(WrongSettingError, match=r"^REDIS_URL_FILE: .*nothing.*No such"):
        read_settings()


def test_a_wrong_value_in_a_file_is_told_with_the_variable_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text(PASSWORD)
    monkeypatch.setenv("RELAY_SECRET_KEY_FILE", str(tmp_path / "secret"))
    with pytest.raises(WrongSettingError, match=r"^RELAY_SECRET_KEY_FILE: ") as raised:
        read_settings()
    assert PASSWORD not in str(raised.value)
    assert raised.value.__cause__ is None


def test_files_of_other_programs_are_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOG_FILE", "/nowhere/of/another.program")
    monkeypatch.setenv("HOST_FILE", "/nowhere/of/another.program")
    assert read_settings().log == "text"


def test_a_child_gets_the_changed_value_also_where_a_file_named_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "url").write_text("redis://of-the-file/0")
    monkeypatch.setenv("REDIS_URL_FILE", str(tmp_path / "url"))
    for name, value in environment_with(redis_url="redis://changed/0").items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("REDIS_URL_FILE")
    assert "REDIS_URL_FILE" not in environment_with(redis_url="redis://changed/0")
    assert read_settings().redis_url == "redis://changed/0"


def test_help_needs_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "nonsense")
    from relay.cli.commands import commands  # noqa: PLC0415 - what `relay` runs

    assert CliRunner().invoke(commands, ["--help"]).exit_code == 0
