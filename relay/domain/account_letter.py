"""The letter that brings somebody of the desk a one-time link to their account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class AccountLetter:
    """What it tells. `template` is `invite` or `reset`, `lang` one of ours.

    Nobody asks for such mails, and none follow: `stop_url` is empty.
    """

    template: str
    lang: str
    name: str
    url: str
    until: datetime
    stop_url: str = ""
