"""What machines ask: whether this process lives and can serve, robots, the icon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, redirect
from redis import Redis, RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from relay.web.context import reading, the_relay
from relay.web.static import asset

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

REDIS_SECONDS = 1

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def healthz() -> Response:
    """Say that the process answers."""
    return _fresh(jsonify(status="ok"))


@pages.get("/robots.txt")
def robots() -> Response:
    """Tell crawlers that everything public may be read, and what is not for them.

    Not the desk: what may not be read can still be listed by its address. Its pages
    for strangers say `noindex`, which has to be read.
    """
    rules = "User-agent: *\nDisallow: /api/\n"
    return Response(rules, content_type="text/plain; charset=utf-8")


@pages.get("/favicon.ico")
def favicon() -> AnyResponse:
    """Lead browsers that ask by habit to our one icon."""
    return redirect(asset("img/icon.svg"))


@pages.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Say whether pages can be served: that needs the database alone.

    Without the queue server reading and submitting go on and previews wait, so it
    is named but does not take this server out of service.
    """
    database, queue = _database(), _queue()
    parts = {"database": database, "redis": queue}
    status = (
        "unavailable" if database != "ok" else "ok" if queue == "ok" else "degraded"
    )
    return _fresh(jsonify(status=status, **parts)), 200 if database == "ok" else 503


def _database() -> str:
    try:
        with reading() as connection:
            connection.execute(text("SELECT 1 FROM season LIMIT 1"))
    except SQLAlchemyError:
        return "unreachable"
    return "ok"


def _queue() -> str:
    try:
        with Redis.from_url(
            the_relay().settings.redis,
            socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS,
        ) as queue:
            queue.ping()
    except (RedisError, OSError):
        return "unreachable"
    return "ok"


def _fresh(answer: Response) -> Response:
    answer.cache_control.no_store = True
    return answer
