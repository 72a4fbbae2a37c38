from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import Session, select

from relay.domain.errors import Conflict, Invalid
from relay.models import AuditRow, DeskSetting
from relay.services.desk_settings import DeskSettings, change_settings, read_settings
from relay.services.writing import writing
from tests.making import make_moderator, wait_until_blocked

if TYPE_CHECKING:
    from relay.bootstrap import Relay


def change(
    relay: Relay,
    by: int,
    seen: dict[str, Any] | None = None,
    **changes: Any,  # noqa: ANN401 - any setting
) -> DeskSettings:
    return change_settings(
        relay.engine, changes, moderator_id=by, clock=relay.clock, seen=seen
    )


def test_settings_are_kept_and_the_log_says_what_they_were(
    either_relay: Relay,
) -> None:
    by = make_moderator(either_relay)
    changed = change(
        either_relay, by, hand_out=10, second_approval=["city"], reports_hide=3
    )
    assert changed == DeskSettings(hand_out=10, second_approval=("city",))
    with Session(either_relay.engine) as session:
        assert read_settings(session) == changed
        assert read_settings(session.connection()) == changed
        row = session.exec(select(AuditRow)).one()
    assert (row.what, row.moderator_id) == ("settings.changed", by)
    assert row.details == {
        "before": {"hand_out": 20, "second_approval": []},
        "after": {"hand_out": 10, "second_approval": ["city"]},
    }


def test_what_stays_as_it_is_leaves_no_trace(relay: Relay) -> None:
    by = make_moderator(relay)
    change(relay, by, hand_out=20)
    with Session(relay.engine) as session:
        assert session.exec(select(AuditRow)).all() == []
        assert session.exec(select(DeskSetting)).all() == []


def test_one_wrong_setting_keeps_all_from_being_changed(relay: Relay) -> None:
    by = make_moderator(relay)
    with pytest.raises(Invalid, match="lease_minutes"):
        change(relay, by, hand_out=10, lease_minutes=0)
    with relay.engine.connect() as connection:
        assert read_settings(connection) == DeskSettings()


def test_two_organisers_never_overwrite_each_other(either_relay: Relay) -> None:
    by = make_moderator(either_relay)
    seen = {"hand_out": 20, "second_approval": [], "reports_hide": 3}
    change(either_relay, by, seen, hand_out=10)
    with pytest.raises(Conflict):
        change(either_relay, by, seen, hand_out=30)
    # The same wish twice is no conflict, and neither is another setting.
    change(either_relay, by, seen, hand_out=10, second_approval=["city"])
    with either_relay.engine.connect() as connection:
        assert read_settings(connection) == DeskSettings(
            hand_out=10, second_approval=("city",)
        )


@pytest.mark.postgres
def test_of_two_who_change_the_same_at_the_same_moment_one_is_told(
    postgres_relay: Relay,
) -> None:
    relay, by = postgres_relay, make_moderator(postgres_relay)
    change(relay, by, hand_out=10)
    with ThreadPoolExecutor(2) as both:
        with writing(relay.engine) as session:
            session.get(DeskSetting, "hand_out", with_for_update=True)
            changes = [
                both.submit(change, relay, by, {"hand_out": 10}, hand_out=wanted)
                for wanted in (30, 40)
            ]
            wait_until_blocked(relay, 2)
        told = [each.exception() for each in changes]
    assert [type(each) for each in told if each] == [Conflict]
