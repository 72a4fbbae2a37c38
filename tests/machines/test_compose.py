"""The set of parts for one host names nothing that is not there."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml  # type: ignore[import-untyped]  # ships no types

from relay.cli import COMMANDS
from relay.settings import WELL_KNOWN, Settings
from tests.machines.parts import ROOT

GIVEN = {"POSTGRES_PASSWORD": "a" * 48, "S3_SECRET": "b" * 48, "PORT": "8000"}
GIVEN |= {"RELAY_SECRET_KEY": "c" * 64}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    parsed: dict[str, Any] = yaml.safe_load(re.sub(r"\$\{(.*?)\}", filled_in, text))
    return parsed


def filled_in(found: re.Match[str]) -> str:
    """Replace ${NAME:-default} and ${NAME:?message} as docker compose does."""
    name, _, default = found[1].partition(":")
    return GIVEN.get(name, default.removeprefix("-"))


def ours(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        name: service
        for name, service in compose["services"].items()
        if service["image"] == "culture-relay"
    }


def test_every_part_and_every_server_is_there(compose: dict[str, Any]) -> None:
    assert ours(compose).keys() == {"migrate", "web", "worker"}
    assert compose["services"].keys() - ours(compose).keys() == {
        "postgres",
        "valkey",
        "media",
    }


def test_our_parts_run_commands_that_there_are(compose: dict[str, Any]) -> None:
    for name, service in ours(compose).items():
        program, command, *_ = service["command"].split()
        assert (program, command) == ("relay", name)
        assert command in COMMANDS


def test_every_variable_is_a_setting_with_a_value_that_works(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {f"RELAY_{name.upper()}": name for name in Settings.model_fields}
    known |= {name.upper(): name for name in WELL_KNOWN}
    for service in ours(compose).values():
        environment: dict[str, str] = service["environment"]
        assert environment.keys() <= known.keys()
        for name, value in environment.items():
            monkeypatch.setenv(name, str(value))
        settings = Settings()
        for name, value in environment.items():
            assert str(getattr(settings, known[name])) == str(value)


def test_every_address_names_a_service_that_is_there(compose: dict[str, Any]) -> None:
    environment = compose["x-relay"]["environment"]
    hosts = {
        urlsplit(environment[name]).hostname
        for name in ("DATABASE_URL", "REDIS_URL", "RELAY_S3_ENDPOINT")
    }
    assert hosts == {"postgres", "valkey", "media"}
    bucket = environment["RELAY_MEDIA_URL"].removeprefix("s3://")
    assert f"/media/{bucket} " in compose["services"]["media"]["entrypoint"][-1]


def test_no_secret_stands_in_the_file_and_none_goes_into_the_image() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for name in ("POSTGRES_PASSWORD", "S3_SECRET", "RELAY_SECRET_KEY"):
        assert f"${{{name}:?" in text
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".env", "data", ".git"} <= set(ignored)


def test_what_is_kept_lies_in_a_volume(compose: dict[str, Any]) -> None:
    for name in ("postgres", "valkey", "media"):
        (volume,) = compose["services"][name]["volumes"]
        assert volume.partition(":")[0] in compose["volumes"]


def test_the_image_is_built_of_files_that_are_there() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    locks = re.findall(r"-r (requirements/\S+)", dockerfile)
    assert len(locks) == 3
    assert all((ROOT / lock).is_file() for lock in locks)
    named = set(re.findall(r"\b(RELAY_[A-Z_]+)=", dockerfile))
    assert named == {"RELAY_DATA", "RELAY_HOST"}
    assert "\nUSER relay\n" in dockerfile
