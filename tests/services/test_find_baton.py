from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.models import Baton, Entry, Season
from relay.services.find_baton import find_baton_in
from relay.services.start_entry import start_entry
from relay.services.withdraw_entry import withdraw_entry
from relay.services.writing import writing
from tests.making import choose, find, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay

SITE = "https://relay.example.org"


def found(relay: Relay, ref: str, *words: str | None) -> str | None:
    with Session(relay.engine) as session:
        entry = session.exec(select(Entry).where(Entry.ref == ref)).one()
        now = relay.clock.now()
        return find_baton_in(session, entry, words, base_url=SITE, now=now)


def test_the_baton_that_a_post_names_is_found(either_relay: Relay) -> None:
    giver = send(either_relay)
    draft = start_entry(either_relay.intake, link="https://example.org/2")
    words = ("Mine", None, f"from {SITE}/b/{giver.baton}")
    assert found(either_relay, draft.ref, *words) == giver.baton
    assert found(either_relay, draft.ref, "Nothing here", None) is None


def test_of_several_the_one_that_is_linked_comes_first(either_relay: Relay) -> None:
    one, two = send(either_relay), send(either_relay)
    child = send(either_relay)
    words = f"{one.baton} or {SITE}/b/{two.baton}"
    assert found(either_relay, child.ref, words) == two.baton
    assert found(either_relay, child.ref, f"{two.baton} {one.baton}") == two.baton


def test_the_page_of_an_entry_stands_for_its_baton(either_relay: Relay) -> None:
    giver, other = send(either_relay), send(either_relay)
    no = choose(either_relay, giver.ref, by=make_moderator(either_relay)).no
    child = send(either_relay)
    page = f"saw {SITE}/zh-Hans/w/{no} today"
    assert found(either_relay, child.ref, page) == giver.baton
    assert found(either_relay, child.ref, page, other.baton) == other.baton


@pytest.mark.parametrize(
    "why", ["own", "later", "revoked", "withdrawn", "other season", "hidden page"]
)
def test_what_could_not_be_taken_is_not_found(either_relay: Relay, why: str) -> None:
    giver = send(either_relay)
    child = send(either_relay)
    words = giver.baton
    with writing(either_relay.engine) as session:
        if why == "revoked":
            session.get_one(Baton, giver.baton).revoked_at = either_relay.clock.now()
        if why == "other season":
            season = session.exec(select(Season)).one()
            values = season.model_dump(exclude={"id"}) | {"slug": "other", "number": 9}
            session.add(other := Season(**values))
            session.flush()
            session.get_one(Entry, giver.entry_id).season_id = other.id or 0
    if why == "own":
        words = child.baton
    if why == "later":
        words = send(either_relay).baton
    if why == "withdrawn":
        withdraw_entry(
            either_relay.engine,
            giver.token,
            clock=either_relay.clock,
            media=either_relay.media,
        )
    if why == "hidden page":
        words = f"{SITE}/en/w/{find(either_relay, giver.ref).no or 1}"
    assert found(either_relay, child.ref, words) is None
