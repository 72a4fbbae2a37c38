"""What is asked of a stranger, and what the answer means."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from relay.domain.errors import FetchFailed, FetchReason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relay.domain.preview import Step

MAX_PAGE = 1024 * 1024
"""Decoded bytes of a page; what is longer is cut and still read."""

MAX_PICTURE = 10 * 1024 * 1024
"""Decoded bytes of a picture; what is longer is refused."""

MAX_DATA = 256 * 1024
"""Decoded bytes of an answer for machines."""

MAX_RETRY_AFTER = 7 * 24 * 3600
"""Seconds that another side can make us wait."""


class Over(StrEnum):
    """What becomes of a body that is longer than its limit."""

    CUT = "cut"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Wanted:
    """What is asked for: the Accept header, and how much of it is taken."""

    accept: str
    max_bytes: int
    over: Over


PAGE = Wanted(
    "text/html,application/xhtml+xml,image/*;q=0.8,*/*;q=0.5", MAX_PAGE, Over.CUT
)
PICTURE = Wanted(
    "image/avif,image/webp,image/jpeg,image/png,image/gif,image/heic,image/*;q=0.5",
    MAX_PICTURE,
    Over.REFUSE,
)
DATA = Wanted("application/json", MAX_DATA, Over.REFUSE)


@dataclass(frozen=True)
class Fetched:
    """An answer. Header names are lower-case; `body` is decoded; `ms` is for it all.

    `redirects` are the addresses that led on, the first asked among them; `wire_bytes`
    is what came over the network for the last of them, heads included.
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    truncated: bool
    redirects: tuple[str, ...]
    address: str
    wire_bytes: int
    ms: float
    steps: tuple[Step, ...] = field(default=())

    @property
    def content_type(self) -> str:
        """The media type alone, lower-case; empty when none was named."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def require_ok(self) -> None:
        """Raise FetchFailed with an honest reason unless the answer is a success."""
        if 200 <= self.status < 300:  # noqa: PLR2004 - the class of successes
            return
        raise FetchFailed(
            _reason_of(self.status),
            f"status {self.status}",
            retry_after=_retry_after(self.headers.get("retry-after", "")),
        )


def _reason_of(status: int) -> FetchReason:
    if status in {401, 403, 407, 451, 999}:
        return FetchReason.FORBIDDEN
    if status in {404, 410}:
        return FetchReason.GONE
    if status in {420, 429}:
        return FetchReason.RATE_LIMITED
    return FetchReason.SERVER_ERROR if status >= 500 else FetchReason.BAD_RESPONSE  # noqa: PLR2004 - the class of server errors


def _retry_after(header: str) -> int | None:
    """Return the seconds that a Retry-After header asks for, within reason."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):  # the last: years beyond any C int
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    seconds = (aware - datetime.now(UTC)).total_seconds()
    return min(max(int(seconds), 0), MAX_RETRY_AFTER)
