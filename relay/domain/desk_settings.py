"""What organisers may choose for the desk: the choices, their defaults and bounds."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from relay.domain.entry import Kind
from relay.domain.errors import FieldError, Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


@dataclass(frozen=True)
class DeskSettings:
    """How the desk works, for everybody at it.

    `hand_out` entries are held by a moderator for `lease_minutes`. Makers of the kinds
    in `second_approval` need two approvals. `reports_hide` reports of different readers
    hide an entry until it is seen; 0 is never. Of entries that a rule lets through, one
    in `sample_one_in` is looked at afterwards; 0 is none.
    """

    hand_out: int = 20
    lease_minutes: int = 15
    second_approval: tuple[str, ...] = ()
    require_second_factor: bool = False
    reports_hide: int = 3
    blur_reported: bool = True
    sample_one_in: int = 10


# The smallest and the largest number of each that makes sense.
BOUNDS: dict[str, tuple[int, int]] = {
    "hand_out": (1, 50),
    "lease_minutes": (2, 240),
    "reports_hide": (0, 100),
    "sample_one_in": (0, 1_000),
}

DEFAULTS = DeskSettings()
NAMES = tuple(each.name for each in fields(DeskSettings))


def settings_of(stored: Mapping[str, Any]) -> DeskSettings:
    """Return the settings that are stored; what cannot be used has its default."""
    read: dict[str, Any] = {
        name: _read(name, value) for name, value in stored.items() if name in NAMES
    }
    return replace(
        DEFAULTS, **{name: value for name, value in read.items() if value is not None}
    )


def check_settings(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return changes as they are kept; raises Invalid naming each that cannot be."""
    read = {
        name: _read(name, value) if name in NAMES else None
        for name, value in changes.items()
    }
    faults = [FieldError(name, _fault(name)) for name in read if read[name] is None]
    if faults:
        raise Invalid(faults)
    return read


def _fault(name: str) -> str:
    if name not in NAMES:
        return "unknown"
    return "out_of_bounds" if name in BOUNDS else "not_a_choice"


def _read(name: str, value: object) -> int | bool | tuple[str, ...] | None:
    """Return a value as its field holds it, or None when it cannot be one."""
    if name in BOUNDS:
        return _number(value, *BOUNDS[name])
    if name == "second_approval":
        return _kinds(value)
    return value if isinstance(value, bool) else None


def _number(value: object, least: int, most: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if least <= value <= most else None


def _kinds(value: object) -> tuple[str, ...] | None:
    """Return kinds of makers in our own order, each once."""
    if not isinstance(value, (list, tuple)):
        return None
    if any(not isinstance(each, str) or each not in set(Kind) for each in value):
        return None
    return tuple(each.value for each in Kind if each in value)
