from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING, Any

from sqlalchemy import func
from sqlmodel import Session, select

from relay.models import Baton, Entry, OutboxRow
from tests.making import bearer, send

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay

GOOD: dict[str, Any] = {
    "link": "https://example.org/post",
    "title": "Paper boats",
    "alt": "Boats",
    "name": "Lin",
    "city": 1799962,
    "consent": True,
}
HUGE = 10**400
FIELDS = [
    *("link", "title", "alt", "description", "name", "kind", "city", "baton"),
    *("season", "email", "consent", "guardian_consent", "lang", "checkpoint"),
    "activity",
]
STRANGE: list[Any] = [
    "a\x00b",
    "a\ud800b@example.org",
    "a\x00@example.org",
    HUGE,
    -1,
    1.5,
    ["a"],
    {"a": 1},
    "https://example.org/" + "x" * 70_000,
    "\u202eevil",
    "\x01\x02\x7f",
]

PATHS = [
    "/api/v1/status/%00",
    "/api/v1/status/%ED%A0%80",
    "/api/v1/entries/0",
    "/api/v1/entries/99999999999999999999",
    "/api/v1/entries/" + "9" * 4_400,
    "/api/v1/entries/" + "9" * 4_400 + "/tree",
    "/api/v1/entries/-1",
    "/api/v1/entries/%00",
    "/api/v1/entries?q=%00",
    "/api/v1/entries?q=%ED%A0%80",
    "/api/v1/entries?q=" + "%25" * 100,
    "/api/v1/entries?season=%00",
    "/api/v1/entries?lang=%00",
    "/api/v1/entries?platform=%00",
    "/api/v1/entries?cursor=" + "9" * 4_400,
    "/api/v1/entries?cursor=-1",
    "/api/v1/entries?limit=0",
    "/api/v1/entries?limit=101",
    "/api/v1/entries?city=99999999999",
    "/api/v1/entries?kind=%00",
    "/api/v1/entries?unknown=1",
    "/api/v1/entries?limit=1&limit=2",
    "/api/v1/cities?q=%00",
    "/api/v1/cities?q=%ED%A0%80",
    "/api/v1/cities?id=" + "9" * 30,
    "/api/v1/cities?lang=%00",
    "/api/v1/map?season=%00",
    "/api/v1/relay?season=%00",
    "/api/v1/entries/1/tree?cursor=" + "9" * 4_400,
    "/api/v1/entries/1/tree?cursor=-1",
    "/api/v1/entries/1/tree?chain_from=-1",
    "/api/v1/desk/queue?cursor=%00",
    "/api/v1/desk/queue?cursor=2026-11-22T00:00:00%2B00:00~%00",
    "/api/v1/desk/queue?cursor=9999-12-31T23:59:59-12:00~a",
    "/api/v1/desk/queue?cursor=0001-01-01T00:00:00%2B14:00~a",
    "/api/v1/nothing",
]

DECISIONS: list[object] = [
    {},
    [],
    {"decision": "approve"},
    {"decision": "nothing", "version": 1},
    {"decision": "approve", "version": HUGE},
    {"decision": "approve", "version": 0},
    {"decision": "approve", "version": "x"},
    {"decision": "reject", "version": 1},
    {"decision": "approve", "version": 1, "extra": 1},
    {"decision": "reject", "version": 1, "reason": "nothing"},
    {"decision": "reject", "version": 1, "reason": "other", "note": "n" * 2_001},
    {"decision": "take_down", "version": 1, "reason": "other"},
]

BODIES = [
    b"",
    b"null",
    b"[]",
    b"1",
    b'"text"',
    b"{",
    b"\xff\xfe",
    b'{"title": "\\ud800"}',
    b"[" * 100_000,
    b'{"city": ' + b"9" * 5_000 + b"}",
    b'{"city": NaN}',
    b'{"city": 1e999}',
    b'{"title": "a", "title": "b"}',
]

FORMS = [
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=", b"--\r\n"),
    ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form"),
    (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\n\x00\xff',
    ),
    ("multipart/form-data; boundary=b", b"--b\r\n" * 5_000),
    ("text/plain", b"title=a"),
    ("application/x-www-form-urlencoded", b"title=a"),
    ("application/json; charset=nonsense", b"{}"),
    ("", b"{}"),
]


