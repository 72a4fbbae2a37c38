"""Times as people type them: local ones, which may be skipped or come twice a year."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from relay.domain.errors import FieldError, Invalid

if TYPE_CHECKING:
    from datetime import tzinfo


def read_local(
    text: str, zone: tzinfo, *, field: str, is_later: bool | None = None
) -> datetime:
    """Return the moment, in UTC, of a local time such as 2026-06-21T09:00.

    A time with an offset of its own is that moment. Raises Invalid for `field`:
    `not_a_time`; `skipped`, when clocks leap over it; and `twice`, when they are put
    back and it comes again, unless `is_later` says which of the two is meant.
    """
    try:
        read = datetime.fromisoformat(text.strip())
        if read.tzinfo is not None:
            return read.astimezone(UTC)
        first, second = (
            read.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)
        )
        is_there = first.astimezone(zone).replace(tzinfo=None) == read
    except (ValueError, OverflowError):
        raise Invalid([FieldError(field, "not_a_time")]) from None
    if not is_there:
        raise Invalid([FieldError(field, "skipped")])
    if first != second and is_later is None:
        raise Invalid([FieldError(field, "twice")])
    return second if is_later else first


def write_local(at: datetime, zone: tzinfo) -> str:
    """Return a moment as a form's field for local times holds it."""
    return at.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")


def comes_later(at: datetime, zone: tzinfo) -> bool | None:
    """Tell whether a moment is the second of two with one local time; None: of one."""
    local = at.astimezone(zone)
    other = local.replace(fold=1 - local.fold)
    return bool(local.fold) if other.utcoffset() != local.utcoffset() else None
