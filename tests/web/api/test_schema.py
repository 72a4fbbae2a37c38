"""Schemathesis asks everything that the description allows, and more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from relay.bootstrap import open_relay
from relay.settings import Settings
from relay.web.app import build_app
from tests.making import bearer, choose, make_moderator, measure, send

if TYPE_CHECKING:
    from pathlib import Path

    from schemathesis import Case
    from schemathesis.schemas import BaseSchema

EXAMPLES = 20  # of each operation

# A schema cannot say which links lead anywhere, which cities there are or which
# batons were given out, so 422 (with the field's name) is a right answer, too.
CONFIG = {
    "checks": {
        "positive_data_acceptance": {
            "expected-statuses": ["2xx", "401", "403", "404", "409", "410", "422"]
        }
    },
}


@pytest.fixture(scope="session")
def asked_relay(
    tmp_path_factory: pytest.TempPathFactory, migrated_file: Path
) -> dict[str, Any]:
    """An application with some entries, and the headers of a moderator's program."""
    data = tmp_path_factory.mktemp("asked")
    (data / "relay.sqlite3").write_bytes(migrated_file.read_bytes())
    endless = "1000000 per minute"
    relay = open_relay(
        Settings(
            data=data,
            secret_key="x" * 40,
            limit_submit=endless,
            limit_api=endless,
            limit_token=endless,
        )
    )
    by = make_moderator(relay)
    first = send(relay, "https://example.org/1")
    second = send(relay, "https://example.org/2", baton=first.baton)
    for each in (first, second):
        choose(relay, each.ref, by=by)
    send(relay, "https://example.org/3")
    measure(relay)
    # Its transport inside the process cannot unpack what we pack.
    plain = {"Accept-Encoding": "identity"}
    return {"app": build_app(relay), "headers": {**bearer(relay), **plain}}


@pytest.fixture(scope="session")
def api_schema(asked_relay: dict[str, Any]) -> BaseSchema:
    return schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json",
        asked_relay["app"],
        config=SchemathesisConfig.from_dict(CONFIG),
    )


OPERATIONS = [
    "GET /api/v1/cities",
    "GET /api/v1/desk/queue",
    "GET /api/v1/entries",
    "GET /api/v1/entries/{no}",
    "GET /api/v1/entries/{no}/tree",
    "GET /api/v1/map",
    "GET /api/v1/relay",
    "GET /api/v1/seasons",
    "GET /api/v1/status/{token}",
    "POST /api/v1/desk/entries/{ref}/decisions",
    "POST /api/v1/desk/entries/{ref}/undo",
    "POST /api/v1/entries",
]
# They take nothing that could be wrong by the description.
NOTHING_TO_GET_WRONG = {"GET /api/v1/seasons", "GET /api/v1/status/{token}"}


def test_every_operation_is_asked(api_schema: BaseSchema) -> None:
    assert sorted(find_operations(api_schema)) == sorted(OPERATIONS)


def find_operations(api_schema: BaseSchema) -> dict[str, Any]:
    """Return the described operations by method and path."""
    found = [each.ok() for each in api_schema.get_all_operations()]  # type: ignore[union-attr]  # an error fails the test
    return {each.label: each for each in found}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("label", "mode"),
    [
        (label, mode)
        for label in OPERATIONS
        for mode in GenerationMode
        if mode is GenerationMode.POSITIVE or label not in NOTHING_TO_GET_WRONG
    ],
)
def test_every_answer_is_as_described(
    api_schema: BaseSchema,
    asked_relay: dict[str, Any],
    label: str,
    mode: GenerationMode,
) -> None:
    operation = find_operations(api_schema)[label]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case[Any]) -> None:
        case.call_and_validate(headers=asked_relay["headers"])

    ask()
