from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import Session, select

from relay.domain.errors import Invalid, NotFound
from relay.domain.season import SymbolKind
from relay.domain.season_plan import Partner, SeasonPlan, SymbolFile, stamp
from relay.models import AuditRow
from relay.models.moderator import Role
from relay.queries.edition import read_edition
from relay.queries.season import find_season, find_symbol
from relay.queries.season_desk import find_season_at_desk
from relay.services.change_season import (
    StaleSeasonError,
    change_season,
    undo_change,
)
from relay.services.open_season import open_season
from relay.services.start_entry import start_entry
from tests.making import make_moderator
from tests.web.making import HAIFA

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.queries.season_desk import SeasonAtDesk

SLUG = "leave-no-one-behind"


def found(relay: Relay, slug: str = SLUG) -> SeasonAtDesk:
    with relay.engine.connect() as connection:
        season = find_season_at_desk(connection, slug)
    assert season
    return season


def change(
    relay: Relay,
    *,
    by: int | None = None,
    seen: str = "",
    slug: str = SLUG,
    **changes: Any,  # noqa: ANN401 - any part of a plan
) -> tuple[str, ...]:
    plan = found(relay, slug).plan
    return change_season(
        relay.engine,
        slug,
        replace(plan, **changes),
        seen=seen or stamp(plan),
        moderator_id=by,
        clock=relay.clock,
        gazetteer=relay.gazetteer,
        media=relay.media,
    )


def undo(relay: Relay, slug: str = SLUG, *, by: int | None = None) -> tuple[str, ...]:
    seen = stamp(found(relay, slug).plan)
    return undo_change(
        relay.engine, slug, seen=seen, moderator_id=by, clock=relay.clock
    )


def next_plan(**changes: Any) -> SeasonPlan:  # noqa: ANN401 - any part
    plan = SeasonPlan(
        slug="next",
        number=4,
        titles={"en": "Hands"},
        symbol_kind=SymbolKind.ACT_OF_LOVE,
        origin_city=HAIFA,
        opens_at=datetime(2027, 1, 1, tzinfo=UTC),
        time_zone="Asia/Jerusalem",
    )
    return replace(plan, **changes)


def make(relay: Relay, **changes: Any) -> int:  # noqa: ANN401 - any part of a plan
    return open_season(
        relay.engine,
        next_plan(**changes),
        moderator_id=None,
        clock=relay.clock,
        gazetteer=relay.gazetteer,
    )


def log(relay: Relay) -> list[AuditRow]:
    with Session(relay.engine) as session:
        return list(session.exec(select(AuditRow).order_by(AuditRow.id)))  # type: ignore[arg-type]  # a column


def test_a_change_is_shown_logged_and_turns_the_pages(either_relay: Relay) -> None:
    by = make_moderator(either_relay, role=Role.ORGANISER)
    before = read_edition(either_relay.engine)
    changed = change(
        either_relay,
        by=by,
        rules={"en": "Be kind.", "he": ""},
        partners=(Partner("A museum", "https://example.org/"), Partner(" ")),
    )
    assert changed == ("rules", "partners")
    with either_relay.engine.connect() as connection:
        season = find_season(connection, SLUG)
    assert season
    assert season.rules == {"en": "Be kind."}
    assert season.partners == (Partner("A museum", "https://example.org/"),)
    assert read_edition(either_relay.engine) > before
    (row,) = log(either_relay)
    assert (row.what, row.moderator_id, row.subject) == ("season.changed", by, "1")
    assert row.details
    assert row.details["before"] == {"rules": {}, "partners": []}
    assert row.details["after"]["rules"] == {"en": "Be kind."}


def test_nothing_changed_is_no_change(relay: Relay) -> None:
    before = read_edition(relay.engine)
    assert change(relay) == ()
    assert read_edition(relay.engine) == before
    assert log(relay) == []


def test_two_organisers_never_overwrite_each_other(either_relay: Relay) -> None:
    seen = stamp(found(either_relay).plan)
    change(either_relay, titles={"en": "First"})
    with pytest.raises(StaleSeasonError) as caught:
        change(either_relay, seen=seen, titles={"en": "Second"})
    assert caught.value.now.titles == {"en": "First"}
    assert found(either_relay).plan.titles == {"en": "First"}


