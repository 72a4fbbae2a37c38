"""Stub of the wall page."""

from __future__ import annotations

from flask import render_template

from relay.web.public import pages


@pages.get("/")
def wall() -> str:
    """Show the page."""
    return render_template("public/stub.html")
