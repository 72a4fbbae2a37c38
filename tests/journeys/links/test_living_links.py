"""What becomes of links after they were sent in, with real workers and a real site."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, update

from relay.domain.picture import look_alike
from relay.models import Entry, PictureRole
from tests.journeys.links.street import draw
from tests.journeys.test_adding import WHOLE, begin, entries, private_path
from tests.workers.parts import pictures_of

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from tests.journeys.links.conftest import Time
    from tests.journeys.links.street import Street
    from tests.journeys.person import Person

pytestmark = [pytest.mark.slow, pytest.mark.redis]


def publish(person: Person, moderator: Person, time: Time, link: str) -> str:
    """Send a link in, let it be read and approved; return its maker's private path."""
    begin(person, link)
    time.settles()
    person.send("Send it in", **WHOLE)
    moderator.open("/desk/").follow(WHOLE["title"]).send("Approve")
    return private_path(person)


def refusing(street: Street) -> str:
    """Put up a post that the platform shows to its members only."""
    link = street.post("/members")
    street.posts["/members"].status = 403
    return link


def play_tiktok(relay: Relay) -> None:
    """Let the street be a platform that people know; no test asks the real one."""
    link = "https://www.tiktok.com/@paper.boats/video/7301234567890123456"
    with Session(relay.engine) as session:
        session.exec(update(Entry).values(link=link, platform="tiktok"))
        session.commit()


def shown_picture(person: Person) -> str:
    """Return the picture that the wall's first card shows."""
    return person.open("/en/").first("li.card img").attributes["src"] or ""


def test_a_platform_that_refuses_gives_a_designed_card_and_no_hole(
    person: Person, moderator: Person, time: Time, street: Street, relay: Relay
) -> None:
    begin(person, refusing(street))
    time.settles()
    person.open(person.path)
    assert person.says("The platform does not let us see this post.")
    assert person.says("your artwork can still take part")
    drawn = (BytesIO(draw("boats")), "boats.png")
    person.send("Send it in", **WHOLE, picture=drawn)
    time.settles()
    mine = private_path(person)
    play_tiktok(relay)
    moderator.open("/desk/").follow(WHOLE["title"]).send("Approve")
    card = person.open("/en/").first("li.card")
    assert WHOLE["title"] in card.text()
    picture = card.css_first("img")
    assert picture is not None
    assert person.client.get(picture.attributes["src"] or "").status_code == 200
    person.follow(WHOLE["title"])
    assert person.says("See the post on TikTok")
    assert person.first("figure.piece img").attributes["alt"] == WHOLE["alt"]
    assert entries(relay)[0].preview == "refused"
    assert person.open(mine).says("The platform does not let us see this post.")
    moderator.open("/desk/").follow("Kept back by the platform")
    assert moderator.says(WHOLE["title"])


def test_a_platform_that_refuses_gives_a_card_of_words_without_a_picture(
    person: Person, moderator: Person, time: Time, street: Street, relay: Relay
) -> None:
    begin(person, refusing(street))
    time.settles()
    person.send("Send it in", **WHOLE)
    play_tiktok(relay)
    moderator.open("/desk/").follow(WHOLE["title"]).send("Approve")
    card = person.open("/en/").first("li.card.bare")
    place = card.css_first(".place")
    assert place is not None
    assert place.text() == "TikTok @paper.boats"
    assert WHOLE["title"] in card.text()
    assert WHOLE["alt"] in card.text()
    piece = person.open("/en/w/1").first(".piece.unseen")
    assert "TikTok @paper.boats" in piece.text()
    assert "See the post on TikTok" in piece.text()


def test_a_dead_link_is_tried_for_a_day_and_then_says_why(
    person: Person, moderator: Person, time: Time, street: Street, relay: Relay
) -> None:
    link = street.post("/dead")
    street.posts["/dead"].status = 503
    begin(person, link)
    time.settles()
    person.send("Send it in", **WHOLE)
    mine = private_path(person)
    assert person.open(mine).says("The website has a problem of its own.")
    assert person.says("We try again at")
    for minutes in (10, 60, 24 * 60):
        assert entries(relay)[0].preview == "queued"
        time.passes(minutes=minutes)
    assert street.asked == ["/dead"] * 4
    assert entries(relay)[0].preview == "failed"
    assert person.open(mine).says("The website has a problem of its own.")
    assert not person.says("We try again at")
    moderator.open("/desk/").follow(WHOLE["title"]).send("Approve")
    moderator.open("/desk/").follow("Could not be read")
    assert moderator.says("The website has a problem of its own.")
    street.posts["/dead"].status = 200
    time.passes(minutes=11)
    person.open(mine).send("Look at the link again")
    assert person.says("We look at your post again")
    time.settles()
    assert entries(relay)[0].preview == "ready"


