"""Our own public API, asked over HTTP as anybody else would ask it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import requests

from relay.domain.errors import (
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    TooMany,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_SECONDS = 30
DEFAULT_RETRY_SECONDS = 5


class OwnApi:
    """The API, version 1, of the relay at `base_url`."""

    def __init__(self, base_url: str) -> None:
        self._root = base_url.rstrip("/") + "/api/v1"
        self._session = requests.Session()
        # A proxy or a .netrc of the machine has no business with loopback.
        self._session.trust_env = False

    def submit(self, fields: Mapping[str, object], *, key: str) -> dict[str, Any]:
        """Send an entry in, once for each `key`; return its receipt.

        Raises Invalid, Forbidden, NotFound, TooMany or Unavailable.
        """
        return self._ask(
            "POST", "/entries", json=dict(fields), headers={"Idempotency-Key": key}
        )

    def status(self, token: str) -> dict[str, Any]:
        """Return how far an entry is; raises as `submit` does."""
        return self._ask("GET", f"/status/{token}")

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()

    def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - what requests takes
        try:
            answer = self._session.request(
                method, self._root + path, timeout=TIMEOUT_SECONDS, **more
            )
        except requests.RequestException as error:
            message = f"{self._root} does not answer: {error}"
            raise Unavailable(message) from error
        if not answer.ok:
            _raise(answer)
        found: dict[str, Any] = answer.json()
        return found


def _raise(answer: requests.Response) -> None:
    status = answer.status_code
    message = f"{answer.url} answered {status}: {answer.text[:300]}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        after = answer.headers.get("Retry-After", "")
        seconds = int(after) if after.isdecimal() else DEFAULT_RETRY_SECONDS
        raise TooMany(message, retry_after=seconds)
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        raise Invalid(_faults(answer))
    if status == HTTPStatus.FORBIDDEN:
        raise Forbidden(message)
    if status == HTTPStatus.NOT_FOUND:
        raise NotFound(message)
    raise Unavailable(message)


def _faults(answer: requests.Response) -> list[FieldError]:
    try:
        listed = answer.json().get("errors", [])
        return [FieldError(str(each["field"]), str(each["code"])) for each in listed]
    except (ValueError, AttributeError, KeyError, TypeError):
        return []
