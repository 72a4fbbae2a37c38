"""`relay doctor`: what it says of the data folder, and whether its advice helps."""

from __future__ import annotations

import shlex
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from relay.cli.doctor import doctor
from tests.mailing import serving_mail

if TYPE_CHECKING:
    from pathlib import Path

WHAT = "the data folder is private"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "the data"
    monkeypatch.setenv("RELAY_DATA", str(folder))
    return folder


def finding(what: str) -> str:
    said = CliRunner().invoke(doctor).stdout.splitlines()
    return next(each for each in said if what in each)


@pytest.mark.parametrize("mode", [0o755, 0o710, 0o701])
def test_a_data_folder_that_others_can_enter_is_found_and_the_advice_mends_it(
    mode: int, data: Path
) -> None:
    data.mkdir()
    (data / "relay.log").touch(0o644)
    data.chmod(mode)
    said = finding(WHAT)
    assert said.startswith("FIX")
    advice = said.rpartition(": ")[2]
    assert advice == f"chmod -R go= {shlex.quote(str(data))}"

    subprocess.run(shlex.split(advice), check=True)
    assert finding(WHAT).startswith("ok")
    assert stat.S_IMODE((data / "relay.log").stat().st_mode) == 0o600


def test_a_data_folder_of_its_own_is_well(data: Path) -> None:
    data.mkdir(mode=0o700)
    assert finding(WHAT) == f"ok   {WHAT}"


def test_no_mail_server_is_no_fault(data: Path) -> None:
    data.mkdir(mode=0o700)
    assert finding("no mail is sent").startswith("ok")


def test_a_mail_server_is_asked_whether_it_takes_mail(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data.mkdir(mode=0o700)
    with serving_mail() as box:
        monkeypatch.setenv("RELAY_SMTP_URL", box.url)
        assert finding("mails have a sender").startswith("FIX")
        monkeypatch.setenv("RELAY_MAIL_FROM", "relay@example.org")
        assert finding("mails have a sender").startswith("ok")
        assert finding("the mail server answers").startswith("ok")
    assert finding("the mail server answers").startswith("FIX")


def test_a_password_that_would_travel_in_the_clear_is_found(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data.mkdir(mode=0o700)
    monkeypatch.setenv("RELAY_SMTP_URL", "smtp://lin:secret@mail.invalid")
    assert finding("password travels protected").startswith("FIX")
    monkeypatch.setenv("RELAY_SMTP_URL", "smtp://lin:secret@mail.invalid?starttls")
    assert finding("password travels protected").startswith("ok")


def test_the_scripts_of_shared_pictures_are_looked_at(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del data
    assert finding("every script").startswith("ok  ")
    monkeypatch.setattr("relay.adapters.fonts.PROMISED", {"Hieroglyphs": ("egy", "𓀀")})
    said = finding("every script")
    assert said.startswith("FIX ")
    assert "Hieroglyphs" in said
    assert "fonts-noto-cjk" in said
