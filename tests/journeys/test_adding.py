from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from sqlmodel import Session, select

from relay.domain.entry import ParentKnown
from relay.domain.moderation import Moderation
from relay.models import Entry
from relay.services.start_entry import incoming_key
from tests.making import PICTURE

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from tests.journeys.person import Person

DOUYIN = (
    "3.58 复制打开抖音，看看【小明的作品】春天 https://v.douyin.com/iABC123/ 05/12 :0pm"
)
WHOLE = {
    "title": "Paper boats",
    "city": "南京",
    "alt": "Boats of paper on a dark river",
    "name": "Lin",
    "consent": "yes",
}


def begin(person: Person, link: str = "https://example.org/post") -> Person:
    return person.open("/en/add").send("Continue", link=link)


def entries(relay: Relay) -> list[Entry]:
    with Session(relay.engine) as session:
        return list(session.exec(select(Entry).order_by(Entry.id)))  # type: ignore[arg-type]


def private_path(person: Person) -> str:
    return urlsplit(person.first("#mine-link").attributes["value"] or "").path


def baton_path(person: Person) -> str:
    return urlsplit(person.first("#baton-link").attributes["value"] or "").path


def test_a_link_is_sent_in_and_a_receipt_given(person: Person, relay: Relay) -> None:
    begin(person)
    assert person.status == 200
    assert "/add/check/" in person.path
    person.send("Send it in", **WHOLE)
    assert "/add/done/" in person.path
    (entry,) = entries(relay)
    assert entry.moderation is Moderation.PENDING
    assert person.says(entry.ref)
    assert person.says("What happens next")
    assert person.first("svg.qr").tag == "svg"
    person.follow("Save as a text file")
    assert entry.ref in person.text
    assert "/mine/" in person.text


def test_a_whole_share_text_from_an_app_is_understood(
    person: Person, relay: Relay
) -> None:
    person.open("/zh-Hans/add")
    person.send(person.page.css("main form button")[0].text(strip=True), link=DOUYIN)
    (entry,) = entries(relay)
    assert entry.link == "https://v.douyin.com/iABC123/"
    assert entry.platform == "douyin"
    assert "春天" in person.value("title")


def test_a_picture_alone_is_enough(person: Person, relay: Relay) -> None:
    picture = (BytesIO(PICTURE), "boats.png")
    person.open("/en/add").send("Continue", picture=picture)
    person.send("Send it in", **WHOLE)
    (entry,) = entries(relay)
    assert entry.link == ""
    assert relay.media.get(incoming_key(entry.ref)) == PICTURE
    assert person.says("We make your picture fit for the wall.")
    assert not person.says("your post")


@pytest.mark.parametrize("data", [b"", b"MZ no picture", b"<svg></svg>"])
def test_a_file_that_is_no_picture_is_refused_at_once(
    person: Person, relay: Relay, data: bytes
) -> None:
    person.open("/en/add").send("Continue", picture=(BytesIO(data), "boats.jpg"))
    assert person.status == 422
    assert_error_pattern(person, "picture")
    assert entries(relay) == []


@pytest.mark.parametrize(
    "typed", ["no link here", "http://127.0.0.1/x", "javascript:alert(1)", "", "<b>"]
)
def test_a_wrong_link_is_said_and_kept(
    person: Person, relay: Relay, typed: str
) -> None:
    begin(person, typed)
    assert person.status == 422
    assert_error_pattern(person, "link")
    assert person.value("link") == typed
    assert entries(relay) == []


def assert_error_pattern(person: Person, *fields: str) -> None:
    """The title says it, a summary links every wrong field, and each says why."""
    assert_summary(person, *fields)
    for each in fields:
        target = person.first(f"#{each}")
        reason = person.first(f"#{each}-error").text(strip=True)
        assert reason
        group = target.parent
        described = target.attributes.get("aria-describedby") or ""
        while f"{each}-error" not in described and group is not None:
            described = group.attributes.get("aria-describedby") or ""
            group = group.parent
        assert f"{each}-error" in described


def assert_summary(person: Person, *parts: str) -> None:
    """The title says it, and a summary that takes the focus links every part."""
    assert person.first("title").text().startswith("Error:")
    links = [
        each.attributes["href"] for each in person.page.css(".error-summary a[href]")
    ]
    assert links == [f"#{each}" for each in parts]
    assert all(person.first(each) for each in links if each)
    assert "data-focus" in person.first(".error-summary").attributes


