"""Whether the web server of these settings answers."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from relay.settings import Settings

_READY_SECONDS = 2.0


def is_ready(settings: Settings) -> bool:
    """Tell whether the web server says of itself that it can serve.

    It is asked by the name that readers use: what it refuses to them is not ready.
    """
    asked = http.client.HTTPConnection(
        reachable_host(settings), settings.port, timeout=_READY_SECONDS
    )
    try:
        readers = urlsplit(settings.base_url).netloc
        asked.request("GET", "/readyz", headers={"Host": readers})
        return asked.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def reachable_host(settings: Settings) -> str:
    """Return the address at which this machine reaches what `settings.host` binds."""
    every = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
    return every.get(settings.host, settings.host)