def test_the_last_change_is_undone_and_the_undoing_too(either_relay: Relay) -> None:
    by = make_moderator(either_relay, role=Role.ORGANISER)
    before = found(either_relay).plan
    with pytest.raises(NotFound):
        undo(either_relay)
    change(either_relay, rules={"en": "One"})
    closes = before.opens_at + timedelta(days=9)
    change(either_relay, titles={"en": "Other"}, closes_at=closes)
    assert undo(either_relay, by=by) == ("titles", "closes_at")
    assert found(either_relay).plan == replace(before, rules={"en": "One"})
    last = found(either_relay).last
    assert last
    assert last.by == "mei@example.org"
    undo(either_relay)
    assert found(either_relay).plan.titles == {"en": "Other"}
    assert found(either_relay).plan.closes_at == closes
    assert [row.what for row in log(either_relay)] == [
        "season.changed",
        "season.changed",
        "season.undone",
        "season.undone",
    ]


def test_the_address_of_a_season_with_entries_stays(either_relay: Relay) -> None:
    plan = replace(found(either_relay).plan, slug="renamed")

    def rename() -> None:
        change_season(
            either_relay.engine,
            SLUG,
            plan,
            seen=stamp(found(either_relay).plan),
            moderator_id=None,
            clock=either_relay.clock,
            gazetteer=either_relay.gazetteer,
            media=either_relay.media,
        )

    start_entry(either_relay.intake, link="https://example.org/post")
    with pytest.raises(Invalid, match="in_use"):
        rename()
    make(either_relay)
    change_season(
        either_relay.engine,
        "next",
        next_plan(slug="after"),
        seen=stamp(found(either_relay, "next").plan),
        moderator_id=None,
        clock=either_relay.clock,
        gazetteer=either_relay.gazetteer,
        media=either_relay.media,
    )
    assert found(either_relay, "after").plan.number == 4


def test_a_new_season_needs_its_own_address_and_number(either_relay: Relay) -> None:
    with pytest.raises(Invalid) as caught:
        make(either_relay, slug=SLUG, number=3)
    assert [(each.field, each.code) for each in caught.value.fields] == [
        ("slug", "taken"),
        ("number", "taken"),
    ]
    made = make(either_relay)
    season = found(either_relay, "next")
    assert season.id == made
    assert season.plan == next_plan()
    assert not season.has_entries
    assert [row.what for row in log(either_relay)] == ["season.made"]


def test_every_fault_of_a_plan_is_named(relay: Relay) -> None:
    with pytest.raises(Invalid) as caught:
        change(relay, titles={}, origin_city=1, time_zone="Mars/Olympus")
    assert [each.field for each in caught.value.fields] == [
        "titles-en",
        "city",
        "time_zone",
    ]


def test_a_symbol_keeps_its_picture_until_no_undoing_brings_it_back(
    either_relay: Relay,
) -> None:
    relay = either_relay
    files = []
    for letter in "abc":
        key = f"{letter * 2}/{letter * 40}.webp"
        relay.media.put(key, b"picture", content_type="image/webp")
        files.append(SymbolFile(key, "webp", 640, 480))
    change(relay, symbol_files=(files[0],), symbol_alts={"en": "A brick"})
    with relay.engine.connect() as connection:
        symbol = find_symbol(connection, 1)
    assert symbol
    assert (symbol.files, symbol.alts) == ((files[0],), {"en": "A brick"})
    change(relay, symbol_files=(files[1],))
    assert relay.media.get(files[0].key)
    undo(relay)
    assert found(relay).plan.symbol_files == (files[0],)
    undo(relay)
    change(relay, symbol_files=(files[2],))
    assert relay.media.get(files[0].key) is None
    assert relay.media.get(files[1].key)
    change(relay, symbol_files=())
    with relay.engine.connect() as connection:
        assert find_symbol(connection, 1) is None
