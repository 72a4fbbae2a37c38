from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from relay.domain.entry import AltBy
from relay.domain.errors import Forbidden, Invalid
from relay.domain.moderation import Choice
from relay.models import Card, Place
from relay.services.decide import StaleDecisionError
from relay.services.withdraw_entry import withdraw_entry
from tests.deciding import change, log, passes, take_back
from tests.making import CAMBRIDGE, NAIROBI, NANJING, choose, find, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay


@pytest.fixture
def by(relay: Relay) -> int:
    return make_moderator(relay)


def printed(relay: Relay, ref: str) -> str:
    with Session(relay.engine) as session:
        return session.exec(
            select(Card.words).where(
                Card.entry_id == find(relay, ref).id, Card.lang == "en"
            )
        ).one()


def test_an_edit_is_kept_with_what_was_before(relay: Relay, by: int) -> None:
    sent = send(relay)
    edited = change(relay, sent.ref, by=by, title=" New\x00 boats ", alt="New alt")
    entry = find(relay, sent.ref)
    assert (entry.title, entry.alt, entry.version) == ("New boats", "New alt", 2)
    (row,) = log(relay)
    assert (row.choice, row.version, row.id) == (Choice.EDIT, 2, edited.decision_id)
    assert row.details == {
        "title": {"before": "Paper boats", "after": "New boats"},
        "alt": {"before": "Boats of paper on a dark river", "after": "New alt"},
    }


def test_cards_and_search_follow_the_words(relay: Relay, by: int) -> None:
    sent = send(relay)
    choose(relay, sent.ref, by=by)
    change(relay, sent.ref, by=by, title="Lanterns")
    assert "Lanterns" in printed(relay, sent.ref)
    assert "lanterns" in find(relay, sent.ref).search_text
    assert "paper boats\n" not in find(relay, sent.ref).search_text


def test_the_language_of_an_alt_text_is_kept_where_it_is_another(
    relay: Relay, by: int
) -> None:
    sent = send(relay)
    change(relay, sent.ref, by=by, alt_lang="he")
    assert find(relay, sent.ref).alt_lang == "he"
    change(relay, sent.ref, by=by, alt="Boats", alt_lang="en")
    assert find(relay, sent.ref).alt_lang == ""
    bare = send(relay, "https://example.org/b", alt="", alt_by=AltBy.VOLUNTEER)
    change(relay, bare.ref, by=by, title="Kites", alt_lang="he")
    assert find(relay, bare.ref).alt_lang == ""


def test_counts_and_the_tree_follow_the_city(relay: Relay, by: int) -> None:
    parent = send(relay, city=NANJING)
    sent = send(relay, "https://example.org/b", city=CAMBRIDGE, baton=parent.baton)
    child = send(relay, "https://example.org/c", city=NANJING, baton=sent.baton)
    for each in (parent, sent, child):
        choose(relay, each.ref, by=by)
    edited = change(relay, sent.ref, by=by, city=NAIROBI)
    entry = find(relay, sent.ref)
    assert (entry.city_id, entry.country, entry.no) == (NAIROBI, "KE", 2)
    assert passes(relay) == {(NANJING, NAIROBI): 1, (NAIROBI, NANJING): 1}
    with Session(relay.engine) as session:
        places = session.exec(select(Place.city_id).order_by(col(Place.city_id))).all()
    assert places == [NAIROBI, NANJING]
    take_back(relay, sent.ref, edited.decision_id, by=by)
    assert passes(relay) == {(NANJING, CAMBRIDGE): 1, (CAMBRIDGE, NANJING): 1}
    assert find(relay, child.ref).from_id == entry.id


def test_an_edit_that_changes_nothing_is_none(relay: Relay, by: int) -> None:
    sent = send(relay)
    same = change(relay, sent.ref, by=by, title="Paper boats ", city=NANJING)
    assert (same.version, same.decision_id) == (1, 0)
    assert log(relay) == []


def test_words_for_a_picture_that_had_none_are_a_volunteers(
    relay: Relay, by: int
) -> None:
    sent = send(relay, alt="", alt_by=AltBy.VOLUNTEER)
    other = send(relay, "https://example.org/b")
    change(relay, sent.ref, by=by, alt="A dark river")
    change(relay, other.ref, by=by, alt="A dark river")
    assert find(relay, sent.ref).alt_by is AltBy.VOLUNTEER
    assert find(relay, other.ref).alt_by is AltBy.MAKER


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        ({"title": " \u200b"}, r"title \(missing\)"),
        ({"title": "x" * 201}, r"title \(too_long\)"),
        ({"alt": " "}, r"alt \(missing\)"),
        ({"description": "x" * 5001}, r"description \(too_long\)"),
    ],
)
def test_words_that_cannot_be_kept_are_named(
    relay: Relay, by: int, wanted: dict[str, str], fault: str
) -> None:
    sent = send(relay)
    with pytest.raises(Invalid, match=fault):
        change(relay, sent.ref, by=by, **wanted)
    assert find(relay, sent.ref).version == 1


def test_an_edit_of_what_has_changed_meanwhile_changes_nothing(
    relay: Relay, by: int
) -> None:
    sent = send(relay)
    change(relay, sent.ref, by=by, title="One")
    with pytest.raises(StaleDecisionError):
        change(relay, sent.ref, by=by, title="Two", version=1)
    assert find(relay, sent.ref).title == "One"


def test_what_its_maker_withdrew_has_no_words_to_edit(relay: Relay, by: int) -> None:
    sent = send(relay)
    withdraw_entry(relay.engine, sent.token, clock=relay.clock, media=relay.media)
    with pytest.raises(Forbidden):
        change(relay, sent.ref, by=by, title="Words again")


def test_an_edit_is_taken_back_to_the_words_of_before(relay: Relay, by: int) -> None:
    sent = send(relay)
    choose(relay, sent.ref, by=by)
    first = change(relay, sent.ref, by=by, title="One")
    change(relay, sent.ref, by=by, alt="Another part does not stand in the way")
    undone = take_back(relay, sent.ref, first.decision_id, by=by)
    assert find(relay, sent.ref).title == "Paper boats"
    assert "Paper boats" in printed(relay, sent.ref)
    take_back(relay, sent.ref, undone.decision_id, by=by)
    assert find(relay, sent.ref).title == "One"


def test_a_picture_is_veiled_and_shown_again(relay: Relay, by: int) -> None:
    sent = send(relay)
    veiled = choose(relay, sent.ref, Choice.BLUR, by=by)
    assert find(relay, sent.ref).blurred is True
    with pytest.raises(Forbidden):
        choose(relay, sent.ref, Choice.BLUR, by=by)
    take_back(relay, sent.ref, veiled.decision_id, by=by)
    assert find(relay, sent.ref).blurred is False
