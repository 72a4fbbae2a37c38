"""A maker's batons, from the first to the last, without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from relay.bootstrap import open_relay
from relay.domain.baton import MOST_BATONS, NAME_MAX
from relay.models import Baton
from relay.services.batons import make_baton
from relay.web.app import build_app
from tests.journeys.person import Person
from tests.journeys.test_adding import WHOLE, begin, entries, private_path

if TYPE_CHECKING:
    from relay.bootstrap import Relay

SCHOOL = "for my sister’s school"


def kept(relay: Relay) -> list[Baton]:
    with Session(relay.engine) as session:
        return list(session.exec(select(Baton).order_by(col(Baton.created_at))))


def sent(person: Person) -> str:
    begin(person).send("Send it in", **WHOLE)
    return private_path(person)


def card_of(person: Person, name: str) -> str:
    """Return what the list of batons says of one of them."""
    for each in person.page.css(".baton-list li"):
        if name in each.text():
            return " ".join(each.text().split())
    message = f"{person.path} has no baton {name!r}"
    raise AssertionError(message)


def test_a_baton_is_made_named_used_and_taken_back(
    person: Person, another: Person, relay: Relay
) -> None:
    mine = sent(person)
    person.open(mine).send("Make a baton", baton_name=SCHOOL)
    assert person.says("Your new baton is ready.")
    assert person.first("h1").text().strip() == SCHOOL
    first, second = kept(relay)
    code = person.first(".large-code").text()
    assert code.replace("-", "") == second.code

    another.open(f"/b/{code.lower()}")
    assert SCHOOL not in another.text
    another.follow("Add your artwork")
    another.send("Continue", link="https://weibo.com/1/2").send("Send it in", **WHOLE)
    assert entries(relay)[1].parent_id == entries(relay)[0].id
    assert entries(relay)[1].baton_code == second.code

    person.open(mine)
    assert "Used for 1 artwork" in card_of(person, SCHOOL)
    assert "Used not yet" in card_of(person, "A baton without a name")
    assert "shows this one" in card_of(person, "A baton without a name")

    person.follow(SCHOOL).send("Keep the name", baton_name="for Wei")
    assert person.says("The name is kept.")
    person.follow("Take this baton back")
    assert person.says("What was passed on with it stays")
    person.send("Take it back")
    assert person.path.startswith(mine)
    assert person.says("The baton is taken back.")
    assert "Taken back" in card_of(person, "for Wei")
    assert another.open(f"/b/{second.code}").status == 410
    assert another.says("This baton was taken back")
    assert another.open(f"/b/{first.code}").status == 200
    assert entries(relay)[1].parent_id == entries(relay)[0].id


def test_who_keeps_a_baton_after_all_keeps_it(person: Person, relay: Relay) -> None:
    mine = sent(person)
    person.open(mine).follow("A baton without a name").follow("Take this baton back")
    person.follow("Keep the baton")
    assert kept(relay)[0].revoked_at is None


def test_without_any_baton_the_relay_can_go_on_again(
    person: Person, relay: Relay
) -> None:
    mine = sent(person)
    person.open(mine).follow("A baton without a name").follow("Take this baton back")
    person.send("Take it back")
    assert person.says("You have no baton that works.")
    assert person.page.css_first("#pass") is None
    assert person.open(mine.replace("/mine/", "/add/done/")).status == 200
    text = person.client.get(f"{mine.replace('/mine/', '/add/done/')}/receipt.txt").text
    assert "Baton" not in text
    person.open(mine).send("Make a baton")
    assert person.open(mine).first(".large-code").text().replace("-", "") == (
        kept(relay)[1].code
    )


def test_a_name_that_is_too_long_is_kept_to_be_shortened(
    person: Person, relay: Relay
) -> None:
    long = "for " + "x" * NAME_MAX
    mine = sent(person)
    for button, path in (("Make a baton", mine), ("Keep the name", "")):
        if not path:
            person.open(mine).follow("A baton without a name")
        else:
            person.open(path)
        person.send(button, baton_name=long)
        assert person.status == 422
        assert person.value("baton_name") == long
        assert person.first(".error-summary a").attributes["href"] == "#baton_name"
        assert person.says("at most 80 characters")
    assert len(kept(relay)) == 1


def test_one_more_than_fits_is_refused_with_its_name(
    person: Person, relay: Relay
) -> None:
    mine = sent(person)
    token = mine.rsplit("/", 1)[-1]
    for _ in range(MOST_BATONS - 1):
        make_baton(relay.engine, token, clock=relay.clock, dice=relay.dice)
    person.open(mine).send("Make a baton", baton_name=SCHOOL)
    assert person.status == 422
    assert person.says(f"You have {MOST_BATONS} batons that work.")
    assert person.value("baton_name") == SCHOOL
    assert len(kept(relay)) == MOST_BATONS


def test_making_too_many_at_once_keeps_the_name_that_was_typed(
    person: Person, relay: Relay
) -> None:
    mine = sent(person)
    settings = relay.settings.model_copy(update={"limit_draft": "1 per hour"})
    hasty = Person(build_app(open_relay(settings)).test_client())
    hasty.open(mine).send("Make a baton", baton_name="first")
    assert hasty.status == 200
    hasty.open(mine).send("Make a baton", baton_name=SCHOOL)
    assert hasty.status == 429
    assert hasty.says("Please wait a moment")
    assert hasty.value("baton_name") == SCHOOL


def test_batons_of_others_are_not_shown(
    person: Person, another: Person, relay: Relay
) -> None:
    mine, theirs = sent(person), sent(another)
    code = kept(relay)[1].code
    assert person.open(f"{theirs}/batons/{code}").status == 200
    assert person.open(f"{mine}/batons/{code}").status == 404
    assert person.open(f"{mine}/batons/{code}/revoke").status == 404
    assert person.open("/en/mine/nobody/batons/" + code).status == 404
