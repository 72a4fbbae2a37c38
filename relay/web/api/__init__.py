"""The JSON API, version 1: entries, relay, cities, map, seasons, the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apiflask import APIBlueprint

from relay.web.errors import problem
from relay.web.security import csrf

if TYPE_CHECKING:
    from apiflask import APIFlask
    from apiflask.exceptions import HTTPError
    from flask import Response

api = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="Relay")
# Requests carry no cookie that would act for anybody, so they need no CSRF token.
csrf.exempt(api)

from relay.web.api import (  # noqa: E402 - views register themselves
    bodies,
    desk,  # noqa: F401 - it is imported for its views
    documents,
    entries,  # noqa: F401 - likewise
    places,  # noqa: F401 - likewise
    relay,  # noqa: F401 - likewise
    seasons,  # noqa: F401 - likewise
    status,  # noqa: F401 - likewise
)


def prepare(app: APIFlask) -> None:
    """Answer wrong requests with problem documents, and describe the API."""
    app.error_processor(_wrong_request)
    bodies.prepare(app)
    documents.prepare(app)


def _wrong_request(error: HTTPError) -> Response:
    """Name every field that is wrong, as (RFC 9457) `errors`."""
    faults = [
        {"field": str(name), "code": "invalid", "detail": " ".join(map(str, notes))}
        for place in (error.detail or {}).values()
        if isinstance(place, dict)
        for name, notes in place.items()
    ]
    more: dict[str, Any] = {"errors": faults, "detail": error.message}
    answer = problem(error.status_code, **(more if faults else {}))
    answer.headers.extend(error.headers or {})
    return answer
