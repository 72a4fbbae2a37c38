"""The describers' room, without scripts: look, write, skip, and say why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlmodel import Session, select

from relay.domain.entry import AltBy
from relay.models import AuditRow, Entry
from relay.models.moderator import Role
from relay.services.describe import describe_entry
from tests.making import report
from tests.web.desk.arriving import arrive, make_account
from tests.web.making import draw_picture

if TYPE_CHECKING:
    from flask import Flask

    from relay.bootstrap import Relay
    from tests.journeys.person import Person
    from tests.web.making import Maker

WITHOUT = {"alt": "", "alt_by": AltBy.VOLUNTEER}


@pytest.fixture
def pictures(maker: Maker) -> None:
    """Two public artworks without words, then one in Hebrew that waits."""
    maker.published(picture=draw_picture(), **WITHOUT)
    maker.published(picture=draw_picture(), title="Lanterns", **WITHOUT)
    maker.add_picture(maker.pending(lang="he", **WITHOUT), draw_picture())


@pytest.fixture
def ana(relay: Relay, app: Flask) -> Person:
    make_account(relay, "ana@example.org", Role.DESCRIBER)
    return arrive(app, "ana@example.org")


def alt(relay: Relay, ref: str) -> str:
    with Session(relay.engine) as session:
        return session.exec(select(Entry).where(Entry.ref == ref)).one().alt


@pytest.mark.usefixtures("pictures")
def test_what_a_describer_writes_is_public_once_a_moderator_takes_it(
    relay: Relay, app: Flask, ana: Person
) -> None:
    ana.follow("Describe")
    assert ana.path == "/desk/describe"
    assert ana.says("What would you tell a friend who cannot see it?")
    picture = ana.first(".describing img").attributes["src"] or ""
    assert ana.client.get(picture).content_type == "image/jpeg"
    ana.send("Send the description", words="Paper <boats> on a river")
    assert ana.says("Thank you! You have described 1 artwork.")
    assert ana.says("Lanterns")
    # What she has described is not hers to look at any longer.
    assert ana.client.get(picture).status_code == 404
    make_account(relay, role=Role.MODERATOR)
    mei = arrive(app).open("/desk/revisions")
    assert "Paper &lt;boats&gt; on a river" in mei.text
    assert mei.says("By a describer")
    seen = mei.first(".revisions img").attributes["src"] or ""
    assert mei.client.get(seen).status_code == 200
    mei.send("Take these words")
    assert alt(relay, "ref1") == "Paper <boats> on a river"
    page = app.test_client().get("/en/w/1").text
    assert "Paper &lt;boats&gt; on a river" in page


@pytest.mark.usefixtures("pictures")
def test_a_moderator_needs_no_reason_to_leave_a_volunteers_words_out(
    relay: Relay, app: Flask, ana: Person
) -> None:
    ana.open("/desk/describe").send("Send the description", words="Boats")
    make_account(relay, role=Role.MODERATOR)
    mei = arrive(app).open("/desk/revisions").send("Keep the old words")
    assert mei.says("Everything stays as it is.")
    assert mei.says("No words wait.")
    assert alt(relay, "ref1") == ""


@pytest.mark.usefixtures("pictures")
def test_without_words_the_picture_is_shown_again(ana: Person) -> None:
    ana.open("/desk/describe").send("Send the description", words=" ")
    assert ana.status == 422
    assert "<title>Error: Describe a picture" in ana.text
    assert '<a href="#words">Say what can be seen.</a>' in ana.text
    ana.send("Send the description", words="w" * 1_001)
    assert ana.status == 422
    assert ana.value("words") == "w" * 1_001


@pytest.mark.usefixtures("pictures")
def test_skipping_leads_through_all_pictures_and_to_the_first_again(
    ana: Person,
) -> None:
    titles = []
    ana.open("/desk/describe")
    while ana.page.css_first(".describing"):
        titles.append(ana.first(".describing h2").text(strip=True))
        ana.send("Skip this picture")
    assert titles == ["Work 1", "Lanterns", "Work 3"]
    assert ana.says("That was the last picture")
    ana.follow("Begin again with the oldest")
    assert ana.first(".describing h2").text(strip=True) == "Work 1"


@pytest.mark.usefixtures("pictures")
def test_who_cannot_describe_a_picture_says_why_and_is_not_asked_again(
    relay: Relay, ana: Person
) -> None:
    ana.open("/desk/describe").send("Leave it to others")
    assert ana.status == 422
    assert '<a href="#hindrance">Choose a reason</a>' in ana.text
    ana.send("Leave it to others", hindrance="foreign_words")
    assert ana.says("Somebody else will try.")
    assert ana.says("Lanterns")
    with Session(relay.engine) as session:
        row = session.exec(
            select(AuditRow).where(AuditRow.what == "description.declined")
        ).one()
    assert (row.subject, row.details) == ("ref1", {"reason": "foreign_words"})


@pytest.mark.usefixtures("pictures")
def test_who_was_slower_is_told_and_keeps_what_was_written(
    relay: Relay, ana: Person
) -> None:
    ana.open("/desk/describe")
    ben = make_account(relay, "ben@example.org", Role.DESCRIBER)
    describe_entry(relay.engine, "ref1", "B", moderator_id=ben, clock=relay.clock)
    ana.send("Send the description", words="My <words>")
    assert ana.status == 409
    assert ana.says("Somebody was faster")
    assert "My &lt;words&gt;" in ana.text
    assert ana.follow("Next picture").says("Lanterns")


@pytest.mark.usefixtures("pictures")
def test_the_language_is_the_entrys_unless_another_is_chosen(
    relay: Relay, app: Flask, ana: Person
) -> None:
    ana.open("/desk/describe").send("Skip this picture").send("Skip this picture")
    # This browser speaks English alone: she seems not to write Hebrew.
    assert ana.value("words_lang") == "en"
    ana.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en, he;q=0.5"
    ana.open("/desk/describe?after=ref2")
    assert ana.value("words_lang") == "he"
    ana.send("Send the description", words="Paper boats", words_lang="en")
    make_account(relay, role=Role.MODERATOR)
    mei = arrive(app).open("/desk/revisions")
    assert mei.says("Written in another language than the entry’s: English.")
    assert mei.send("Take these words").says("The words are taken.")


def test_an_alt_text_is_marked_with_its_own_language_wherever_it_is_read(
    relay: Relay, app: Flask, maker: Maker, ana: Person
) -> None:
    no = maker.published(picture=draw_picture(), lang="he", title="סירות", **WITHOUT)
    ana.open("/desk/describe")
    ana.send("Send the description", words="Paper boats", words_lang="en")
    make_account(relay, role=Role.MODERATOR)
    mei = arrive(app).open("/desk/revisions").send("Take these words")
    reader = app.test_client()
    for page, marked in ((f"/he/w/{no}", True), (f"/en/w/{no}", False), ("/he/", True)):
        html = HTMLParser(reader.get(page).text)
        picture = html.css_first('img[alt="Paper boats"]')
        assert picture
        assert (picture.attributes.get("lang") == "en") is marked, page
    said = HTMLParser(reader.get("/he/?view=words").text).css_first(".said p")
    assert said
    assert said.attributes["lang"] == "en"
    told = reader.get(f"/api/v1/entries/{no}").get_json()
    assert (told["lang"], told["alt_lang"]) == ("he", "en")
    assert reader.get("/api/v1/entries").get_json()["entries"][0]["alt_lang"] == "en"
    feed = reader.get("/feed.json").get_json()["items"][0]
    assert '<p lang="en">Paper boats</p>' in feed["content_html"]
    mei.open("/desk/entry/ref1")
    assert mei.value("edit_alt_lang") == "en"
    mei.send("Keep the changes", edit_alt="סירות נייר", edit_alt_lang="he")
    picture = HTMLParser(reader.get(f"/he/w/{no}").text).css_first("article img")
    assert picture
    assert "lang" not in picture.attributes


@pytest.mark.usefixtures("pictures")
def test_a_picture_that_somebody_else_holds_is_nobodys_to_see(
    relay: Relay, app: Flask, ana: Person
) -> None:
    ana.open("/desk/describe")
    make_account(relay, "ben@example.org", Role.DESCRIBER)
    ben = arrive(app, "ben@example.org").open("/desk/describe")
    assert ben.says("Lanterns")
    assert ben.client.get("/desk/describe/ref1/picture/post").status_code == 404
    assert ben.client.get("/desk/entry/ref1").status_code == 403


@pytest.mark.usefixtures("pictures")
def test_a_reported_picture_is_veiled_until_it_is_asked_for(
    relay: Relay, ana: Person
) -> None:
    report(relay, 1)
    ana.open("/desk/describe")
    assert ana.first("details.veil summary").text(strip=True) == "Show the picture"


def test_with_nothing_left_there_are_thanks(ana: Person) -> None:
    assert ana.open("/desk/describe").says("Every picture has its words")
