from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, event, update
from sqlmodel import Session, col, select

from relay.domain.errors import FetchReason
from relay.domain.looks import LinkTrouble
from relay.domain.moderation import Choice, Reason
from relay.domain.preview import PreviewState
from relay.models import Entry, Look, LookFile, Season
from relay.queries.links import (
    COUNT_MAX,
    count_links,
    find_new_picture,
    is_looked_at,
    list_links,
)
from tests.looking import (
    DAY,
    LANTERNS,
    find_nothing,
    find_page,
    later_clock,
    look,
    publish_one,
)
from tests.making import choose, make_moderator, send
from tests.web.making import Maker

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay
    from tests.making import SetClock


@pytest.fixture
def clock() -> SetClock:
    return later_clock()


def count(relay: Relay) -> dict[str, int]:
    with relay.engine.connect() as connection:
        found = count_links(connection)
    return {trouble.value: number for trouble, number in found.items() if number}


def names(relay: Relay, trouble: LinkTrouble) -> list[str]:
    with relay.engine.connect() as connection:
        return [each.title for each in list_links(connection, trouble)]


def test_links_are_counted_and_listed_by_what_is_the_matter(
    either_relay: Relay, clock: SetClock
) -> None:
    by = make_moderator(either_relay)
    for reason in (FetchReason.FORBIDDEN, FetchReason.GONE):
        sent = send(either_relay, f"https://example.org/{reason}", title=reason.value)
        find_nothing(either_relay, clock, reason)
        choose(either_relay, sent.ref, by=by)
    publish_one(either_relay, clock, title="Changing")
    waiting = send(either_relay, "https://example.org/waiting")
    find_nothing(either_relay, clock, FetchReason.FORBIDDEN)
    assert waiting.ref  # not published, so not counted
    assert count(either_relay) == {"refused": 1, "gone": 1}
    clock.time += 13 * DAY
    with Session(either_relay.engine) as session:
        session.exec(update(Entry).where(Entry.title == "gone").values(link=""))  # type: ignore[arg-type]
        session.commit()
    look(either_relay, clock)
    find_page(either_relay, clock, title="Shoes", picture=LANTERNS)
    assert count(either_relay) == {"refused": 1, "gone": 1, "changed": 1}
    assert names(either_relay, LinkTrouble.CHANGED) == ["Changing"]
    assert names(either_relay, LinkTrouble.REFUSED) == ["forbidden"]
    assert names(either_relay, LinkTrouble.GONE) == ["gone"]
    assert names(either_relay, LinkTrouble.FAILED) == []


def test_a_change_is_shown_beside_what_was_approved(
    relay: Relay, clock: SetClock
) -> None:
    sent = publish_one(relay, clock)
    look(relay, clock)
    find_page(relay, clock, title="Shoes", picture=LANTERNS)
    with relay.engine.connect() as connection:
        (item,) = list_links(connection, LinkTrouble.CHANGED)
        new = find_new_picture(connection, sent.ref)
        assert find_new_picture(connection, "nobody") is None
    assert item.now is not None
    assert (item.approved.title, item.now.title) == ("Paper boats", "Shoes")
    assert item.approved.picture is not None
    assert item.now.picture == new
    assert new is not None
    assert LANTERNS in new.key
    assert not item.shows_own
    assert item.version == 1


