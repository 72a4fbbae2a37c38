"""Plain pages: about, accessibility, help, privacy, Easy Read, languages."""

from __future__ import annotations

from flask import render_template, request

from relay.web.public import pages


@pages.get("/about")
def about() -> str:
    """Say what this is and who it is for."""
    return render_template("public/about.html")


@pages.get("/accessibility")
def accessibility() -> str:
    """Say what is barrier-free, what is not yet, and where to tell us."""
    return render_template("public/accessibility.html")


@pages.get("/help")
def help_page() -> str:
    """Answer what people ask."""
    return render_template("public/help.html")


@pages.get("/privacy")
def privacy() -> str:
    """Say what is kept, for how long, and how to have it removed."""
    return render_template("public/privacy.html")


@pages.get("/easy")
def easy() -> str:
    """Say the same in Easy Read."""
    return render_template("public/easy.html")


@pages.get("/languages")
def languages() -> str:
    """List the languages; choosing one is remembered."""
    return render_template("public/languages.html", page=request.args.get("page", ""))
