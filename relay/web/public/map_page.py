"""The map of the relay."""

from __future__ import annotations

from flask import render_template

from relay.web.public import pages


@pages.get("/map")
def map_page() -> str:
    """Show the page."""
    return render_template("public/stub.html")
