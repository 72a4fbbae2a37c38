"""How a public page is sent: the same for everyone, and asked for again cheaply."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from flask import make_response, request

from relay.web.kept_pages import keep_page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

_Answer = TypeVar("_Answer", bound="Response")

# A shared cache may hold a page for this long: about as long as a reader who just
# saw an artwork withdrawn would believe that it was.
SHARED_SECONDS = 10


def send_page(html: str, status: int = 200) -> Response:
    """Return a public page that caches may keep for a moment and then ask again.

    Pages look different for readers with reading settings, so cookies tell them apart.
    """
    answer = make_response(html, status)
    answer.vary.add("Cookie")
    if status == HTTPStatus.OK:
        keep_page()
    return send_shared(answer)


def send_shared(answer: _Answer) -> _Answer:
    """Return an answer that caches may keep for a moment and then ask again."""
    answer.cache_control.public = True
    answer.cache_control.max_age = 0
    answer.cache_control.s_maxage = SHARED_SECONDS
    answer.add_etag()
    answer.make_conditional(request)
    return answer
