"""What a maker is told: one thing that happened to an entry."""

from __future__ import annotations

from enum import StrEnum


class About(StrEnum):
    """What happened. Values are stored: never rename one."""

    RECEIVED = "received"
    APPROVED = "approved"
    CHANGES_ASKED = "changes_asked"
    REJECTED = "rejected"
    TAKEN_DOWN = "taken_down"
    RESTORED = "restored"
    TAKEN_BACK = "taken_back"
    EDITED = "edited"
    MERGED = "merged"
    PASSED_ON = "passed_on"
    REVISION_TAKEN = "revision_taken"
    REVISION_REFUSED = "revision_refused"
    WITHDRAWN = "withdrawn"
