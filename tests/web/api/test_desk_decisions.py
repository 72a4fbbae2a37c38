"""Decisions by programs: any reason in use, a time to be shown at, and an undo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from relay.domain.moderation import Choice, Reason
from relay.models.moderator import Role
from relay.services.reasons import add_reason, put_reason_away
from tests.making import bearer, find, make_moderator, send

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from relay.bootstrap import Relay


@pytest.fixture
def headers(relay: Relay) -> dict[str, str]:
    return bearer(relay)


def post(
    client: FlaskClient,
    headers: dict[str, str],
    ref: str,
    path: str = "decisions",
    **body: Any,  # noqa: ANN401 - any JSON
) -> TestResponse:
    return client.post(f"/api/v1/desk/entries/{ref}/{path}", json=body, headers=headers)


def test_a_decision_is_taken_and_taken_back(
    client: FlaskClient, relay: Relay, headers: dict[str, str]
) -> None:
    sent = send(relay)
    taken = post(client, headers, sent.ref, decision="approve", version=1)
    assert taken.status_code == 201
    decided = taken.get_json()
    assert (decided["no"], decided["moderation"]) == (1, "approved")
    back = post(
        client,
        headers,
        sent.ref,
        "undo",
        decision=decided["decision"],
        version=decided["version"],
    )
    assert back.status_code == 201
    assert (back.get_json()["no"], back.get_json()["moderation"]) == (1, "pending")
    again = post(
        client, headers, sent.ref, "undo", decision=decided["decision"], version=3
    )
    assert again.status_code == 409
    assert again.get_json()["theirs"]["decision"] == "undo"


def test_organisers_own_reasons_are_taken_until_they_are_put_away(
    client: FlaskClient, relay: Relay, headers: dict[str, str]
) -> None:
    organiser = make_moderator(relay, "o@example.org", role=Role.ORGANISER)
    key = add_reason(
        relay.engine, {"en": "Too large"}, moderator_id=organiser, clock=relay.clock
    )
    one, two = send(relay), send(relay, "https://example.org/two")
    body: dict[str, Any] = {"decision": "reject", "version": 1}
    assert post(client, headers, one.ref, reason=key, **body).status_code == 201
    put_reason_away(relay.engine, key, moderator_id=organiser, clock=relay.clock)
    for unknown in (key, "because"):
        answer = post(client, headers, two.ref, reason=unknown, **body)
        assert answer.status_code == 422
        assert [each["field"] for each in answer.get_json()["errors"]] == ["reason"]
    answer = post(client, headers, two.ref, reason=Reason.OTHER.value, **body)
    assert answer.status_code == 201


@pytest.mark.parametrize("choice", [Choice.MERGE, Choice.EDIT, Choice.UNDO, "dance"])
def test_what_is_no_plain_decision_is_named(
    client: FlaskClient, relay: Relay, headers: dict[str, str], choice: str
) -> None:
    sent = send(relay)
    answer = post(client, headers, sent.ref, decision=choice, version=1)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.get_json()["errors"]] == ["decision"]


def test_an_approval_for_later_says_so(
    client: FlaskClient, relay: Relay, headers: dict[str, str]
) -> None:
    sent = send(relay)
    at = datetime.now(UTC) + timedelta(hours=2)
    body: dict[str, Any] = {"decision": "approve", "version": 1}
    for wrong in ("2020-01-01T00:00:00Z", "2026-12-31T20:00:00", "soon"):
        answer = post(client, headers, sent.ref, reveal_at=wrong, **body)
        assert answer.status_code == 422, wrong
        assert [each["field"] for each in answer.get_json()["errors"]] == ["reveal_at"]
    planned = post(client, headers, sent.ref, reveal_at=at.isoformat(), **body)
    assert planned.status_code == 201
    assert planned.get_json()["moderation"] == "pending"
    assert datetime.fromisoformat(planned.get_json()["reveal_at"]) == at
    assert find(relay, sent.ref).no is None
