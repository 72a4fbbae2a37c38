"""A setting that cannot work stops the start and names its variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from relay.adapters.database import migrate, open_engine
from relay.settings import WrongSettingError, read_settings

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = ("SUBMIT", "DRAFT", "TOKEN", "SIGN_IN", "API")

WRONG = [
    *((f"RELAY_LIMIT_{each}", "thirty per hour") for each in LIMITS),
    ("RELAY_LIMIT_API", "30"),
    ("RELAY_LIMIT_API", "30 per hour; often"),
    ("RELAY_PUBLIC_URL", "relay.example.org"),
    ("RELAY_PUBLIC_URL", "ftp://relay.example.org"),
    ("RELAY_PUBLIC_URL", "https://"),
    ("RELAY_PUBLIC_URL", "https://relay.example.org/wall"),
    ("RELAY_PUBLIC_URL", "https://relay.example.org?lang=en"),
    ("RELAY_PUBLIC_URL", "https://relay.example.org#top"),
    ("RELAY_PUBLIC_URL", "https://somebody:hush@relay.example.org"),
    ("RELAY_PUBLIC_URL", "https://relay.example.org:0"),
    ("RELAY_PUBLIC_URL", "https://relay.example.org:65536"),
    ("RELAY_PUBLIC_URL", "https://relay.example.org:"),
    ("RELAY_PUBLIC_URL", "https://relay example.org"),
    ("RELAY_SMTP_URL", "mail.example.org"),
    ("RELAY_SMTP_URL", "https://somebody:hush@mail.example.org"),
    ("RELAY_SMTP_URL", "smtp://somebody:hush@mail.example.org:0x"),
    ("RELAY_SMTP_URL", "smtp://somebody:hush@mail.example.org?tls"),
    ("RELAY_MAIL_FROM", "nobody"),
    ("RELAY_MAIL_FROM", "a@example.org, b@example.org"),
    ("RELAY_MAIL_FROM", "a@example.org\nBcc: b@example.org"),
    ("RELAY_FETCH_ALLOW", "127.0.0.1"),
    ("RELAY_FETCH_ALLOW", "127.0.0.1:0"),
    ("RELAY_FETCH_ALLOW", "127.0.0.1:65536"),
    ("RELAY_FETCH_ALLOW", "127.0.0.1:http"),
    ("RELAY_FETCH_ALLOW", ":8080"),
    ("RELAY_FETCH_ALLOW", "*:8080"),
    ("RELAY_FETCH_ALLOW", "127.0.0.1:8080,http://127.0.0.1:8081"),
    ("RELAY_HOSTS", "*"),
    ("RELAY_HOSTS", "relay.example.org,*.example.org"),
    ("RELAY_HOSTS", ".example.org"),
    ("RELAY_HOSTS", "https://relay.example.org"),
    ("RELAY_HOSTS", "relay.example.org:8000"),
    ("RELAY_HOSTS", "[::zz]"),
]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PUBLIC_URL", "FETCH_ALLOW", "HOSTS"):
        monkeypatch.delenv(f"RELAY_{name}", raising=False)


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_value_that_cannot_work_is_refused_and_names_its_variable(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSettingError, match=f"^{name}: ") as refused:
        read_settings()
    assert "hush" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "limit", ["30 per hour", "5/minute", "10 per minute; 100 per day", "1 per 2 hours"]
)
def test_a_limit_may_be_written_in_every_way_of_the_limiter(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELAY_LIMIT_SUBMIT", limit)
    assert read_settings().limit_submit == limit


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("https://relay.example.org", "https://relay.example.org"),
        ("https://relay.example.org/", "https://relay.example.org"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://web_1:65535", "http://web_1:65535"),
        ("http://192.0.2.7", "http://192.0.2.7"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://[::1]", "http://[::1]"),
    ],
)
def test_a_public_address_is_scheme_and_host_and_perhaps_a_port(
    given: str, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELAY_PUBLIC_URL", given)
    assert read_settings().base_url == base


@pytest.mark.parametrize(
    ("host", "base"),
    [("192.0.2.7", "http://192.0.2.7:8123"), ("::1", "http://[::1]:8123")],
)
def test_without_a_public_address_readers_use_the_one_that_is_bound(
    host: str, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELAY_HOST", host)
    monkeypatch.setenv("RELAY_PORT", "8123")
    assert read_settings().base_url == base


def test_a_data_folder_may_have_any_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = tmp_path / "a %41?b#c é"
    monkeypatch.setenv("RELAY_DATA", str(data))
    migrate(read_settings().database)
    assert (data / "relay.sqlite3").is_file()
    with open_engine(read_settings().database).connect():
        pass


def test_lists_are_comma_separated_and_may_hold_names_and_addresses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RELAY_HOSTS", "relay.example.org, relay, 192.0.2.7,[::1],")
    monkeypatch.setenv("RELAY_FETCH_ALLOW", "localhost:1, 127.0.0.1:65535,[::1]:80")
    settings = read_settings()
    assert settings.hosts == ("relay.example.org", "relay", "192.0.2.7", "[::1]")
    assert settings.fetch_allow == ("localhost:1", "127.0.0.1:65535", "[::1]:80")