def test_what_is_taken_down_needs_no_look(relay: Relay, clock: SetClock) -> None:
    sent = publish_one(relay, clock)
    look(relay, clock)
    find_page(relay, clock, picture=LANTERNS)
    by = make_moderator(relay)
    choose(relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    assert count(relay) == {}


def test_lists_have_pages(relay: Relay, clock: SetClock) -> None:
    by = make_moderator(relay)
    for number in range(3):
        sent = send(relay, f"https://example.org/{number}", title=f"No {number}")
        find_nothing(relay, clock, FetchReason.FORBIDDEN)
        choose(relay, sent.ref, by=by)
    with relay.engine.connect() as connection:
        first = list_links(connection, LinkTrouble.REFUSED, limit=2)
        rest = list_links(connection, LinkTrouble.REFUSED, below=first[-1].place)
    assert [each.title for each in first] == ["No 2", "No 1"]
    assert [each.title for each in rest] == ["No 0"]


def test_links_of_every_season_are_counted_and_listed_in_one_order(
    either_relay: Relay,
) -> None:
    maker = Maker(either_relay)
    with Session(either_relay.engine) as session:
        here = session.exec(select(Season)).one()
        past = Season(
            **here.model_dump(exclude={"id", "slug", "number", "titles"}),
            slug="past",
            number=here.number + 1,
            titles={"en": "An earlier one"},
        )
        session.add(past)
        session.commit()
        past_id = past.id
    for number, season in enumerate((None, past_id, None, past_id)):
        more: dict[str, Any] = {"season_id": season} if season else {}
        maker.published(title=f"No {number}", preview=PreviewState.GONE, **more)
    with Session(either_relay.engine) as session:
        for each in session.exec(select(Entry).where(col(Entry.no) > 2)).all():
            now = either_relay.clock.now()
            session.add(Look(entry_id=each.id or 0, looked_at=now, changed_at=now))
        session.commit()
    assert count(either_relay) == {"gone": 4, "changed": 2}
    with either_relay.engine.connect() as connection:
        first = list_links(connection, LinkTrouble.GONE, limit=3)
        rest = list_links(connection, LinkTrouble.GONE, below=first[-1].place)
    assert [each.title for each in first + rest] == ["No 3", "No 2", "No 1", "No 0"]
    assert first[0].season_titles == {"en": "An earlier one"}
    assert first[0].season_id == past_id != first[1].season_id
    assert names(either_relay, LinkTrouble.CHANGED) == ["No 3", "No 2"]


def test_before_the_first_season_no_link_needs_a_look(relay: Relay) -> None:
    with Session(relay.engine) as session:
        session.exec(delete(Season))
        session.commit()
    assert count(relay) == {}
    assert names(relay, LinkTrouble.GONE) == []


def test_nothing_is_counted_beyond_ninety_nine(relay: Relay) -> None:
    maker = Maker(relay)
    for number in range(COUNT_MAX + 5):
        maker.published(title=f"No {number}")
    with Session(relay.engine) as session:
        session.exec(update(Entry).values(preview="failed"))
        session.commit()
    assert count(relay) == {"failed": COUNT_MAX + 1}


def test_an_index_holds_what_is_counted(relay: Relay) -> None:
    asked: list[tuple[str, object]] = []

    def note(*args: object) -> None:
        asked.append((str(args[2]), args[3]))

    event.listen(relay.engine, "before_cursor_execute", note)
    count(relay)
    event.remove(relay.engine, "before_cursor_execute", note)
    plans = []
    with relay.engine.connect() as connection:
        for statement, values in asked:
            if "count(*)" in statement:
                rows = connection.exec_driver_sql(
                    f"EXPLAIN QUERY PLAN {statement}",
                    values,  # type: ignore[arg-type]
                )
                plans.append(" ".join(str(row[3]) for row in rows))
    changed, *others = plans
    assert "ix_look_changed_at" in changed
    assert len(others) == 3
    assert all("ix_entry_link_trouble" in each for each in others)


def test_a_visit_that_is_due_counts_as_looking(relay: Relay, clock: SetClock) -> None:
    sent = publish_one(relay, clock)
    with relay.engine.connect() as connection:
        assert not is_looked_at(connection, sent.entry_id, now=clock.time)
    look(relay, clock)
    with relay.engine.connect() as connection:
        assert is_looked_at(connection, sent.entry_id, now=clock.time)
        assert not is_looked_at(connection, sent.entry_id, now=clock.time - DAY)


def test_a_picture_that_nobody_approved_is_not_public(
    relay: Relay, clock: SetClock, client: FlaskClient
) -> None:
    publish_one(relay, clock)
    look(relay, clock)
    find_page(relay, clock, picture=LANTERNS)
    with Session(relay.engine) as session:
        keys = session.exec(select(LookFile.key)).all()
    assert len(keys) == 3
    for key in keys:
        assert relay.media.get(key) is not None
        assert client.get(f"/media/{key}").status_code == 404
