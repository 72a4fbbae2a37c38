from __future__ import annotations

from typing import TYPE_CHECKING

from relay.domain.moderation import Choice, Reason
from tests.journeys.test_adding import WHOLE, begin, entries
from tests.making import choose, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from tests.journeys.person import Person

LINK = "https://example.org/post"


def sent_again(person: Person) -> Person:
    return begin(person, LINK).send("Send it in", **{**WHOLE, "title": "Again"})


def shape(person: Person) -> list[str | None]:
    return [each.tag for each in person.page.css("main *")]


def test_the_receipt_of_a_link_sent_twice_leads_to_the_one_on_the_wall(
    person: Person, relay: Relay
) -> None:
    first = send(relay, LINK)
    choose(relay, first.ref, by=make_moderator(relay))
    sent_again(person)
    assert "/add/done/" in person.path
    assert person.says("The same post is on the wall already, as No. 1")
    assert person.first(".twin a").attributes["href"] == "/en/w/1"
    receipt = person.path
    person.follow("Save as a text file")
    assert "/en/w/1;" in person.text
    assert "&" not in person.text
    person.open(receipt).follow("No. 1")
    assert person.path == "/en/w/1"


def test_a_receipt_says_nothing_of_a_twin_that_is_not_public(
    person: Person, another: Person, relay: Relay
) -> None:
    by = make_moderator(relay)
    first = send(relay, LINK, title="A hidden title")
    begin(another, "https://example.org/elsewhere").send("Send it in", **WHOLE)
    alone = shape(another)
    for choice in (None, Choice.REJECT):
        if choice:
            choose(relay, first.ref, choice, by=by, reason=Reason.OFF_THEME)
        sent_again(person)
        assert "/add/done/" in person.path
        assert person.page.css_first(".twin") is None
        assert first.ref not in person.text
        assert "already" not in person.text
        assert shape(person) == alone
    assert len(entries(relay)) == 4
