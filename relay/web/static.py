"""Style sheets, scripts and the icon: built files that are kept for ever."""

from __future__ import annotations

import json
from functools import cache
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, request
from werkzeug.security import safe_join

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response as AnyResponse

PACKAGE = Path(__file__).parents[1]
BUILT = PACKAGE / "static" / "dist"
SOURCES = PACKAGE / "front"

pages = Blueprint("static", __name__, url_prefix="/static")


def prepare(app: Flask) -> None:
    """Let templates ask for a file by the name that it has in the sources."""
    app.jinja_env.globals["asset"] = asset


@cache
def asset(name: str) -> str:
    """Return the URL of `css/main.css`, `js/main.js` or another front-end file.

    Without a build the sources themselves are served: browsers read them too.
    """
    built = _manifest().get(name)
    return f"/static/dist/{built}" if built else f"/static/front/{name}"


@cache
def _manifest() -> dict[str, str]:
    try:
        text = (BUILT / "manifest.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    names: dict[str, str] = json.loads(text)
    return names


@pages.get("/dist/<path:name>")
def built(name: str) -> AnyResponse:
    """Send a built file; its name changes with its content."""
    answer = _send(BUILT, name)
    answer.cache_control.public = True
    answer.cache_control.max_age = 365 * 24 * 3600
    answer.cache_control.immutable = True
    return answer.make_conditional(request)


@pages.get("/front/<path:name>")
def source(name: str) -> AnyResponse:
    """Send a source file, in a working copy that has not been built."""
    answer = _send(SOURCES, name)
    answer.cache_control.no_cache = True
    return answer.make_conditional(request)


def _send(folder: Path, name: str) -> Response:
    """Return a file whole: they are small, and compression needs all of it anyway."""
    path = safe_join(str(folder), name)
    try:
        data = Path(path).read_bytes() if path else None
    except OSError:
        data = None
    if data is None:
        abort(404)
    answer = Response(data, mimetype=guess_type(name)[0] or "application/octet-stream")
    answer.add_etag()
    return answer