def rows(relay: Relay) -> tuple[int, ...]:
    with Session(relay.engine) as session:
        return tuple(
            session.exec(select(func.count()).select_from(model)).one()
            for model in (Entry, Baton, OutboxRow)
        )


def test_a_strange_value_is_cleaned_or_refused_by_name(
    either_client: FlaskClient, either_relay: Relay
) -> None:
    for field, value in product(FIELDS, STRANGE):
        before = rows(either_relay)
        body = {**GOOD, field: value}
        answer = either_client.post("/api/v1/entries", json=body)
        assert answer.status_code in {201, 403, 422}, (field, answer.get_data())
        if answer.status_code != 201:
            assert answer.content_type == "application/problem+json"
            assert rows(either_relay) == before
        if answer.status_code == 422:
            named = {each["field"] for each in answer.json["errors"]}  # type: ignore[index]
            assert field in named


def test_a_body_that_is_no_entry_is_refused(
    either_client: FlaskClient, either_relay: Relay
) -> None:
    for body in BODIES:
        answer = either_client.post(
            "/api/v1/entries", data=body, content_type="application/json"
        )
        assert answer.status_code in {400, 422}, body[:20]
        assert answer.content_type == "application/problem+json"
    assert rows(either_relay) == (0, 0, 0)


def test_a_malformed_form_is_refused(
    either_client: FlaskClient, either_relay: Relay
) -> None:
    for kind, body in FORMS:
        answer = either_client.post("/api/v1/entries", data=body, content_type=kind)
        assert answer.status_code in {400, 413, 415, 422}, (kind, body[:20])
        assert answer.content_type == "application/problem+json"
    assert rows(either_relay) == (0, 0, 0)


def test_fields_of_a_form_are_checked_like_those_of_json(
    either_client: FlaskClient, either_relay: Relay
) -> None:
    for strange in ("a\x00b", "\ufffe", "\x01"):
        for field in FIELDS:
            body = {**GOOD, "consent": "true", "city": "1799962", field: strange}
            answer = either_client.post(
                "/api/v1/entries", data=body, content_type="multipart/form-data"
            )
            assert answer.status_code in {201, 400, 403, 422}, (field, answer.text)
    with Session(either_relay.engine) as session:
        for entry in session.exec(select(Entry)):
            assert "\x00" not in json.dumps(entry.model_dump(), default=str)


def test_a_strange_question_gets_an_answer_in_the_form_of_the_api(
    either_client: FlaskClient, either_relay: Relay
) -> None:
    send(either_relay)
    headers = bearer(either_relay)
    for path in PATHS:
        answer = either_client.get(path, headers=headers)
        assert answer.status_code < 500, path
        if answer.status_code >= 400:
            assert answer.content_type == "application/problem+json", path
            assert answer.json["status"] == answer.status_code  # type: ignore[index]


def test_a_strange_decision_changes_nothing(
    either_client: FlaskClient, either_relay: Relay
) -> None:
    sent, headers = send(either_relay), bearer(either_relay)
    path = f"/api/v1/desk/entries/{sent.ref}/decisions"
    for body in DECISIONS:
        answer = either_client.post(path, json=body, headers=headers)
        assert answer.status_code in {400, 403, 422}, body
        assert answer.content_type == "application/problem+json"
    with Session(either_relay.engine) as session:
        assert session.exec(select(Entry.version)).one() == 1


def test_a_note_is_kept_without_what_no_database_keeps(
    either_client: FlaskClient, either_relay: Relay
) -> None:
    sent = send(either_relay)
    path = f"/api/v1/desk/entries/{sent.ref}/decisions"
    body = {"decision": "approve", "version": 1, "note": "a\x00\ud800b"}
    headers = bearer(either_relay)
    answer = either_client.post(path, json=body, headers=headers)
    assert answer.status_code in {201, 422}
    strange = either_client.post(
        "/api/v1/desk/entries/%00/decisions", json=body, headers=headers
    )
    assert strange.status_code in {400, 404, 422}
    wrong = {"Authorization": "Bearer \xff\x00"}
    assert either_client.get("/api/v1/desk/queue", headers=wrong).status_code == 401
