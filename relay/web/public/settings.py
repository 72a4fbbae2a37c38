"""Reading settings: larger text and fewer distractions, remembered on this device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from relay.web.context import the_relay
from relay.web.frame import READING, READING_COOKIE, reading_choices
from relay.web.public import pages

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

YEAR = 365 * 24 * 3600


@pages.get("/settings")
def reading() -> str:
    """Show the settings."""
    return render_template("public/settings.html", chosen=reading_choices())


@pages.post("/settings")
def keep_reading() -> Response:
    """Remember the settings."""
    wanted = set(request.form.getlist("reading"))
    answer = redirect(url_for("public.reading", saved="yes"), code=303)
    answer.set_cookie(
        READING_COOKIE,
        ".".join(each for each in READING if each in wanted),
        max_age=YEAR,
        samesite="Lax",
        secure=the_relay().settings.is_https,
        httponly=True,
    )
    return answer
