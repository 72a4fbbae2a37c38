"""`relay moderator add`: the address first, then a password that can be typed."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.models import Moderator
from relay.models.moderator import LinkPurpose
from relay.services.account_links import find_link
from relay.settings import environment_with

if TYPE_CHECKING:
    from relay.bootstrap import Relay

ROOT = Path(__file__).parents[2]
ADDRESS = "desk@example.org"


def add(
    relay: Relay, email: str, *options: str, said: bytes = b""
) -> tuple[int, str, str]:
    return run(relay, "add", email, *options, said=said)


def run(relay: Relay, *words: str, said: bytes = b"") -> tuple[int, str, str]:
    ended = subprocess.run(
        [sys.executable, "-m", "relay.cli", "moderator", *words],
        input=said,
        check=False,
        capture_output=True,
        cwd=ROOT,
        env=environment_with(data=relay.settings.data, secret_key="x" * 40),
        timeout=120,
        start_new_session=True,  # so that no terminal of the tests is asked
    )
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


def addresses(relay: Relay) -> list[str]:
    with Session(relay.engine) as session:
        return list(session.exec(select(Moderator.email)))


def test_a_piped_password_makes_an_account_once(relay: Relay) -> None:
    code, printed, complaint = add(
        relay, ADDRESS, "--password-stdin", said="schöne Grüße\r\n".encode()
    )
    assert (code, complaint) == (0, "")
    assert f"{ADDRESS} can sign in" in printed

    # Nothing is piped in: the address is found to be taken before it is missed.
    code, _, complaint = add(relay, ADDRESS.upper())
    assert code == 1
    assert complaint == (
        "relay: There is an account with this email address already.\n"
    )
    assert addresses(relay) == [ADDRESS]


def test_what_is_no_address_is_said_before_a_password_is_asked(relay: Relay) -> None:
    code, _, complaint = add(relay, "nobody")
    assert (code, complaint) == (1, "relay: This is no email address.\n")


def test_without_a_terminal_the_way_to_pipe_is_named(relay: Relay) -> None:
    code, _, complaint = add(relay, ADDRESS, said=b"long enough\nlong enough\n")
    assert code == 2
    assert "--password-stdin" in complaint
    assert addresses(relay) == []


@pytest.mark.parametrize(
    "password",
    [b"before\0after", b"with\x1b[A arrow", b"a tab\tin it", b"\x80\xff" * 9],
)
def test_a_password_that_no_form_can_send_is_refused(
    password: bytes, relay: Relay
) -> None:
    code, _, complaint = add(relay, ADDRESS, "--password-stdin", said=password + b"\n")
    assert code == 1
    assert complaint.startswith("Error: The password must ")
    assert complaint.count("\n") == 1
    assert addresses(relay) == []


def test_a_terminal_is_asked_twice_and_shows_nothing(relay: Relay) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "relay.cli", "moderator", "add", ADDRESS],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        env=environment_with(data=relay.settings.data, secret_key="x" * 40),
        start_new_session=True,
    ) as process:
        os.close(theirs)
        seen = b""
        for question in (b"Password: ", b"confirmation: ", b"can sign in"):
            while question not in seen:
                seen += os.read(ours, 1024)
            if question.endswith(b": "):
                os.write(ours, b"long enough\n")
        assert process.wait(120) == 0
    os.close(ours)
    assert b"long enough" not in seen
    assert addresses(relay) == [ADDRESS]


def test_people_are_listed_shut_out_and_given_a_new_password(relay: Relay) -> None:
    for email, role in ((ADDRESS, "organiser"), ("eve@example.org", "viewer")):
        words = ("--role", role, "--password-stdin")
        code, _, _ = add(relay, email, *words, said=b"five quiet boats\n")
        assert code == 0
    code, printed, _ = run(relay, "list")
    assert code == 0
    assert [each.split("\t") for each in printed.splitlines()] == [
        [ADDRESS, "organiser", "active", "-"],
        ["eve@example.org", "viewer", "active", "-"],
    ]
    code, printed, _ = run(relay, "reset", "EVE@example.org")
    assert code == 0
    token = printed.strip().removeprefix(f"{relay.settings.base_url}/desk/reset/")
    found = find_link(relay.engine, token, LinkPurpose.RESET, clock=relay.clock)
    assert found
    assert found.email == "eve@example.org"
    code, printed, _ = run(relay, "deactivate", "eve@example.org")
    assert (code, printed) == (0, "eve@example.org can sign in no more.\n")
    assert "eve@example.org\tviewer\tshut out" in run(relay, "list")[1]
    assert find_link(relay.engine, token, LinkPurpose.RESET, clock=relay.clock) is None
    code, _, complaint = run(relay, "deactivate", ADDRESS)
    assert code == 1
    assert "last organiser" in complaint
    code, _, complaint = run(relay, "reset", "nobody@example.org")
    assert code == 1
    assert "no account with this address" in complaint
