"""Which decisions are allowed, and which need a reason."""

from __future__ import annotations

import pytest

from relay.domain.errors import Forbidden, Invalid
from relay.domain.moderation import (
    MAKER_MAY_CHANGE,
    MAKER_MAY_WITHDRAW,
    Choice,
    Moderation,
    Reason,
    choices_for,
    require_reason,
    step,
)


def test_a_waiting_entry_may_be_approved_rejected_or_sent_back() -> None:
    assert choices_for(Moderation.PENDING) == (
        Choice.APPROVE,
        Choice.REJECT,
        Choice.ASK_CHANGES,
    )


@pytest.mark.parametrize("choice", Choice)
@pytest.mark.parametrize("state", [Moderation.DRAFT, Moderation.WITHDRAWN])
def test_drafts_and_withdrawn_entries_are_never_decided(
    state: Moderation, choice: Choice
) -> None:
    with pytest.raises(Forbidden):
        step(state, choice)


def test_withdrawn_is_final() -> None:
    assert Moderation.WITHDRAWN not in MAKER_MAY_CHANGE | MAKER_MAY_WITHDRAW
    assert choices_for(Moderation.WITHDRAWN) == ()


def test_what_was_taken_down_can_be_restored_and_a_rejection_reopened() -> None:
    assert step(Moderation.TAKEN_DOWN, Choice.RESTORE) is Moderation.APPROVED
    assert step(Moderation.REJECTED, Choice.RESTORE) is Moderation.PENDING


def test_only_approving_and_restoring_need_no_reason() -> None:
    for choice in (Choice.REJECT, Choice.ASK_CHANGES, Choice.TAKE_DOWN):
        with pytest.raises(Invalid):
            require_reason(choice, None)
        require_reason(choice, Reason.OTHER)
    require_reason(Choice.APPROVE, None)
    require_reason(Choice.RESTORE, None)
