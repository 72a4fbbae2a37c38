"""The moderation of an entry: its states, the decisions, and the allowed steps."""

from __future__ import annotations

from enum import StrEnum

from relay.domain.errors import FieldError, Forbidden, Invalid


class Moderation(StrEnum):
    """Where people have brought an entry. Values are stored: never rename one."""

    DRAFT = "draft"
    PENDING = "pending"
    APPROVED = "approved"
    CHANGES_ASKED = "changes_asked"
    REJECTED = "rejected"
    TAKEN_DOWN = "taken_down"
    WITHDRAWN = "withdrawn"


class Choice(StrEnum):
    """What a moderator may decide."""

    APPROVE = "approve"
    REJECT = "reject"
    ASK_CHANGES = "ask_changes"
    TAKE_DOWN = "take_down"
    RESTORE = "restore"
    MERGE = "merge"
    EDIT = "edit"
    BLUR = "blur"
    UNBLUR = "unblur"
    STASH = "stash"
    ASSIGN = "assign"
    UNDO = "undo"
    APPEAL = "appeal"


class Actor(StrEnum):
    """Who or what decided: a person of the desk, the maker, a rule, or the clock."""

    MODERATOR = "moderator"
    MAKER = "maker"
    RULE = "rule"
    REPORTS = "reports"
    CLOCK = "clock"


class Reason(StrEnum):
    """Why a moderator did not simply approve: our own; organisers may add others."""

    OFF_THEME = "off_theme"
    NOT_ART = "not_art"
    NOT_YOURS = "not_yours"
    PERSONAL_DATA = "personal_data"
    CHILD_NAMED = "child_named"
    HURTFUL = "hurtful"
    ADVERTISING = "advertising"
    BROKEN_LINK = "broken_link"
    DUPLICATE = "duplicate"
    UNCLEAR = "unclear"
    ASKED_BY_MAKER = "asked_by_maker"
    OTHER = "other"


# What each decision makes of an entry, by the state that it is in.
STEPS: dict[Choice, dict[Moderation, Moderation]] = {
    Choice.APPROVE: {
        Moderation.PENDING: Moderation.APPROVED,
        Moderation.CHANGES_ASKED: Moderation.APPROVED,
    },
    Choice.REJECT: {
        Moderation.PENDING: Moderation.REJECTED,
        Moderation.CHANGES_ASKED: Moderation.REJECTED,
    },
    Choice.ASK_CHANGES: {Moderation.PENDING: Moderation.CHANGES_ASKED},
    Choice.TAKE_DOWN: {Moderation.APPROVED: Moderation.TAKEN_DOWN},
    Choice.RESTORE: {
        Moderation.TAKEN_DOWN: Moderation.APPROVED,
        Moderation.REJECTED: Moderation.PENDING,
    },
}

# Steps that a form of their own takes, or that somebody else than a moderator takes.
_OTHER_STEPS: dict[Choice, dict[Moderation, Moderation]] = {
    Choice.MERGE: {
        Moderation.PENDING: Moderation.REJECTED,
        Moderation.CHANGES_ASKED: Moderation.REJECTED,
        Moderation.APPROVED: Moderation.TAKEN_DOWN,
    },
    Choice.APPEAL: {Moderation.REJECTED: Moderation.PENDING},
}

_ALL_STEPS = STEPS | _OTHER_STEPS

_KEPT = frozenset(set(Moderation) - {Moderation.DRAFT, Moderation.WITHDRAWN})

# What may be done to an entry that stays where it is, by the states that it may be in.
BESIDE: dict[Choice, frozenset[Moderation]] = {
    Choice.EDIT: _KEPT,
    Choice.BLUR: _KEPT,
    Choice.UNBLUR: _KEPT,
    Choice.STASH: frozenset({Moderation.PENDING, Moderation.CHANGES_ASKED}),
    Choice.ASSIGN: frozenset({Moderation.PENDING, Moderation.CHANGES_ASKED}),
}

NEEDS_REASON = frozenset(
    {Choice.REJECT, Choice.ASK_CHANGES, Choice.TAKE_DOWN, Choice.MERGE}
)

# A maker may still change an entry in these states; other words for one that is public
# wait beside it.
MAKER_MAY_CHANGE = frozenset({Moderation.PENDING, Moderation.CHANGES_ASKED})
MAKER_MAY_REVISE = frozenset({Moderation.APPROVED})

# What was sent in stays its maker's: they may have it deleted, however it was decided.
MAKER_MAY_WITHDRAW = frozenset(set(Moderation) - {Moderation.WITHDRAWN})


def step(now: Moderation, choice: Choice) -> Moderation:
    """Return the state after a decision; raises Forbidden when it is not allowed."""
    after = _ALL_STEPS.get(choice, {}).get(now)
    if now in BESIDE.get(choice, ()):
        after = now
    if after is None:
        message = f"An entry that is {now.value} cannot be decided {choice.value}."
        raise Forbidden(message)
    return after


def require_reason(choice: Choice, reason: str | None) -> None:
    """Raise Invalid when a decision needs a reason and has none."""
    if choice in NEEDS_REASON and not reason:
        raise Invalid([FieldError("reason", "missing")])


def choices_for(now: Moderation) -> tuple[Choice, ...]:
    """Return the plain decisions that are allowed in a state, in the order shown."""
    return tuple(choice for choice, steps in STEPS.items() if now in steps)


def is_allowed(now: Moderation, choice: Choice) -> bool:
    """Tell whether an entry in a state may be decided so, for what a page offers."""
    try:
        step(now, choice)
    except Forbidden:
        return False
    return True
