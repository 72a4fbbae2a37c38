"""Without a baton: an artwork that was seen, and a baton that was found in the post."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.domain.baton import show_code
from relay.domain.entry import ParentKnown
from relay.domain.moderation import Moderation
from relay.models import Baton, Entry, ParentDecision
from relay.services.writing import writing
from tests.journeys.test_adding import WHOLE, assert_error_pattern, begin
from tests.looking import find_page, later_clock
from tests.making import find
from tests.web.making import HAIFA, LYON, Maker

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from tests.journeys.person import Person


@pytest.fixture
def maker(relay: Relay) -> Maker:
    return Maker(relay)


def newest(relay: Relay) -> Entry:
    with Session(relay.engine) as session:
        return session.exec(select(Entry).order_by(Entry.id.desc())).first()  # type: ignore[union-attr, return-value]


def baton_of(relay: Relay, entry_id: int) -> str:
    with Session(relay.engine) as session:
        return session.exec(select(Baton.code).where(Baton.entry_id == entry_id)).one()


def approve(moderator: Person, relay: Relay) -> int:
    moderator.open(f"/desk/entry/{newest(relay).ref}").send("Approve")
    return newest(relay).no or 0


def test_an_artwork_that_was_seen_is_claimed_confirmed_and_taken_away_again(
    person: Person, another: Person, moderator: Person, relay: Relay, maker: Maker
) -> None:
    no = maker.published(title="Kites", city_id=HAIFA, country="IL")
    person.open(f"/en/w/{no}").follow("This artwork moved me to take part")
    assert person.says("The artwork that moved you to take part:")
    assert person.says("Kites")
    person.send("Continue", link="https://example.org/post")
    assert person.value("saw") == str(no)
    person.send("Send it in", **WHOLE)
    assert "/add/done/" in person.path
    entry = newest(relay)
    assert entry.parent_id == maker.id_of(no)
    assert entry.parent_known is ParentKnown.CLAIMED

    moderator.open(f"/desk/entry/{entry.ref}")
    assert moderator.says("Its maker says that this artwork moved them to take part")
    assert moderator.says("Approving the entry confirms it.")
    child = approve(moderator, relay)
    assert "Kites" in another.open(f"/en/w/{child}").first(".chain").text()

    moderator.open(f"/desk/entry/{entry.ref}").send("It does not come from there")
    assert moderator.says("It is noted where this artwork comes from.")
    assert moderator.says("It begins a relay.")
    assert moderator.says("What was decided about where it comes from")
    assert (
        moderator.first("[aria-labelledby=parent-history-h]").text().count(str(no)) >= 1
    )
    assert "Kites" not in another.open(f"/en/w/{child}").first(".chain").text()
    with Session(relay.engine) as session:
        row = session.exec(select(ParentDecision)).one()
    assert (row.known_before, row.known_after) == (
        ParentKnown.CLAIMED,
        ParentKnown.NONE,
    )


def test_a_moderator_chooses_another_artwork_by_its_address(
    person: Person, moderator: Person, relay: Relay, maker: Maker
) -> None:
    kites, boats = maker.published(title="Kites"), maker.published(title="Boats")
    begin(person).send("Send it in", **WHOLE, passed="saw", saw=str(kites))
    ref = newest(relay).ref
    moderator.open(f"/desk/entry/{ref}")
    moderator.send("It comes from this one", parent="77")
    assert moderator.status == 422
    assert_error_pattern(moderator, "parent")
    assert moderator.value("parent") == "77"
    moderator.send("It comes from this one", parent=f"Boats {boats}")
    assert moderator.status == 422
    assert_error_pattern(moderator, "parent")
    address = f"{relay.settings.base_url}/en/w/{boats}"
    moderator.send("It comes from this one", parent=address)
    assert moderator.status == 200
    assert find(relay, ref).parent_id == maker.id_of(boats)


def test_two_moderators_do_not_change_it_unknowingly(
    person: Person, moderator: Person, relay: Relay, maker: Maker
) -> None:
    no = maker.published(title="Kites")
    begin(person).send("Send it in", **WHOLE, passed="saw", saw=str(no))
    ref = newest(relay).ref
    second = type(moderator)(moderator.client).open(f"/desk/entry/{ref}")
    moderator.open(f"/desk/entry/{ref}").send("It does not come from there")
    second.send("It does not come from there")
    assert second.status == 409
    assert second.says("This entry was changed while you looked at it.")


def test_words_find_the_artwork_and_one_is_chosen(
    person: Person, relay: Relay, maker: Maker
) -> None:
    first = maker.published(title="Lanterns in the rain")
    second = maker.published(title="Lanterns in the snow", city_id=LYON, country="FR")
    maker.pending(title="Lanterns nobody has seen")
    begin(person).send("Find it", saw="lanterns", title="Mine")
    assert person.value("title") == "Mine"
    offered = [each.attributes["value"] for each in person.page.css("[name=saw_pick]")]
    assert offered == [str(second), str(first)]
    assert "nobody has seen" not in person.text
    assert person.says("Lyon")

    person.send("Send it in", **WHOLE, passed="saw", saw="lanterns")
    assert person.status == 422
    assert_error_pattern(person, "saw")
    assert person.says("Choose which artwork you mean.")
    person.send("Send it in", consent="yes", saw_pick=str(first))
    assert "/add/done/" in person.path
    assert newest(relay).parent_id == maker.id_of(first)


@pytest.mark.parametrize(
    ("title", "saw"), [("Swan Lake 2", "Swan Lake 2"), ("1984", "1984")]
)
def test_a_title_with_a_number_is_searched_and_claims_no_other(
    person: Person, relay: Relay, maker: Maker, title: str, saw: str
) -> None:
    meant, other = maker.published(title=title), maker.published(title="Kites")
    assert (meant, other) == (1, 2)
    begin(person).send("Send it in", **WHOLE, passed="saw", saw=saw)
    assert_error_pattern(person, "saw")
    assert person.says("Choose which artwork you mean.")
    assert person.value("saw") == saw
    offered = [each.attributes["value"] for each in person.page.css("[name=saw_pick]")]
    assert offered == [str(meant)]
    person.send("Send it in", consent="yes", saw_pick=str(meant))
    assert newest(relay).parent_id == maker.id_of(meant)


@pytest.mark.parametrize("state", ["pending", "taken down", "other site"])
def test_what_is_not_on_the_wall_cannot_be_claimed(
    person: Person, maker: Maker, state: str
) -> None:
    no = maker.published(title="Kites")
    saw = str(no)
    if state == "pending":
        maker.pending()
        saw = str(no + 1)
    if state == "taken down":
        maker.take_away(no, Moderation.TAKEN_DOWN)
    if state == "other site":
        saw = f"https://other.example/en/w/{no}"
    assert "Kites" not in person.open(f"/en/add?saw={saw}").text or state == "pending"
    begin(person).send("Send it in", **WHOLE, passed="saw", saw=saw)
    assert_error_pattern(person, "saw")
    assert person.value("saw") == saw


def test_a_baton_in_the_post_is_offered_and_taken_only_by_its_maker(
    person: Person, moderator: Person, relay: Relay, maker: Maker
) -> None:
    giver = maker.id_of(maker.published(title="Kites"))
    code = baton_of(relay, giver)
    begin(person)
    here = person.path
    assert "We found" not in person.text
    find_page(relay, later_clock(), title=f"For you: {show_code(code)}")
    person.open(here)
    assert person.says("We found the baton of")
    assert "Kites" in person.first(".found-baton legend").text()
    assert not [
        each for each in person.page.css("[name=found]") if "checked" in each.attributes
    ]
    person.send("Send it in", **WHOLE, found=code)
    entry = newest(relay)
    assert (entry.parent_id, entry.parent_known) == (giver, ParentKnown.INFERRED)
    moderator.open(f"/desk/entry/{entry.ref}")
    assert moderator.says("The baton of this artwork was found in the post:")


@pytest.mark.parametrize("said", ["no", None])
def test_a_baton_in_the_post_that_was_not_confirmed_is_for_the_moderators(
    person: Person, moderator: Person, relay: Relay, maker: Maker, said: str | None
) -> None:
    giver = maker.id_of(maker.published(title="Kites"))
    begin(person)
    here = person.path
    find_page(relay, later_clock(), title=f"Baton {baton_of(relay, giver)}")
    person.open(here).send("Send it in", **WHOLE, **({"found": said} if said else {}))
    entry = newest(relay)
    assert (entry.parent_id, entry.parent_known) == (None, ParentKnown.NONE)
    moderator.open(f"/desk/entry/{entry.ref}")
    assert moderator.says("In the post there is the baton of this artwork:")
    moderator.send("It comes from this one")
    entry = newest(relay)
    assert (entry.parent_id, entry.parent_known) == (giver, ParentKnown.INFERRED)
    assert not moderator.says("In the post there is the baton of this artwork:")


def test_the_answer_is_kept_when_something_else_is_wrong(
    person: Person, relay: Relay, maker: Maker
) -> None:
    code = baton_of(relay, maker.id_of(maker.published()))
    begin(person)
    here = person.path
    find_page(relay, later_clock(), title=f"Baton {code}")
    person.open(here).send("Send it in", found=code)
    assert person.status == 422
    checked = [
        each.attributes["value"]
        for each in person.page.css("[name=found]")
        if "checked" in each.attributes
    ]
    assert checked == [code]


def test_a_baton_that_was_revoked_meanwhile_is_said_kindly(
    person: Person, relay: Relay, maker: Maker
) -> None:
    code = baton_of(relay, maker.id_of(maker.published()))
    begin(person)
    here = person.path
    find_page(relay, later_clock(), title=f"Baton {code}")
    person.open(here)
    with writing(relay.engine) as session:
        session.get_one(Baton, code).revoked_at = relay.clock.now()
    person.send("Send it in", **WHOLE, found=code)
    assert_error_pattern(person, "passed")
    assert newest(relay).moderation is Moderation.DRAFT


def test_nobody_says_yes_to_a_baton_that_was_not_found(
    person: Person, relay: Relay, maker: Maker
) -> None:
    code = baton_of(relay, maker.id_of(maker.published()))
    begin(person)
    csrf = person.value("csrf_token")
    typed = {**WHOLE, "found": code, "csrf_token": csrf, "send": "1"}
    answer = person.client.post(person.path, data=typed)
    assert answer.status_code == 422
    assert newest(relay).parent_id is None


def test_a_baton_that_came_with_a_link_is_not_asked_about(
    person: Person, relay: Relay, maker: Maker
) -> None:
    given = baton_of(relay, maker.id_of(maker.published()))
    other = baton_of(relay, maker.id_of(maker.published()))
    person.open(f"/en/add?baton={given}").send("Continue", link="https://example.org/1")
    here = f"{person.path}?baton={given}"
    find_page(relay, later_clock(), title=f"Baton {other}")
    assert "We found" not in person.open(here).text
    fragment = person.first("[data-preview]").attributes["data-preview"] or ""
    assert "We found" not in person.client.get(fragment).text
    person.send("Send it in", **WHOLE)
    assert newest(relay).parent_known is ParentKnown.DECLARED


def test_without_a_mail_server_nobody_is_offered_a_reminder(person: Person) -> None:
    begin(person)
    assert person.page.css("[name=remind]") == []
