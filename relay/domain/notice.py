"""What a maker is told: one thing that happened to an entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from relay.domain.moderation import Moderation


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


# Where an entry stands now: of these the newest alone is still worth a mail.
STANDING = frozenset(
    {
        About.APPROVED,
        About.CHANGES_ASKED,
        About.REJECTED,
        About.TAKEN_DOWN,
        About.RESTORED,
        About.TAKEN_BACK,
        About.MERGED,
    }
)

# Whoever withdraws has done it themselves, and their address is forgotten with it.
NEVER_MAILED = frozenset({About.WITHDRAWN})

# A mail waits so long for the moderator to change their mind.
GRACE = timedelta(seconds=30)

# Of batons that are passed on there is one mail in this time, however many they were.
PASSED_ON_PAUSE = timedelta(days=1)


@dataclass(frozen=True)
class Onward:
    """A published entry to which somebody's baton went."""

    no: int
    title: str
    city: str
    url: str


_GOOD_NEWS = (About.APPROVED, About.PASSED_ON, About.REVISION_TAKEN)
_BACK = (About.RESTORED, About.TAKEN_BACK)


@dataclass(frozen=True)
class NoticeLetter:
    """What a mail tells a maker of one thing that happened to their entry.

    `state` is where the entry stands by now, and `entry_url` its page while it is
    public; `own_url` is its private page, empty where that is not known. `reason` is a
    key; `reason_text` is what organisers wrote for it, if they did. `kept_url` is the
    page of the entry that a duplicate was joined with. What is `by_readers` was hidden
    by reports, and no moderator has looked yet. `described` is an alt text that
    somebody wrote, in `described_lang`, and nothing else was edited.
    """

    template: ClassVar[str] = "notice"

    lang: str
    about: str
    title: str
    state: str
    no: int | None
    entry_url: str
    baton_url: str
    stop_url: str
    own_url: str = ""
    reason: str = ""
    reason_text: str = ""
    note: str = ""
    may_appeal: bool = False
    kept_url: str = ""
    onward: tuple[Onward, ...] = ()
    by_readers: bool = False
    described: str = ""
    described_lang: str = ""

    @property
    def is_good_news(self) -> bool:
        """Tell whether people show it to others: then it has no private link."""
        is_back = self.about in _BACK and self.state == Moderation.APPROVED
        return is_back or self.about in _GOOD_NEWS
