"""Readiness, asked of a real server as its readers will ask it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server

from relay.bootstrap import open_relay
from relay.cli.ready import is_ready
from relay.web.app import build_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relay.bootstrap import Relay
    from relay.settings import Settings


@contextmanager
def serving(settings: Settings, *, host: str) -> Iterator[int]:
    """Serve the relay of these settings at an address; gives the port."""
    server = make_server(host, 0, build_app(open_relay(settings)), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("host", "at"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("::", "::1"),
        ("0.0.0.0", "127.0.0.1"),  # noqa: S104 - a setting, nothing is bound to it
    ],
)
def test_a_relay_is_ready_at_each_address_it_may_bind(
    relay: Relay, host: str, at: str
) -> None:
    settings = relay.settings.model_copy(update={"host": host})
    with serving(settings, host=at) as port:
        assert is_ready(settings.model_copy(update={"port": port}))


def test_a_relay_that_refuses_its_readers_is_not_ready(relay: Relay) -> None:
    elsewhere = relay.settings.model_copy(update={"public_url": "http://other.test"})
    with serving(elsewhere, host="127.0.0.1") as port:
        given = {"public_url": "http://relay.test", "port": port}
        assert not is_ready(relay.settings.model_copy(update=given))
        assert is_ready(elsewhere.model_copy(update={"port": port}))
