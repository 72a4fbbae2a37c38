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
    """Return the elements of a page but those that spell the letters of its code."""
    elements = person.page.css("main :not([lang], .large-code *)")
    return [each.tag for each in elements]


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


def test_a_link_that_waits_already_is_said_on_the_form_and_on_the_receipt(
    person: Person, another: Person, relay: Relay
) -> None:
    first = send(relay, LINK, title="A hidden title", name="A hidden name")
    begin(person, LINK)
    assert person.says("We have this post already; it waits to be looked at.")
    assert person.says("Have you lost your private link?")
    form = person.text
    person.send("Send it in", **{**WHOLE, "title": "Again"})
    assert "/add/done/" in person.path
    assert person.says("We have this post already from an earlier entry")
    receipt = person.text
    person.follow("Save as a text file")
    assert "We have this post already from an earlier entry" in person.text
    for text in (form, receipt, person.text):
        assert first.ref not in text
        assert "A hidden" not in text
    another.open(f"/en/add/done/{first.token}")
    assert another.page.css_first(".twin") is None


def test_a_receipt_says_nothing_of_a_twin_that_was_rejected(
    person: Person, another: Person, relay: Relay
) -> None:
    first = send(relay, LINK, title="A hidden title")
    choose(
        relay,
        first.ref,
        Choice.REJECT,
        by=make_moderator(relay),
        reason=Reason.OFF_THEME,
    )
    begin(another, "https://example.org/elsewhere").send("Send it in", **WHOLE)
    begin(person, LINK)
    assert person.page.css_first(".twin") is None
    person.send("Send it in", **{**WHOLE, "title": "Again"})
    assert "/add/done/" in person.path
    assert first.ref not in person.text
    assert "already" not in person.text
    assert shape(person) == shape(another)
    assert len(entries(relay)) == 3
