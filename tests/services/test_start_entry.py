from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from relay.domain.errors import FieldError, Invalid, SeasonClosed
from relay.domain.moderation import Moderation
from relay.domain.preview import PreviewState
from relay.domain.secret import hash_token
from relay.models import Entry, OutboxRow, OutboxState, Season, Topic
from relay.services.open_season import set_hours
from relay.services.start_entry import incoming_key, start_entry
from tests.making import SetClock, find, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay

LINK = "https://www.instagram.com/p/abc/?igsh=1"


def work(relay: Relay) -> list[tuple[Topic, int, OutboxState]]:
    with Session(relay.engine) as session:
        rows = session.exec(select(OutboxRow).order_by(col(OutboxRow.id)))
        return [(row.topic, row.subject, row.state) for row in rows]


def kept(relay: Relay) -> int:
    with Session(relay.engine) as session:
        return len(session.exec(select(Entry.id)).all())


def test_a_link_is_kept_at_once_with_the_work_it_needs(either_relay: Relay) -> None:
    started = start_entry(either_relay.intake, link=LINK, title=" Spring\n", lang="he")
    entry = find(either_relay, started.ref)
    assert entry.moderation is Moderation.DRAFT
    assert entry.preview is PreviewState.QUEUED
    assert entry.link == LINK
    assert entry.canonical == "https://www.instagram.com/p/abc/"
    assert (entry.platform, entry.title, entry.lang) == ("instagram", "Spring", "he")
    due = (Topic.FETCH_PREVIEW, started.entry_id, OutboxState.DUE)
    assert work(either_relay) == [due]


def test_only_the_hash_of_the_secret_is_kept(either_relay: Relay) -> None:
    started = start_entry(either_relay.intake, link=LINK)
    entry = find(either_relay, started.ref)
    assert entry.token_hash == hash_token(started.token)
    assert started.token not in repr(entry.model_dump())


def test_a_picture_alone_is_enough(either_relay: Relay) -> None:
    started = start_entry(either_relay.intake, picture=b"bytes")
    assert find(either_relay, started.ref).platform == "none"
    assert work(either_relay) == [
        (Topic.MAKE_PICTURE, started.entry_id, OutboxState.DUE)
    ]
    assert either_relay.media.get(incoming_key(started.ref)) == b"bytes"


def test_nothing_at_all_is_refused(relay: Relay) -> None:
    with pytest.raises(Invalid, match=r"link \(missing\)"):
        start_entry(relay.intake)


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1/",
        "ftp://example.org/a",
        "javascript:alert(1)",
        "http://[::1]/",
        "no link",
        "https://example.org/" + "a" * 2_000,
    ],
)
def test_a_link_that_may_not_be_fetched_leaves_no_row(relay: Relay, link: str) -> None:
    with pytest.raises(Invalid, match="link"):
        start_entry(relay.intake, link=link, picture=b"bytes")
    assert kept(relay) == 0
    assert work(relay) == []


def test_an_address_of_the_operator_may_be_linked(relay: Relay) -> None:
    intake = replace(relay.intake, allow=frozenset({"127.0.0.1:8099"}))
    assert start_entry(intake, link="http://127.0.0.1:8099/work").ref


def test_an_older_entry_with_the_same_link_is_named(either_relay: Relay) -> None:
    first = send(either_relay, LINK)
    again = start_entry(
        either_relay.intake, link="https://instagram.com/p/abc/?utm_source=x"
    )
    other = start_entry(either_relay.intake, link="https://instagram.com/p/abd/")
    assert again.duplicate_of == first.ref
    assert other.duplicate_of is None


def test_a_post_shared_twice_is_one_post_whatever_token_it_was_given(
    either_relay: Relay,
) -> None:
    post = "https://www.xiaohongshu.com/explore/64aabbccddeeff0011223344"
    first = send(either_relay, f"{post}?xsec_token=ABcd=&xsec_source=pc_share")
    again = start_entry(either_relay.intake, link=f"{post}?xsec_token=CBq=")
    assert again.duplicate_of == first.ref
    # Without its token the post would not open.
    assert find(either_relay, again.ref).link.endswith("?xsec_token=CBq=")


def test_a_draft_is_no_twin(relay: Relay) -> None:
    start_entry(relay.intake, link=LINK)
    assert start_entry(relay.intake, link=LINK).duplicate_of is None


@pytest.mark.parametrize("reason", ["closed", "not_yet_open"])
def test_a_closed_season_takes_nothing_and_says_since_when(
    either_relay: Relay, reason: str
) -> None:
    now = either_relay.clock.now().replace(microsecond=0)
    days = -2 if reason == "closed" else 1
    opens = now + timedelta(days=days)
    closes = now + timedelta(days=days + 1)
    set_hours(
        either_relay.engine,
        "leave-no-one-behind",
        opens_at=opens,
        closes_at=closes,
        clock=either_relay.clock,
    )
    with pytest.raises(SeasonClosed) as closed:
        start_entry(either_relay.intake, link=LINK, picture=b"bytes")
    assert closed.value.reason == reason
    assert closed.value.at == (closes if reason == "closed" else opens)
    assert kept(either_relay) == 0


def test_a_refused_picture_is_not_left_behind(relay: Relay) -> None:
    now = relay.clock.now()
    set_hours(
        relay.engine,
        "leave-no-one-behind",
        opens_at=now - timedelta(days=2),
        closes_at=now - timedelta(days=1),
        clock=relay.clock,
    )
    with pytest.raises(SeasonClosed):
        start_entry(relay.intake, picture=b"with the place where it was taken")
    folder = relay.settings.data / "media"
    assert [each for each in folder.rglob("*") if each.is_file()] == []


def test_there_is_no_season_of_another_name(relay: Relay) -> None:
    with pytest.raises(Invalid) as caught:
        start_entry(relay.intake, link=LINK, season="somewhere-else")
    assert caught.value.fields == (FieldError("season", "unknown"),)


def test_the_newest_season_that_has_opened_takes_the_entry(relay: Relay) -> None:
    with Session(relay.engine) as session:
        first = session.exec(select(Season)).one()
        values = first.model_dump(exclude={"id"})
        opens = relay.clock.now() + timedelta(days=30)
        session.add(
            Season(**{**values, "slug": "next", "number": 4, "opens_at": opens})
        )
        session.commit()
        first_id = first.id
    assert find(relay, start_entry(relay.intake, link=LINK).ref).season_id == first_id
    then = replace(relay.intake, clock=SetClock(opens + timedelta(seconds=1)))
    assert find(relay, start_entry(then, link=LINK).ref).season_id != first_id


def test_a_very_long_title_from_a_share_text_is_cut(relay: Relay) -> None:
    started = start_entry(relay.intake, link=LINK, title="lantern " * 100)
    title = find(relay, started.ref).title
    assert len(title) <= 200
    assert title.endswith("…")


def test_times_are_kept_in_utc(either_relay: Relay) -> None:
    clock = SetClock(datetime(2030, 1, 2, 3, 4, 5, 678901, tzinfo=UTC))
    started = start_entry(replace(either_relay.intake, clock=clock), link=LINK)
    assert find(either_relay, started.ref).started_at == clock.time
