"""Lines that other processes wrote, as lines of one JSON log."""

from __future__ import annotations

import json
from datetime import UTC, datetime


def as_json_line(line: str, *, part: str) -> str:
    """Return a part's line as a JSON object that names the part.

    A line that is one already keeps its fields; any other one, such as what a server
    of somebody else writes, becomes an event.
    """
    try:
        event = json.loads(line)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        now = datetime.now(UTC).isoformat()
        event = {"time": now, "level": "info", "event": line}
    return json.dumps({**event, "part": part}, ensure_ascii=False)
