"""Errors as pages and as problem documents."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from flask import abort
from sqlalchemy.exc import OperationalError

from relay.domain.errors import (
    Conflict,
    Invalid,
    NotFound,
    RelayError,
    SeasonClosed,
    TooMany,
    Unavailable,
)
from relay.web.context import the_relay

if TYPE_CHECKING:
    from flask import Flask

AT = datetime(2026, 5, 31, 16, 30, tzinfo=UTC)
ERRORS = [
    (Invalid([]), 422, "could not read what you sent"),
    (NotFound("x"), 404, "Page not found"),
    (Conflict("x"), 409, "Somebody else changed it first"),
    (SeasonClosed("no_season"), 403, "No season has been opened yet."),
    (SeasonClosed("closed", at=AT), 403, "closed on 1 June 2026 at 00:30 (China"),
    (SeasonClosed("not_yet_open", at=AT), 403, "opens on 1 June 2026 at 00:30 (China"),
    (TooMany("x", retry_after=7), 429, "Please wait a moment"),
    (Unavailable("x"), 503, "we cannot answer now"),
]


@pytest.mark.parametrize(("error", "status", "words"), ERRORS)
def test_our_errors_are_pages_that_help(
    app: Flask, error: RelayError, status: int, words: str
) -> None:
    @app.get("/en/broken")
    def broken() -> str:
        raise error

    answer = app.test_client().get("/en/broken")
    assert answer.status_code == status
    assert words in answer.text
    assert 'href="/en/help"' in answer.text
    assert answer.cache_control.no_store


def test_being_asked_to_wait_says_how_long(app: Flask) -> None:
    @app.get("/en/broken")
    def broken() -> str:
        message = "x"
        raise TooMany(message, retry_after=7)

    answer = app.test_client().get("/en/broken")
    assert answer.headers["Retry-After"] == "7"
    assert "in 7 seconds" in answer.text


def test_a_database_that_is_away_is_a_503_page(app: Flask) -> None:
    @app.get("/en/broken")
    def broken() -> str:
        statement = "SELECT 1"
        raise OperationalError(statement, {}, Exception("away"))

    answer = app.test_client().get("/en/broken")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_the_error_page_itself_does_without_the_database(app: Flask) -> None:
    with app.app_context():
        engine = the_relay().engine
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE season RENAME TO away")
    answer = app.test_client().get("/en/")
    assert answer.status_code == 503
    assert "The Force of Culture Relay" in answer.text


def test_our_own_mistakes_are_told_without_details(app: Flask) -> None:
    @app.get("/en/broken")
    def broken() -> str:
        message = "a secret of ours"
        raise KeyError(message)

    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get("/en/broken")
    assert answer.status_code == 500
    assert "secret of ours" not in answer.text
    assert "there is a problem" in answer.text


@pytest.mark.parametrize("status", [400, 403, 404, 410, 413, 429, 502, 503])
def test_every_status_has_a_page(app: Flask, status: int) -> None:
    @app.get("/he/broken")
    def broken() -> str:
        abort(status)

    answer = app.test_client().get("/he/broken")
    assert answer.status_code == status
    assert 'dir="rtl"' in answer.text


def test_a_wrong_method_names_the_right_ones(app: Flask) -> None:
    answer = app.test_client().put("/en/map")
    assert answer.status_code in {400, 405}
    assert app.test_client().get("/language").status_code == 405


@pytest.mark.parametrize(
    ("address", "page"),
    [
        (
            "/desk/entry/a1/edit?kind=city&q=%E7%9F%B3",
            "/desk/entry/a1?kind=city&q=%E7%9F%B3",
        ),
        ("/desk/bulk/decide", "http://localhost/desk/"),
        ("/desk/account/passkeys/7/remove", "/desk/account"),
        ("/he/mine/x1/change/give-up", "/he/mine/x1/change"),
    ],
)
def test_reloading_what_a_form_answered_leads_to_its_page(
    app: Flask, address: str, page: str
) -> None:
    answer = app.test_client().get(address)
    assert (answer.status_code, answer.location) == (303, page)
    assert app.test_client().put(address).status_code in {400, 405}


def test_every_address_that_takes_forms_only_has_a_page_near(app: Flask) -> None:
    reader, lost = app.test_client(), []
    given = {"language": "he", "any": "deactivate", "int": "7"}
    for rule in app.url_map.iter_rules():
        path = re.sub(
            r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>",
            lambda each: given.get(each[1] or "", "x"),
            rule.rule,
        )
        is_for_forms = "POST" in (rule.methods or ()) and not path.startswith("/api/")
        # Choosing a language always leads on, so nobody ever stands there.
        if is_for_forms and path != "/language" and reader.get(path).status_code == 405:
            lost.append(path)
    assert lost == []


def test_no_reloading_leads_to_another_host(app: Flask) -> None:
    for address in ("//evil.example/desk/bulk", "//desk/bulk", "//he/mine/x/batons"):
        answer = app.test_client().get(address)
        assert not (answer.location or "").startswith("//")


def test_the_api_answers_with_problems(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/nowhere")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
