"""Alive and ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay


def test_a_process_that_answers_is_alive(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


def test_without_the_queue_pages_are_still_served(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "database": "ok",
        "redis": "unreachable",
        "status": "degraded",
    }
    assert answer.cache_control.no_store


def test_without_the_tables_nothing_is_ready(client: FlaskClient, relay: Relay) -> None:
    with relay.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE season RENAME TO away")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["database"] == "unreachable"
    assert client.get("/healthz").status_code == 200
