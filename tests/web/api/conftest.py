from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from relay.web.app import build_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

    from relay.bootstrap import Relay


@pytest.fixture
def either_client(either_relay: Relay) -> Iterator[FlaskClient]:
    """A program that asks a relay on SQLite, and then one on PostgreSQL."""
    endless = "1000000 per minute"
    settings = either_relay.settings.model_copy(
        update={
            "limit_submit": endless,
            "limit_token": endless,
            "limit_api": endless,
        }
    )
    patient = replace(either_relay, settings=settings)
    yield build_app(patient).test_client()
    patient.engine.dispose()
