"""Whether the web server of these settings answers."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from relay.settings import Settings

_READY_SECONDS = 2.0


def is_ready(settings: Settings) -> bool:
    """Tell whether the web server says of itself that it can serve."""
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104 - compared, not bound
    asked = http.client.HTTPConnection(host, settings.port, timeout=_READY_SECONDS)
    try:
        asked.request("GET", "/readyz", headers={"Host": f"127.0.0.1:{settings.port}"})
        return asked.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
