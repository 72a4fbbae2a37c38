"""Fixtures of the pages' tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.web.making import Maker

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from relay.bootstrap import Relay


@pytest.fixture
def maker(relay: Relay) -> Maker:
    return Maker(relay)


@pytest.fixture
def csrf(client: FlaskClient) -> Callable[[str], str]:
    """Opens a page with a form and returns its token, as a browser would send it."""

    def read(page: str) -> str:
        found = re.search(r'name="csrf_token"\s+value="([^"]+)"', client.get(page).text)
        assert found, f"{page} holds no form"
        return found[1]

    return read