def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_lost(
    person: Person,
) -> None:
    begin(person)
    typed = {
        "city": "Nowhere at all",
        "description": "A long story\n\nin two parts",
        "email": "not an address",
        "name": "<script>alert(1)</script>",
    }
    person.send("Send it in", **typed)
    assert person.status == 422
    assert_error_pattern(person, "title", "city", "alt", "email", "consent")
    for name, value in typed.items():
        assert person.value(name) == value
    assert "<script>alert(1)" not in person.text
    person.send("Send it in", **{**WHOLE, "email": "lin@example.org"})
    assert "/add/done/" in person.path


def test_a_city_that_has_namesakes_is_asked_back(person: Person, relay: Relay) -> None:
    begin(person).send("Send it in", **{**WHOLE, "city": "Cambridge"})
    assert person.status == 422
    assert person.says("Did you mean")
    offered = person.page.css("input[name=city_pick]")
    british = next(
        each
        for each in offered
        if "United Kingdom" in (each.parent.text() or "")  # type: ignore[union-attr]
    )
    pick = british.attributes["value"]
    person.send("Send it in", consent="yes", city_pick=pick)
    assert "/add/done/" in person.path
    assert entries(relay)[0].city_id == int(pick or 0)


def test_a_slip_of_the_pen_is_asked_back(person: Person) -> None:
    begin(person).send("Send it in", **{**WHOLE, "city": "Nanjign"})
    offered = [each.attributes["value"] for each in person.page.css("[name=city_pick]")]
    assert "1799962" in offered


def test_a_child_needs_a_guardian(person: Person, relay: Relay) -> None:
    begin(person).send("Send it in", **WHOLE, by_child="yes")
    assert_error_pattern(person, "guardian_consent")
    person.send("Send it in", consent="yes", by_child="yes", guardian_consent="yes")
    (entry,) = entries(relay)
    assert entry.by_child
    assert entry.guardian_consent_at


def test_nothing_is_ticked_for_anybody(person: Person) -> None:
    begin(person)
    assert person.page.css("input[type=checkbox][checked]") == []


@pytest.mark.parametrize("way", ["post", "volunteer"])
def test_alt_text_may_be_left_to_others(person: Person, relay: Relay, way: str) -> None:
    begin(person).send("Send it in", **{**WHOLE, "alt": ""}, alt_by=way)
    assert "/add/done/" in person.path
    assert entries(relay)[0].alt_by.value == way


def test_the_draft_can_be_found_again(person: Person) -> None:
    begin(person)
    here = person.path
    assert person.open(here.replace("/add/check/", "/mine/")).path == here
    assert person.open(here.replace("/check/", "/done/")).path == here


def test_a_draft_sent_twice_gives_the_same_receipt(
    person: Person, relay: Relay
) -> None:
    begin(person)
    check = person.path
    person.send("Send it in", **WHOLE)
    first = person.first(".confirm strong").text()
    assert "/mine/" in person.open(check).path
    assert person.says(first)
    assert len(entries(relay)) == 1


def test_the_baton_is_taken_by_a_second_maker(
    person: Person, another: Person, relay: Relay
) -> None:
    begin(person).send("Send it in", **WHOLE)
    another.open(baton_path(person))
    assert another.says("The baton is yours")
    assert WHOLE["title"] not in another.text  # not published yet
    another.follow("Add your artwork").send("Continue", link="https://weibo.com/1/2")
    another.send("Send it in", **{**WHOLE, "title": "Lanterns", "city": "Paris"})
    first, second = entries(relay)
    assert second.parent_id == first.id
    assert second.parent_known is ParentKnown.DECLARED


def test_a_typed_code_is_as_good_as_the_link(
    person: Person, another: Person, relay: Relay
) -> None:
    begin(person).send("Send it in", **WHOLE)
    code = person.first(".large-code").text().lower()
    another.open("/en/add").send("Take the baton", code=code)
    assert another.says("The baton is yours")
    begin(another, "https://weibo.com/1/2")
    another.send("Send it in", **WHOLE, passed="baton", baton=code)
    assert entries(relay)[1].parent_id == entries(relay)[0].id


@pytest.mark.parametrize("code", ["nonsense", "2222-2222-2222", "%00", "²"])
def test_a_wrong_baton_is_said_kindly(person: Person, code: str) -> None:
    person.open("/b/").send("Take the baton", code=code)
    assert person.status in {200, 400, 404}
    begin(person).send("Send it in", **WHOLE, passed="baton", baton=code)
    assert_error_pattern(person, "baton")
    assert person.value("baton") == code


@pytest.mark.parametrize("number", ["77", "²", "9" * 40])
def test_a_number_that_nobody_has_is_said(person: Person, number: str) -> None:
    begin(person).send("Send it in", **WHOLE, passed="saw", saw=number)
    assert_error_pattern(person, "saw")
