"""The application factory: parts are put together here and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from apiflask import APIFlask
from flask_compress import Compress
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from relay.bootstrap import open_relay
from relay.settings import read_settings
from relay.web import (
    add,
    api,
    desk,
    errors,
    feeds,
    frame,
    health,
    i18n,
    journal,
    limits,
    media,
    public,
    security,
    static,
    words,
)
from relay.web.context import keep_relay
from relay.web.kept_pages import KeptPages

if TYPE_CHECKING:
    from typing import Any

    from flask import Blueprint
    from werkzeug.routing import Map

    from relay.bootstrap import Relay
    from relay.settings import Settings

PACKAGE = Path(__file__).parents[1]

# PostgreSQL raises an error when a number of 4 bytes is asked for more.
ID_MAX = 2**31 - 1

# Every room of pages adds one line.
BLUEPRINTS: tuple[Blueprint, ...] = (
    health.pages,
    static.pages,
    media.pages,
    feeds.pages,
    i18n.pages,
    public.pages,
    add.pages,
    add.batons,
    api.api,
    desk.pages,
)


class IdConverter(IntegerConverter):
    """A number in an address that a database can hold; a larger one is no page."""

    def __init__(self, routes: Map, **bounds: Any) -> None:  # noqa: ANN401 - as it comes
        super().__init__(routes, **{"max": ID_MAX, **bounds})


def create_app(settings: Settings | None = None) -> APIFlask:
    """Return the web application for these settings, with its relay opened."""
    relay = open_relay(settings or read_settings())
    app = build_app(relay)
    lacking = [script for script, can in relay.fonts.check().items() if not can]
    if lacking:
        app.logger.warning("no font for shared pictures in %s", ", ".join(lacking))
    return app


def build_app(relay: Relay) -> APIFlask:
    """Return the web application around a relay that is already open."""
    app = APIFlask(
        "relay",
        title="The Force of Culture Relay",
        version="1",
        spec_path=None,
        docs_path=None,
        json_errors=False,
        static_folder=None,  # type: ignore[arg-type]  # our own room serves files
        root_path=str(PACKAGE),
    )
    app.url_map.converters["int"] = IdConverter
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    app.config["COMPRESS_BR_LEVEL"] = 4
    app.config["MAX_CONTENT_LENGTH"] = 12 * 1024 * 1024
    keep_relay(app, relay)
    app.wsgi_app = KeptPages(  # type: ignore[method-assign]
        app.wsgi_app, relay.engine, clock=relay.clock
    )
    if relay.settings.proxies:
        trusted = relay.settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted
        )
    security.guard_hosts(app, relay.settings)
    journal.prepare(app, proxies=relay.settings.proxies)
    i18n.prepare(app)
    security.prepare(app, relay.settings, secret_key=relay.secret_key)
    static.prepare(app)
    words.prepare(app)
    frame.prepare(app)
    api.prepare(app)
    desk.prepare(app, relay)
    # After the API, which would answer for every page otherwise.
    errors.prepare(app)
    Compress(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    limits.limit_views(app, relay.settings)
    return app
