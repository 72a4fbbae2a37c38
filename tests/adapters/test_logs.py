"""What is written down of an event, and what never is."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest

from relay.adapters.log_lines import as_json_line
from relay.adapters.logs import hide_secrets

SCRIPT = """
import logging, threading
from relay.adapters.logs import begin_context, open_log
open_log({form!r})
log = logging.getLogger("relay.jobs")
{body}
"""


def said(body: str, form: str = "json") -> list[str]:
    """What a process of its own writes: logging is the whole process's."""
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(form=form, body=body)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stderr == ""
    return ended.stdout.splitlines()


def test_an_event_is_one_json_object_with_its_fields_and_those_of_its_job() -> None:
    (line,) = said(
        "begin_context(entry=7, ref='abc'); log.info('done', extra={'ms': 12})"
    )
    event = json.loads(line)
    assert event.pop("time").endswith("Z")
    assert event == {
        "level": "info",
        "event": "done",
        "logger": "relay.jobs",
        "entry": 7,
        "ref": "abc",
        "ms": 12,
    }


def test_the_next_job_carries_nothing_of_the_one_before() -> None:
    (line,) = said("begin_context(entry=7); begin_context(job='x'); log.info('done')")
    assert "entry" not in json.loads(line)


def test_an_uncaught_error_is_one_json_object_without_variables() -> None:
    (line,) = said("kept = 'words of a maker'\n1 / 0")
    event = json.loads(line)
    assert event["level"] == "critical"
    assert event["exception"][0]["exc_type"] == "ZeroDivisionError"
    assert "words of a maker" not in json.dumps(event["exception"][0]["frames"])


def test_an_error_in_a_thread_is_one_json_object_too() -> None:
    (line,) = said("t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()")
    assert json.loads(line)["event"] == "a thread ended with an error"


def test_text_is_for_people() -> None:
    (line,) = said("log.warning('slow', extra={'ms': 900})", form="text")
    assert "warning" in line
    assert "slow" in line
    assert "ms=900" in line
    assert "\x1b" not in line


def test_text_shows_the_traceback() -> None:
    lines = said("1 / 0", form="text")
    assert lines[-1] == "ZeroDivisionError: division by zero"


def test_bytes_are_only_counted() -> None:
    (line,) = said("log.info('picture', extra={'data': b'\\xff\\xd8' * 500})")
    assert json.loads(line)["data"] == "[1000 bytes]"


def test_talkative_libraries_are_quiet() -> None:
    assert said("logging.getLogger('rq.worker').info('x')") == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("to maker@example.org now", "to [e-mail] now"),
        ("redis://:s3cret@queue/0", "redis://:[password]@queue/0"),
        ("postgresql://me:s3cret@db/x", "postgresql://me:[password]@db/x"),
        ("GET /he/mine/s3cret?x=1", "GET /he/mine/[secret]?x=1"),
        ("/api/v1/status/s3cret", "/api/v1/status/[secret]"),
        ("/desk/invite/s3cret", "/desk/invite/[secret]"),
        ("/<lang>/mine/<token>", "/<lang>/mine/<token>"),
        ("DETAIL:  Key (email)=(s3cret) exists", "DETAIL: [values]"),
        ("nothing to hide: /en/w/7", "nothing to hide: /en/w/7"),
    ],
)
def test_secrets_are_hidden_however_they_came_there(text: str, shown: str) -> None:
    assert hide_secrets(text) == shown


def test_a_line_of_another_server_becomes_an_event_of_its_part() -> None:
    event = json.loads(as_json_line("* Ready to accept", part="valkey"))
    assert (event["event"], event["part"]) == ("* Ready to accept", "valkey")
    assert {"time", "level"} <= event.keys()


def test_a_line_that_is_an_event_already_keeps_its_fields() -> None:
    line = json.dumps({"time": "t", "level": "error", "event": "x", "ms": 3})
    assert json.loads(as_json_line(line, part="web")) == {
        "time": "t",
        "level": "error",
        "event": "x",
        "ms": 3,
        "part": "web",
    }


def test_our_modules_log_nothing_by_themselves() -> None:
    assert logging.getLogger("relay.jobs").handlers == []
