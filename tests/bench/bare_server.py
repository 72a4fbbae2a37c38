"""The least that Flask can do under the relay's own server: what ours is held against.

    python -m tests.bench.bare_server PORT

GET /ok answers two letters; POST /nothing reads JSON and answers some, keeping nothing.
"""

from __future__ import annotations

import signal
import sys

from flask import Flask, Response, jsonify, request
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from relay.adapters.lifeline import end_with_parent
from relay.settings import Settings


def make_app() -> Flask:
    """Return an application of two views."""
    app = Flask("bare")

    @app.get("/ok")
    def ok() -> str:
        return "ok"

    @app.post("/nothing")
    def nothing() -> tuple[Response, int]:
        return jsonify(fields=len(request.get_json())), 201

    return app


def main() -> None:
    """Serve with as many threads as the relay does."""
    hold_on = end_with_parent(signal.SIGKILL)

    def load(_target: str) -> Flask:
        hold_on()
        return make_app()

    Granian(
        "bare",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        blocking_threads=Settings().web_threads,
        websockets=False,
        log_level=LogLevels.warning,
        log_access=False,
    ).serve(target_loader=load)


if __name__ == "__main__":
    main()
