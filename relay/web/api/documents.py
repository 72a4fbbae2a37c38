"""The API's own description: OpenAPI 3.1, and a page for people beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import Response, current_app, jsonify, render_template

from relay.web.api import api
from relay.web.api.schemas import EntryIn

if TYPE_CHECKING:
    from apiflask import APIFlask

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        # Of `season_closed` alone.
        "reason": {"type": "string", "enum": ["closed", "not_yet_open", "no_season"]},
        "closed_at": {"type": "string", "format": "date-time"},
        "opens_at": {"type": "string", "format": "date-time"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
# What any request may be answered beside its own success.
REFUSALS = {
    "400": "The request cannot be read.",
    "401": "A moderator's token is needed.",
    "403": "Not allowed, or the season takes no entries now; see `closed_at`.",
    "404": "There is no such thing.",
    "409": "Somebody else was faster, or the key was used for another request.",
    "410": "It was taken away.",
    "413": "The request is too large.",
    "415": "Send JSON, or multipart with a picture.",
    "422": "Fields are wrong; `errors` names them.",
    "429": "Asked too often; see `Retry-After`.",
    "503": "A part does not answer; see `Retry-After`.",
}


def prepare(app: APIFlask) -> None:
    """Set the description's own words."""
    app.config["OPENAPI_VERSION"] = "3.1.0"
    app.config["AUTO_VALIDATION_ERROR_RESPONSE"] = False
    app.config["AUTO_AUTH_ERROR_RESPONSE"] = False
    app.config["AUTO_404_RESPONSE"] = False
    app.description = "Send in entries, follow them, and read the relay as data."

    @app.spec_processor
    def complete(spec: dict[Any, Any] | str) -> dict[Any, Any] | str:
        if isinstance(spec, str):
            return spec
        schemas = spec.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = PROBLEM
        schema = EntryIn.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas["EntryIn"] = schema
        for operations in spec["paths"].values():
            for operation in operations.values():
                _add_refusals(operation)
                if "requestBody" in operation:
                    operation["requestBody"]["required"] = True
        _describe_sending(spec["paths"]["/api/v1/entries"]["post"], schema)
        return spec


def _add_refusals(operation: dict[str, Any]) -> None:
    for status, words in REFUSALS.items():
        operation["responses"].setdefault(
            status,
            {
                "description": words,
                "content": {
                    "application/problem+json": {
                        "schema": {"$ref": "#/components/schemas/Problem"}
                    }
                },
            },
        )


def _describe_sending(operation: dict[str, Any], schema: dict[str, Any]) -> None:
    """Say that an entry comes as JSON, or as a form with a picture."""
    form = {
        **schema,
        "properties": {
            **schema["properties"],
            "picture": {"type": "string", "format": "binary"},
        },
    }
    operation["requestBody"] = {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/EntryIn"}},
            "multipart/form-data": {"schema": form},
        },
    }
    operation.setdefault("parameters", []).append(
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "schema": {"type": "string", "maxLength": 255},
        }
    )


@api.get("/openapi.json")
@api.doc(hide=True)
def description() -> Response:
    """Give the OpenAPI description."""
    return jsonify(cast("APIFlask", current_app).spec)


@api.get("/")
@api.doc(hide=True)
def documentation() -> str:
    """Show the description to people."""
    return render_template("api/index.html", spec=cast("APIFlask", current_app).spec)
