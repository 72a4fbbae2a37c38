from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from relay.domain.errors import Forbidden, Invalid, NotFound
from relay.domain.moderation import Choice, Reason
from relay.domain.reasons import MOST_REASONS, TEXT_MAX
from relay.models import AuditRow
from relay.models.moderator import Role
from relay.queries.reasons import find_reasons
from relay.services.reasons import (
    add_reason,
    bring_reason_back,
    move_reason_up,
    put_reason_away,
    reword_reason,
)
from tests.deciding import log
from tests.making import choose, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay


@pytest.fixture
def by(relay: Relay) -> int:
    return make_moderator(relay, role=Role.ORGANISER)


def add(relay: Relay, by: int, **texts: str) -> str:
    return add_reason(relay.engine, texts, moderator_id=by, clock=relay.clock)


def keys(relay: Relay) -> list[str]:
    with relay.engine.connect() as connection:
        return [each.key for each in find_reasons(connection) if each.active]


def test_our_own_reasons_are_there_from_the_beginning(relay: Relay) -> None:
    assert keys(relay) == [each.value for each in Reason]


def test_a_reason_is_added_behind_the_others_and_decided_with(
    relay: Relay, by: int
) -> None:
    key = add(relay, by, en="The wrong hashtag!", he="תגית שגויה")
    assert key == "the_wrong_hashtag"
    assert keys(relay)[-1] == key
    sent = send(relay)
    choose(relay, sent.ref, Choice.REJECT, by=by, reason=key)  # type: ignore[arg-type]
    assert log(relay)[0].reason == key


def test_a_reason_that_nobody_offers_is_named(relay: Relay, by: int) -> None:
    sent = send(relay)
    put_reason_away(relay.engine, Reason.NOT_ART, moderator_id=by, clock=relay.clock)
    for unknown in ("because", Reason.NOT_ART):
        with pytest.raises(Invalid, match=r"reason \(unknown\)"):
            choose(relay, sent.ref, Choice.REJECT, by=by, reason=unknown)  # type: ignore[arg-type]
    assert log(relay) == []


def test_two_reasons_with_the_same_words_have_keys_of_their_own(
    relay: Relay, by: int
) -> None:
    assert [add(relay, by, en="Other") for _ in range(2)] == ["other_2", "other_3"]
    assert add(relay, by, en="2 of them") == "reason_2_of_them"
    assert add(relay, by, en="é 原因") == "reason"
    assert add(relay, by, en="x" * TEXT_MAX) == "x" * 32


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        ({"en": " \u200b"}, r"text-en \(missing\)"),
        ({"he": "תגית"}, r"text-en \(missing\)"),
        ({"en": "x" * (TEXT_MAX + 1)}, r"text-en \(too_long\)"),
        ({"en": "x", "xx": "y"}, r"text-xx \(unknown\)"),
    ],
)
def test_words_that_cannot_be_kept_are_named(
    relay: Relay, by: int, texts: dict[str, str], fault: str
) -> None:
    with pytest.raises(Invalid, match=fault):
        add(relay, by, **texts)


def test_a_reason_of_our_own_is_reworded_and_gets_its_words_back(
    relay: Relay, by: int
) -> None:
    for texts in ({"en": "Not about care"}, {"en": ""}):
        reword_reason(
            relay.engine,
            Reason.OFF_THEME,
            texts,
            moderator_id=by,
            clock=relay.clock,
        )
        with relay.engine.connect() as connection:
            first = find_reasons(connection)[0]
        assert first.key == Reason.OFF_THEME
        assert first.text("en") == (texts["en"] or None)


def test_a_reason_goes_up_one_place_at_a_time(relay: Relay, by: int) -> None:
    key = add(relay, by, en="New")
    before = keys(relay)
    move_reason_up(relay.engine, key, moderator_id=by, clock=relay.clock)
    assert keys(relay) == [*before[:-2], key, before[-2]]
    first = keys(relay)[0]
    move_reason_up(relay.engine, first, moderator_id=by, clock=relay.clock)
    assert keys(relay)[0] == first


def test_one_reason_stays(relay: Relay, by: int) -> None:
    *others, last = keys(relay)
    for key in others:
        put_reason_away(relay.engine, key, moderator_id=by, clock=relay.clock)
    with pytest.raises(Forbidden):
        put_reason_away(relay.engine, last, moderator_id=by, clock=relay.clock)
    bring_reason_back(relay.engine, others[0], moderator_id=by, clock=relay.clock)
    assert keys(relay) == [others[0], last]


def test_there_are_never_more_than_can_be_looked_through(relay: Relay, by: int) -> None:
    for at in range(MOST_REASONS - len(Reason)):
        add(relay, by, en=f"Reason {at}")
    with pytest.raises(Invalid, match="too_many"):
        add(relay, by, en="One more")


def test_only_organisers_keep_the_reasons(relay: Relay, by: int) -> None:
    moderator = make_moderator(relay, "ken@example.org")
    with pytest.raises(Forbidden):
        add(relay, moderator, en="Mine")
    with pytest.raises(NotFound):
        put_reason_away(relay.engine, "nothing", moderator_id=by, clock=relay.clock)


def test_the_log_tells_what_organisers_did(relay: Relay, by: int) -> None:
    key = add(relay, by, en="New")
    put_reason_away(relay.engine, key, moderator_id=by, clock=relay.clock)
    with Session(relay.engine) as session:
        rows = session.exec(select(AuditRow).order_by(col(AuditRow.id))).all()
    assert [(each.what, each.subject) for each in rows] == [
        ("reason.added", key),
        ("reason.put_away", key),
    ]
