"""Stub of the seasons page."""

from __future__ import annotations

from flask import render_template

from relay.web.public import pages


@pages.get("/seasons")
def seasons() -> str:
    """Show the page."""
    return render_template("public/stub.html")
