"""The one tree of errors: each is a sentence that a person can act on.

RelayError
├── Invalid            what was sent cannot be kept; names every field
├── NotFound           there is no such thing, or the reader may not see it
├── Conflict           somebody else changed it first
├── SeasonClosed       the season does not take entries now
├── Forbidden          this person may not do this
├── TooMany            asked too often; says when to come back
├── Unavailable        a part we need does not answer now
├── FetchFailed        a link could not be fetched; says why and whether to try again
├── PictureRefused     a picture could not be used; says why
└── MailFailed         a mail could not be handed over; says whether to try again

`code` is stable: the edges translate it, machines read it. `str(error)` is the
English sentence for logs and the command line.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class RelayError(Exception):
    """Anything that this software refuses or could not do."""

    code = "error"


@dataclass(frozen=True)
class FieldError:
    """One field that must change: its name in the form, and a stable code."""

    field: str
    code: str


class Invalid(RelayError):
    """What was sent cannot be kept as it is."""

    code = "invalid"

    def __init__(self, fields: Iterable[FieldError]) -> None:
        self.fields = tuple(fields)
        named = ", ".join(f"{each.field} ({each.code})" for each in self.fields)
        super().__init__(f"Please correct: {named}.")


class NotFound(RelayError):
    """There is no such thing, or this reader may not see it."""

    code = "not_found"


class Conflict(RelayError):
    """Somebody else changed it first."""

    code = "conflict"


class SeasonClosed(RelayError):
    """The season does not take entries now.

    `reason` is `not_yet_open`, `closed` or `no_season`; `at` is the moment that
    decided, in aware UTC, when there is one.
    """

    code = "season_closed"

    def __init__(self, reason: str, *, at: datetime | None = None) -> None:
        self.reason = reason
        self.at = at
        when = f" ({at.isoformat()})" if at else ""
        super().__init__(f"This season does not take entries now: {reason}{when}.")


class Forbidden(RelayError):
    """This person may not do this."""

    code = "forbidden"


class TooMany(RelayError):
    """Asked too often."""

    code = "too_many"

    def __init__(self, message: str, *, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class Unavailable(RelayError):
    """A part that we need does not answer now."""

    code = "unavailable"


class FetchReason(StrEnum):
    """Why a link gave no page. Values are stored and shown: never rename one."""

    BAD_URL = "bad_url"
    BLOCKED_ADDRESS = "blocked_address"
    DNS = "dns"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    BAD_RESPONSE = "bad_response"
    BAD_REDIRECT = "bad_redirect"
    NOT_A_PAGE = "not_a_page"
    LOGIN_WALL = "login_wall"
    FORBIDDEN = "forbidden"
    GONE = "gone"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    NOT_ASKED = "not_asked"


_TRY_AGAIN = frozenset(
    {
        FetchReason.DNS,
        FetchReason.UNREACHABLE,
        FetchReason.TIMEOUT,
        FetchReason.BAD_RESPONSE,
        FetchReason.RATE_LIMITED,
        FetchReason.SERVER_ERROR,
    }
)


class FetchFailed(RelayError):
    """A link could not be fetched.

    `reason` says why; `retry_after` is the number of seconds that the other side
    asked us to wait, when it said so.
    """

    code = "fetch_failed"

    def __init__(
        self, reason: FetchReason, detail: str = "", *, retry_after: int | None = None
    ) -> None:
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)

    @property
    def permanent(self) -> bool:
        """Whether trying again later cannot help."""
        return self.reason not in _TRY_AGAIN


class PictureReason(StrEnum):
    """Why a picture was not used. Values are stored and shown: never rename one."""

    UNKNOWN_FORMAT = "unknown_format"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MUCH_MEMORY = "too_much_memory"
    BROKEN = "broken"
    TOO_SLOW = "too_slow"
    TOO_SMALL = "too_small"


class PictureRefused(RelayError):
    """A picture could not be used."""

    code = "picture_refused"

    def __init__(self, reason: PictureReason, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)


class MailFailed(RelayError):
    """A mail could not be handed over to the mail server.

    `reason` is a short code and `detail` what the server said; `permanent` says that
    trying again later cannot help.
    """

    code = "mail_failed"

    def __init__(self, reason: str, detail: str = "", *, permanent: bool) -> None:
        self.reason = reason
        self.detail = detail
        self.permanent = permanent
        super().__init__(f"{reason}: {detail}" if detail else reason)
