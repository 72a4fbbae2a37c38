"""The keys of the desk: one table, which help, settings and script are made from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from relay.domain.errors import FieldError, Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Act(StrEnum):
    """What one key does at the desk. Values are stored: never rename one."""

    NEXT = "next"
    PREVIOUS = "previous"
    APPROVE = "approve"
    CHANGES = "changes"
    REJECT = "reject"
    STASH = "stash"
    EDIT = "edit"
    UNDO = "undo"
    HELP = "help"


DEFAULT_KEYS: dict[Act, str] = {
    Act.NEXT: "j",
    Act.PREVIOUS: "k",
    Act.APPROVE: "a",
    Act.CHANGES: "c",
    Act.REJECT: "r",
    Act.STASH: "s",
    Act.EDIT: "e",
    Act.UNDO: "u",
    Act.HELP: "?",
}


@dataclass(frozen=True)
class Habits:
    """How one account likes to work: keys, and pictures that are veiled first."""

    keys_on: bool
    keys: Mapping[Act, str]
    veil: bool = False

    def stored(self) -> dict[str, Any]:
        """Return them as an account keeps them; a key as it comes is not kept."""
        own = {
            act.value: key for act, key in self.keys.items() if DEFAULT_KEYS[act] != key
        }
        return {"keys_on": self.keys_on, "keys": own, "veil": self.veil}


def habits_of(stored: Mapping[str, Any] | None) -> Habits:
    """Return an account's habits; what cannot be used is as it comes."""
    kept = stored or {}
    own = kept.get("keys")
    keys = DEFAULT_KEYS | {
        act: own[act.value]
        for act in Act
        if isinstance(own, dict) and _is_key(own.get(act.value))
    }
    if len(set(keys.values())) < len(keys):
        keys = DEFAULT_KEYS
    return Habits(kept.get("keys_on") is not False, keys, kept.get("veil") is True)


def check_habits(*, keys_on: bool, keys: Mapping[Act, str], veil: bool) -> Habits:
    """Return habits as typed; raises Invalid naming keys that are none, or double."""
    read = {act: keys.get(act, "").strip().casefold() for act in Act}
    faults = [
        FieldError(f"key-{act.value}", "missing" if not key else "not_a_key")
        for act, key in read.items()
        if not _is_key(key)
    ]
    taken: dict[str, Act] = {}
    for act, key in read.items():
        if _is_key(key) and taken.setdefault(key, act) is not act:
            faults.append(FieldError(f"key-{act.value}", "taken"))
    if faults:
        raise Invalid(faults)
    return Habits(keys_on, read, veil)


def _is_key(key: object) -> bool:
    """Whether one press makes it: one character, and no digit, which picks a reason."""
    return (
        isinstance(key, str)
        and len(key) == 1
        and key.isprintable()
        and not key.isspace()
        and not key.isdigit()
    )