def test_a_changed_page_is_shown_when_a_moderator_has_taken_it(
    person: Person, moderator: Person, time: Time, street: Street, relay: Relay
) -> None:
    mine = publish(person, moderator, time, street.post("/boats"))
    before = shown_picture(person)
    street.post("/boats", title="Buy my lanterns", drawing="lanterns")
    time.passes(days=15)
    assert shown_picture(person) == before
    assert person.open(mine).says("shows another title or picture than before")

    moderator.open("/desk/").follow("Changed after approval")
    old, new = moderator.page.css(".pair img")
    assert moderator.says("Buy my lanterns")
    for image in (old, new):
        path = image.attributes["src"] or ""
        assert moderator.client.get(path).status_code == 200
        assert person.client.get(path).status_code == 303  # to the sign-in
    first = pictures_of(relay, entries(relay)[0].id or 0)[0]
    moderator.send("Take the new one")
    assert moderator.says("There is nothing here.")

    after = shown_picture(person)
    assert after != before
    assert person.client.get(after).status_code == 200
    assert person.client.get(before).status_code == 404
    (second,) = pictures_of(relay, entries(relay)[0].id or 0)
    assert not look_alike(first.fingerprint, second.fingerprint)
    assert person.open("/en/").says(WHOLE["title"])  # the maker's own words stay
    assert not person.says("Buy my lanterns")
    moderator.open("/desk/?state=approved").follow(WHOLE["title"])
    assert moderator.says("mei@example.org : Take the new one")


def test_what_was_approved_can_be_kept_and_nobody_is_asked_again(
    person: Person, moderator: Person, time: Time, street: Street
) -> None:
    publish(person, moderator, time, street.post("/boats"))
    before = shown_picture(person)
    street.post("/boats", title="Buy my lanterns", drawing="lanterns")
    time.passes(days=15)
    moderator.open("/desk/").follow("Changed after approval")
    moderator.send("Keep what was approved")
    time.passes(days=15)
    assert street.asked.count("/boats") == 3
    assert moderator.open("/desk/links").says("There is nothing here.")
    assert shown_picture(person) == before


def test_who_decides_on_a_change_that_was_decided_is_told(
    person: Person, moderator: Person, time: Time, street: Street
) -> None:
    publish(person, moderator, time, street.post("/boats"))
    street.post("/boats", title="Buy my lanterns")
    time.passes(days=15)
    slower = type(moderator)(moderator.client).open("/desk/links")
    moderator.open("/desk/links").send("Take the new one")
    slower.send("Keep what was approved")
    assert slower.status == 409
    assert slower.says("Somebody was faster, or the page has changed again.")


def test_a_gone_post_is_said_to_be_gone_and_its_return_is_seen(
    person: Person, moderator: Person, time: Time, street: Street
) -> None:
    badge = "The post is no longer there"
    mine = publish(person, moderator, time, street.post("/boats"))
    picture = shown_picture(person)
    street.posts["/boats"].status = 404
    time.passes(days=15)
    assert not person.open("/en/").says(badge)  # it may have been a hiccup
    time.passes(days=1)
    assert shown_picture(person) == picture
    assert person.says(badge)
    assert person.open("/en/?view=words").says(badge)
    assert person.open("/en/w/1").says(f"{badge}. The picture and the words stay.")
    assert "See the post on" not in person.text
    assert person.open("/he/").says("הפרסום כבר לא שם")
    assert person.open(mine).says("There is no post at this address any more.")
    moderator.open("/desk/").follow("No longer there")
    assert moderator.says(WHOLE["title"])

    street.posts["/boats"].status = 200
    moderator.follow(WHOLE["title"]).send("Look at the link again")
    assert moderator.says("was looked at a short while ago")
    time.passes(minutes=11)
    moderator.send("Look at the link again")
    assert moderator.says("We look at the link again")
    time.settles()
    assert not person.open("/en/").says(badge)
    assert shown_picture(person) == picture
    assert "See the post on" in person.open("/en/w/1").text


def test_a_makers_own_picture_stays_whatever_the_page_shows(
    person: Person, moderator: Person, time: Time, street: Street, relay: Relay
) -> None:
    begin(person, street.post("/boats"))
    drawn = (BytesIO(draw("boats")), "boats.png")
    person.send("Send it in", **WHOLE, picture=drawn)
    time.settles()
    moderator.open("/desk/").follow(WHOLE["title"]).send("Approve")
    before = shown_picture(person)
    street.post("/boats", drawing="lanterns")
    time.passes(days=15)
    moderator.open("/desk/links")
    assert moderator.says("The card shows the maker’s own picture")
    moderator.send("Take the new one")
    assert shown_picture(person) == before
    roles = {each.role for each in pictures_of(relay, entries(relay)[0].id or 0)}
    assert roles == set(PictureRole)
