"""Reading the JSON that strangers send: whatever they write, it is wrong or read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask.json.provider import DefaultJSONProvider
from typing_extensions import override

if TYPE_CHECKING:
    from flask import Flask


class CarefulJSON(DefaultJSONProvider):
    """Flask's own way with JSON, for which too deep a nesting is bad JSON, too."""

    @override
    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Read JSON; raises ValueError for everything that is none."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            message = "This JSON is nested too deeply."
            raise ValueError(message) from error


def prepare(app: Flask) -> None:
    """Let an application read JSON with care."""
    # Flask-Security builds another one upon the class.
    app.json_provider_class = CarefulJSON
    app.json = CarefulJSON(app)
