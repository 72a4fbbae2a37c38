"""The season room: forms without scripts, previews, conflicts, undoing, the picture."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from sqlmodel import Session, select

from relay.models import Season
from relay.models.moderator import Role
from relay.services.start_entry import start_entry
from tests.journeys.person import Person
from tests.making import make_moderator
from tests.sparing import HASHER

if TYPE_CHECKING:
    from flask import Flask

    from relay.bootstrap import Relay

SLUG = "leave-no-one-behind"
HERE = f"/desk/seasons/{SLUG}"
PASSWORD = "five quiet paper boats"
SAVE, SEE, UNDO = "Save", "See it before it is saved", "Take this change back"


def sign_in(app: Flask, relay: Relay, role: Role, email: str) -> Person:
    make_moderator(relay, email, role=role, password_hash=HASHER.hash(PASSWORD))
    somebody = Person(app.test_client()).open("/desk/sign-in")
    return somebody.send("Sign in", email=email, password=PASSWORD)


@pytest.fixture
def organiser(app: Flask, relay: Relay) -> Person:
    return sign_in(app, relay, Role.ORGANISER, "ada@example.org")


def kept(relay: Relay, slug: str = SLUG) -> Season:
    with Session(relay.engine) as session:
        return session.exec(select(Season).where(Season.slug == slug)).one()


def errors_of(person: Person) -> dict[str, str]:
    return {
        (each.attributes["href"] or "").removeprefix("#"): each.text()
        for each in person.page.css(".error-summary a")
    }


def picture(colour: str = "#804020", side: int = 900) -> tuple[BytesIO, str]:
    file = BytesIO()
    Image.effect_noise((side, side // 2), 90).convert("RGB").save(file, "JPEG")
    file.seek(0)
    return file, f"{colour}.jpg"


def test_a_season_is_made_seen_before_and_found_in_public(
    organiser: Person, relay: Relay
) -> None:
    organiser.open("/desk/seasons").follow("Make a new season")
    assert organiser.value("number") == "4"
    assert organiser.value("time_zone") == "Asia/Shanghai"
    organiser.send(
        SEE,
        **{
            "slug": "hands",
            "opens": "2027-01-01T09:00",
            "city": "Haifa",
            "titles-en": "Hands",
            "titles-he": "ידיים",
            "rules-en": "Be kind.\n\nBe brief.",
            "hashtags": "hands #Hands_2",
            "partner-name-2": "A museum",
            "partner-link-2": "https://example.org/m",
        },
    )
    assert organiser.status == 200
    assert organiser.says("Nothing is saved yet.")
    pages = {
        each.attributes["lang"]: each.text()
        for each in organiser.page.css(".as-public")
    }
    assert "ידיים" in (pages["he"] or "")
    assert "Hands" in (pages["zh-Hans"] or "")
    assert "第" in (pages["zh-Hans"] or ""), "the frame is in the reader's language"
    with Session(relay.engine) as session:
        assert len(session.exec(select(Season)).all()) == 1
    organiser.send("Make the season")
    assert organiser.path == "/desk/seasons/hands"
    assert organiser.says("The season is made.")
    made = kept(relay, "hands")
    assert made.opens_at.isoformat() == "2027-01-01T01:00:00+00:00"
    assert made.partners == [{"name": "A museum", "link": "https://example.org/m"}]
    reader = Person(organiser.client).open("/en/season/hands")
    assert reader.says("Be kind.")
    assert reader.first(".partners a").attributes["href"] == "https://example.org/m"
    assert reader.says("#hands #Hands_2")


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_lost(
    organiser: Person, relay: Relay
) -> None:
    before = kept(relay).model_dump()
    organiser.open(HERE).send(
        SAVE,
        **{
            "slug": "Not A Slug",
            "number": "four",
            "time_zone": "Asia/Shanghai",
            "opens": "soon",
            "city": "Nowhere at all xyz",
            "titles-en": "T" * 121,
            "statements-he": "שלום",
            "partner-name-1": "",
            "partner-link-1": "javascript:alert(1)",
        },
    )
    assert organiser.status == 422
    assert organiser.page.css_first("title").text().startswith("Error:")  # type: ignore[union-attr]  # a page has a title
    errors = errors_of(organiser)
    assert list(errors) == [
        "slug",
        "number",
        "opens",
        "city",
        "titles-en",
        "partner-link-1",
        "partner-name-1",
    ]
    for name in errors:
        assert organiser.page.css_first(f'[id="{name}"]'), name
    assert organiser.value("titles-en") == "T" * 121
    assert organiser.value("statements-he") == "שלום"
    assert organiser.value("opens") == "soon"
    assert organiser.value("partner-link-1") == "javascript:alert(1)"
    assert kept(relay).model_dump() == before


def test_what_is_not_touched_stays_to_the_second(
    organiser: Person, relay: Relay
) -> None:
    before = kept(relay)
    organiser.open(HERE).send(SAVE)
    assert organiser.says("Nothing was changed.")
    assert kept(relay).opens_at == before.opens_at


def test_an_end_is_set_and_taken_away(organiser: Person, relay: Relay) -> None:
    organiser.open(HERE).send(SAVE, closes="2000-01-01T00:00")
    assert errors_of(organiser) == {"closes": "The season must close after it opens."}
    organiser.send(SAVE, closes="2099-01-01T00:00")
    assert organiser.says("The season is saved.")
    assert kept(relay).closes_at
    organiser.send(SAVE, closes="")
    assert kept(relay).closes_at is None


def test_a_time_that_comes_twice_is_asked_back(organiser: Person, relay: Relay) -> None:
    organiser.open(HERE).send(
        SAVE, time_zone="Europe/London", closes="2099-10-25T01:30"
    )
    assert list(errors_of(organiser)) == ["closes"]
    organiser.send(SAVE, closes_later="yes")
    closes = kept(relay).closes_at
    assert closes
    assert closes.isoformat() == "2099-10-25T01:30:00+00:00"
    organiser.open(HERE).send(SAVE, closes="2099-03-29T01:30")
    assert "leap over" in errors_of(organiser)["closes"]


def test_a_city_with_namesakes_is_asked_back(organiser: Person, relay: Relay) -> None:
    organiser.open(HERE).send(SAVE, city="Cambridge")
    assert organiser.status == 422
    assert errors_of(organiser) == {"city": "Choose which city you mean."}
    organiser.send(SAVE, city_pick="2653941")
    assert kept(relay).origin_city == 2653941


def test_the_address_of_a_season_with_entries_stays(
    organiser: Person, relay: Relay
) -> None:
    start_entry(relay.intake, link="https://example.org/post")
    organiser.open(HERE)
    assert "readonly" in organiser.first("#slug").attributes
    organiser.send(SAVE, slug="elsewhere")
    assert "stays as it is" in errors_of(organiser)["slug"]
    organiser.open("/desk/seasons/new").send(
        "Make the season",
        **{
            "slug": SLUG,
            "number": "3",
            "opens": "2027-01-01T09:00",
            "city": "Haifa",
            "titles-en": "Hands",
        },
    )
    assert set(errors_of(organiser)) == {"slug", "number"}


def test_no_season_takes_the_address_at_which_the_desk_makes_one(
    organiser: Person, relay: Relay
) -> None:
    organiser.open(HERE).send(SAVE, slug="new")
    assert "needs this address itself" in errors_of(organiser)["slug"]
    assert kept(relay).slug == SLUG


def test_the_second_of_two_organisers_sees_both_and_chooses(
    app: Flask, organiser: Person, relay: Relay
) -> None:
    other = sign_in(app, relay, Role.ORGANISER, "bo@example.org").open(HERE)
    organiser.open(HERE).send(SAVE, **{"titles-en": "First"})
    other.send(SAVE, **{"titles-en": "Second", "statements-he": "שלום"})
    assert other.status == 409
    assert other.says("First")
    assert other.says("Second")
    assert kept(relay).titles["en"] == "First"
    other.send("Go on editing mine")
    assert other.value("titles-en") == "Second"
    assert kept(relay).titles["en"] == "First"
    other.send(SAVE)
    assert kept(relay).titles["en"] == "Second"
    assert kept(relay).statements["he"] == "שלום"


def test_the_last_change_is_taken_back(organiser: Person, relay: Relay) -> None:
    organiser.open(HERE)
    assert UNDO not in organiser.text
    organiser.send(SAVE, **{"titles-en": "Other"})
    stale = Person(organiser.client).open(HERE)
    assert organiser.says("What was changed: Title")
    organiser.send(UNDO)
    assert organiser.says("The last change is taken back.")
    assert kept(relay).titles["en"] == "Leave No One Behind"
    stale.send(UNDO)
    assert stale.status == 409
    assert kept(relay).titles["en"] == "Leave No One Behind"


def test_a_symbol_gets_a_picture_with_words_and_loses_it(organiser: Person) -> None:
    organiser.open(HERE).follow("Change the picture and its words")
    organiser.send(SAVE, picture=picture())
    assert errors_of(organiser) == {
        "symbol_alts-en": "English: Say what can be seen on the picture, in one "
        "language at least."
    }
    organiser.send(SAVE, picture=picture(), **{"symbol_alts-en": "A brick"})
    assert organiser.says("The season is saved.")
    reader = Person(organiser.client).open(f"/en/season/{SLUG}")
    shown = reader.first(".symbol-picture").attributes
    assert shown["alt"] == "A brick"
    answer = reader.client.get(shown["src"] or "")
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert answer.cache_control.public
    widths = [each.split()[1] for each in (shown["srcset"] or "").split(", ")]
    assert widths == ["900w", "640w", "320w"]
    organiser.open(f"{HERE}/picture").send("Take the picture away")
    assert "symbol-picture" not in reader.open(f"/en/season/{SLUG}").text
    assert reader.client.get(shown["src"] or "").status_code == 404
    organiser.open(HERE).send(UNDO)
    assert reader.client.get(shown["src"] or "").status_code == 200


@pytest.mark.parametrize("data", [b"GIF89a", b"\x89PNG\r\n\x1a\nnonsense", b"", b"MZ"])
def test_what_is_no_picture_is_refused(
    organiser: Person, relay: Relay, data: bytes
) -> None:
    organiser.open(f"{HERE}/picture").send(
        SAVE, picture=(BytesIO(data), "a.png"), **{"symbol_alts-en": "A brick"}
    )
    assert organiser.status == 422
    assert "picture" in errors_of(organiser)
    assert organiser.value("symbol_alts-en") == "A brick"
    assert kept(relay).symbol_picture is None


def test_words_of_a_season_are_shown_and_never_run(
    organiser: Person, relay: Relay
) -> None:
    evil = '"><script>alert(1)</script>'
    organiser.open(HERE).send(
        SAVE,
        **{
            "titles-en": evil,
            "rules-en": evil,
            "symbol_stories-en": evil,
            "partner-name-1": evil,
        },
    )
    assert kept(relay).titles["en"] == evil
    for page in (HERE, "/desk/seasons", f"/en/season/{SLUG}", "/en/seasons"):
        assert "<script>alert" not in organiser.open(page).text
    assert "<script>alert" not in organiser.open(HERE).send(SEE).text


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.DESCRIBER, Role.VIEWER])
def test_only_organisers_come_in(app: Flask, relay: Relay, role: Role) -> None:
    person = sign_in(app, relay, role, "cy@example.org")
    for page in ("/desk/seasons", "/desk/seasons/new", HERE, f"{HERE}/picture"):
        assert person.open(page).status == 403, page
