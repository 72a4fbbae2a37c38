"""Pictures, under names made of their own content, and only when they are public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, request

from relay.queries.media import find_public_format
from relay.web.context import reading, the_relay

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

# A name is made of its content, so a browser need never ask again.
BROWSER_SECONDS = 365 * 24 * 3600
# A shared cache gives to others what its relay may have taken away meanwhile: it asks
# again after an hour, and gets 304, or 404 once the picture is no longer public.
SHARED_SECONDS = 3600
FOR_EVERYONE = (
    f"public, max-age={BROWSER_SECONDS}, s-maxage={SHARED_SECONDS}, immutable"
)

pages = Blueprint("media", __name__, url_prefix="/media")


@pages.get("/<path:key>")
def file(key: str) -> AnyResponse:
    """Send a file of a published entry."""
    with reading() as connection:
        kind = find_public_format(connection, key)
    if kind is None:
        abort(404)
    answer = send_picture(key, kind)
    answer.headers["Cache-Control"] = FOR_EVERYONE
    answer.set_etag(key.rsplit("/", 1)[-1])
    return answer.make_conditional(request)


def send_picture(key: str, kind: str) -> Response:
    """Return a file of the media store; whether it may be seen is the caller's care."""
    data = the_relay().media.get(key)
    if data is None:
        abort(404)
    answer = Response(data, content_type=f"image/{kind}")
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
