"""Stub of the cities page."""

from __future__ import annotations

from flask import render_template

from relay.web.public import pages


@pages.get("/cities")
def cities() -> str:
    """Show the page."""
    return render_template("public/stub.html")
