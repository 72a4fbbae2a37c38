from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import Session, select

from relay.bootstrap import open_relay
from relay.domain.moderation import Choice, Moderation, Reason
from relay.models import Baton, Entry, Season
from relay.queries.map import list_countries, list_flows, list_places
from relay.queries.relay_figures import (
    SeasonFigures,
    measure_season,
    tell_flow_list,
    tell_season,
)
from relay.queries.relay_rows import read_relay
from tests.growing import microseconds
from tests.making import (
    CAMBRIDGE,
    NAIROBI,
    NANJING,
    SetClock,
    choose,
    find,
    make_moderator,
    send,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relay.bootstrap import Relay
    from relay.services.submit_entry import Receipt

DAYS = timedelta(days=1)
NOW = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def passed_on(either_relay: Relay) -> Iterator[tuple[Relay, list[Receipt]]]:
    """Nanjing → Cambridge (hidden) → Nairobi → Nairobi, Nanjing again, a day apart."""
    clock = SetClock(NOW - 20 * DAYS)
    relay = open_relay(either_relay.settings, clock=clock)
    with Session(relay.engine) as session:
        season = session.exec(select(Season)).one()
        season.opens_at = clock.time
        session.add(season)
        session.commit()
    sent: list[Receipt] = []
    for city, parent in (
        (NANJING, None),
        (CAMBRIDGE, 0),
        (NAIROBI, 1),
        (NAIROBI, 2),
        (NANJING, None),
    ):
        clock.time += DAYS
        link, baton = f"https://example.org/{len(sent)}", ""
        if parent is not None:
            baton = sent[parent].baton
        sent.append(send(relay, link, city=city, baton=baton))
    mei = make_moderator(relay)
    for at in (4, 3, 2, 1, 0):  # approved in another order than they were sent in
        choose(relay, sent[at].ref, by=mei)
    choose(relay, sent[1].ref, Choice.TAKE_DOWN, by=mei, reason=Reason.OTHER, note="x")
    yield relay, sent
    relay.engine.dispose()


def measure(relay: Relay) -> SeasonFigures:
    with Session(relay.engine) as session:
        season_id = session.exec(select(Season.id)).one()
        assert season_id is not None
        return measure_season(
            session.connection(),
            season_id,
            gazetteer=relay.gazetteer,
            now=microseconds(NOW),
        )


def test_a_season_is_measured_past_what_is_hidden(
    passed_on: tuple[Relay, list[Receipt]],
) -> None:
    relay, sent = passed_on
    numbers = [find(relay, each.ref).no for each in sent]
    told: dict[str, Any] = tell_season(measure(relay))
    assert told["n"] == 4
    assert told["breadths"] == [2, 1, 1]
    assert [each["root"] for each in told["trees"]] == [numbers[0], numbers[4]]
    assert told["attribution_share"] == pytest.approx(2 / 3)
    assert told["is_partial"] is False
    assert told["via_hidden"] == 1
    assert told["known"] == {"declared": 2, "claimed": 0, "inferred": 0, "none": 2}
    assert told["generation_interval"]["median_days"] == 1.5
    assert (told["cities"], told["countries"], told["unlocated"]) == (2, 2, 0)
    assert told["forest_km"] == pytest.approx(9_327, abs=1)
    assert told["longest_by_passes"] == numbers[3]
    assert told["longest_by_km"] == numbers[2]
    assert (told["open"], told["resting"]) == (2, 0)
    assert told["max_breadth"] == 2
    assert told["at"] == "2027-01-01T00:00:00+00:00"
    assert told["first_entries"] == {
        "cities": {str(NANJING): numbers[0], str(NAIROBI): numbers[2]},
        "countries": {"CN": numbers[0], "KE": numbers[2]},
    }
    assert told["flows"] == {
        "between_cities": 1,
        "within_one_city": 1,
        "reciprocity": 0,
        "by_month": {"2026-12": 2},
    }


def test_batons_are_counted_as_used_when_something_was_sent_in_with_them(
    passed_on: tuple[Relay, list[Receipt]],
) -> None:
    relay, _ = passed_on
    told = tell_season(measure(relay))
    assert (told["batons_given"], told["batons_used"]) == (5, 3)
    assert told["pass_acceptance"] == pytest.approx(0.6)


def test_the_figures_agree_with_what_the_map_shows(
    passed_on: tuple[Relay, list[Receipt]],
) -> None:
    relay, _ = passed_on
    found = measure(relay)
    told = tell_season(found)
    with relay.engine.connect() as connection:
        places = list_places(connection, 1)
        flows = list_flows(connection, 1, limit=10)
        countries = list_countries(connection, 1)
    assert {str(each.city_id): each.first_no for each in places}.keys() == told[
        "first_entries"
    ]["cities"].keys()
    assert told["n"] == sum(each.entries for each in places)
    assert told["countries"] == len(countries)
    between = [each for each in tell_flow_list(found) if each["from"] != each["to"]]
    assert between == [
        {
            "month": "2026-12",
            "from": each.from_city,
            "to": each.to_city,
            "passes": each.passes,
        }
        for each in flows
    ]


def test_what_the_maker_has_not_sent_in_is_not_read(relay: Relay) -> None:
    mine = send(relay, "https://example.org/1")
    with Session(relay.engine) as session:
        entry = session.exec(select(Entry).where(Entry.ref == mine.ref)).one()
        session.add(
            Entry(
                **entry.model_dump(exclude={"id", "ref", "token_hash", "moderation"})
                | {"submitted_at": None},
                ref="draft",
                token_hash="draft",
                moderation=Moderation.DRAFT,
            )
        )
        session.commit()
    with relay.engine.connect() as connection:
        rows = read_relay(connection, 1, gazetteer=relay.gazetteer)
    assert len(rows.entries.ids) == 1
    assert list(rows.entries.public) == [False]


def test_a_city_that_the_gazetteer_has_lost_is_none(relay: Relay) -> None:
    mine = send(relay, "https://example.org/1")
    with Session(relay.engine) as session:
        entry = session.exec(select(Entry).where(Entry.ref == mine.ref)).one()
        entry.city_id = 1
        session.add(entry)
        session.commit()
    choose(relay, mine.ref, by=make_moderator(relay))
    told = tell_season(measure(relay))
    assert (told["n"], told["unlocated"], told["cities"]) == (1, 1, None)
    assert told["forest_km"] is None
    # Its country or region was kept beside it.
    assert told["countries"] == 1
    assert told["first_entries"]["countries"] == {"CN": told["trees"][0]["root"]}


def test_an_empty_season_has_no_figures(relay: Relay) -> None:
    told = tell_season(measure(relay))
    assert (told["n"], told["depth"], told["countries"]) == (0, None, None)
    assert (told["pass_acceptance"], told["laps"]) == (None, None)
    with Session(relay.engine) as session:
        assert session.exec(select(Baton)).first() is None


def test_days_are_told_in_the_seasons_own_time_until_it_closes(
    passed_on: tuple[Relay, list[Receipt]],
) -> None:
    relay, _ = passed_on
    days = tell_season(measure(relay))["days"]
    # Sent in at midnight in London, which is the morning of the same day in Nanjing.
    assert days[0] == {"day": "2026-12-13", "entries": 1, "cities": 1, "countries": 1}
    assert days[2] == {"day": "2026-12-15", "entries": 2, "cities": 2, "countries": 2}
    assert days[-1] == {"day": "2027-01-01", "entries": 4, "cities": 2, "countries": 2}
    with Session(relay.engine) as session:
        season = session.exec(select(Season)).one()
        season.closes_at = NOW - 5 * DAYS
        session.add(season)
        session.commit()
    assert tell_season(measure(relay))["days"][-1]["day"] == "2026-12-27"
