"""The desk without scripts: entries handed out, narrowed, held, decided by many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from relay.domain.moderation import Choice
from relay.domain.trust import RuleKind
from relay.models import (
    Appeal,
    Decision,
    Entry,
    Hold,
    Lease,
    Moderator,
    Preview,
    Report,
    Reveal,
    RevisedBy,
    Revision,
    Sample,
    Stash,
)
from relay.models.moderator import Role
from relay.services.writing import writing
from tests.journeys.person import Person
from tests.making import choose, make_moderator
from tests.sparing import HASHER
from tests.web.making import HAIFA, Maker, draw_picture

if TYPE_CHECKING:
    from flask import Flask

    from relay.bootstrap import Relay

PASSWORD = "five quiet paper boats"
HASHED = HASHER.hash(PASSWORD)
NOW = datetime.now(UTC)


@pytest.fixture
def maker(relay: Relay) -> Maker:
    return Maker(relay)


def sign_in(
    app: Flask, relay: Relay, email: str, *, role: Role = Role.MODERATOR
) -> Person:
    make_moderator(relay, email, role=role, password_hash=HASHED)
    somebody = Person(app.test_client()).open("/desk/")
    somebody.send("Sign in", email=email, password=PASSWORD)
    return somebody.open("/desk/")


@pytest.fixture
def mei(app: Flask, relay: Relay, maker: Maker) -> Person:
    """A moderator who has signed in; `maker` has made nothing before."""
    assert maker.relay is relay
    return sign_in(app, relay, "mei@example.org")


def keep(relay: Relay, *rows: object) -> None:
    with writing(relay.engine) as session:
        session.add_all(rows)


def titles(person: Person) -> list[str]:
    return [each.text(strip=True) for each in person.page.css(".queue h2")]


def test_work_goes_on_from_one_entry_to_the_next_without_scripts(
    mei: Person, maker: Maker, relay: Relay
) -> None:
    for _ in range(7):
        maker.pending()
    mei.open("/desk/").send("Start deciding")
    assert mei.path == "/desk/entry/ref1"
    assert mei.says("1 of 7 in your hands")
    mei.send("Approve")
    assert mei.path == "/desk/entry/ref2"
    mei.send("Do not accept", reason="unclear", note="Please say more")
    assert mei.path == "/desk/entry/ref3"
    assert mei.says("Work 2. Not accepted.")
    for _ in range(5):
        mei.send("Approve")
    assert mei.path == "/desk/"
    assert mei.says("Nothing waits. Thank you!")
    with Session(relay.engine) as session:
        assert session.exec(select(Lease)).all() == []
        assert len(session.exec(select(Decision)).all()) == 7


def test_two_moderators_are_handed_different_entries_and_see_who_holds_what(
    app: Flask, relay: Relay, maker: Maker, mei: Person
) -> None:
    for _ in range(25):
        maker.pending()
    mei.open("/desk/").send("Start deciding")
    lin = sign_in(app, relay, "lin@example.org")
    lin.send("Start deciding")
    assert (mei.path, lin.path) == ("/desk/entry/ref1", "/desk/entry/ref21")
    lin.open("/desk/entry/ref1")
    assert lin.says("mei@example.org holds this for")
    assert not lin.says("Take it over")
    assert lin.open("/desk/").says("mei@example.org holds this for 15 minutes more.")
    boss = sign_in(app, relay, "boss@example.org", role=Role.ORGANISER)
    boss.open("/desk/entry/ref1").send("Take it over")
    assert boss.says("1 of 1 in your hands")
    mei.open("/desk/").send("Give them back")
    assert mei.says("19 entries were given back.")


def test_who_signs_out_holds_nothing_any_more(
    mei: Person, maker: Maker, relay: Relay
) -> None:
    maker.pending()
    mei.open("/desk/").send("Start deciding")
    with Session(relay.engine) as session:
        assert len(session.exec(select(Lease)).all()) == 1
    mei.send("Sign out")
    with Session(relay.engine) as session:
        assert session.exec(select(Lease)).all() == []


def test_a_hand_out_goes_on_within_what_was_asked_for(
    mei: Person, maker: Maker
) -> None:
    for at in range(6):
        maker.pending(lang="he" if at % 2 else "en", city_id=HAIFA, country="IL")
    mei.open("/desk/").send("Show these", lang="he")
    assert titles(mei) == ["Work 2", "Work 4", "Work 6"]
    assert mei.says("3 entries fit your choice.")
    mei.send("Start deciding")
    assert mei.path == "/desk/entry/ref2"
    mei.send("Approve")
    mei.send("Approve")
    mei.send("Approve")
    assert mei.path == "/desk/"
    assert mei.open("/desk/?lang=he").says("There is nothing here.")
    assert titles(mei.open("/desk/")) == ["Work 1", "Work 3", "Work 5"]


def test_what_is_odd_is_asked_for_by_its_mark(
    mei: Person, maker: Maker, relay: Relay
) -> None:
    published = maker.id_of(maker.published())
    held, appealed, bare, mine, aside = (maker.pending() for _ in range(5))
    with writing(relay.engine) as session:
        session.get_one(Entry, bare).alt = ""
        me = session.exec(select(Moderator.id)).one()
    keep(
        relay,
        Report(entry_id=published, reason="hurtful", words="Please look", at=NOW),
        Sample(entry_id=published, at=NOW),
        Revision(
            entry_id=published,
            by=RevisedBy.MAKER,
            before={"title": "Work 1"},
            changes={"title": "Better"},
            at=NOW,
        ),
        Hold(
            entry_id=held,
            kind=RuleKind.BLOCK_WORD,
            pattern="shoes",
            place="title",
            found="Shoes",
            at=NOW,
        ),
        Appeal(entry_id=appealed, words="It is my own", at=NOW),
        Stash(entry_id=mine, by_id=None, for_id=me, note="For you", at=NOW),
        Stash(entry_id=aside, by_id=me, note="Somebody else, please", at=NOW),
    )
    for mark, found, said in (
        ("reported", "Work 1", "Please look"),
        ("sampled", "Work 1", "A rule let this through"),
        ("revised", "Work 1", "Better"),
        ("held", "Work 2", "shoes"),
        ("appeal", "Work 3", "It is my own"),
        ("no_alt", "Work 4", "No alt text yet"),
        ("mine", "Work 5", "For you"),
    ):
        mei.open(f"/desk/?mark={mark}")
        assert titles(mei) == [found], mark
        mei.follow(found)
        assert mei.says(said), mark
    assert titles(mei.open("/desk/?mark=aside")) == ["Work 5", "Work 6"]
    # What was put aside for others is not in one's own queue.
    assert titles(mei.open("/desk/")) == ["Work 2", "Work 3", "Work 4", "Work 5"]
    for nonsense in ("?mark=x", "?state=draft", "?kind=x", "?after=x"):
        assert mei.open(f"/desk/{nonsense}").status == 200


def test_doubles_are_found_by_link_and_by_picture(mei: Person, maker: Maker) -> None:
    one, other = maker.pending(), maker.pending()
    for each in (one, other):
        maker.add_picture(each, draw_picture())
    maker.pending(canonical="https://example.org/same")
    maker.pending(canonical="https://example.org/same")
    maker.pending()
    mei.open("/desk/?mark=double")
    assert titles(mei) == ["Work 1", "Work 2", "Work 3", "Work 4"]
    mei.follow("Work 3")
    assert mei.says("The same link was sent in once more.")
    assert mei.open("/desk/entry/ref1").says("Another entry looks nearly the same.")


def test_what_is_approved_for_later_does_not_wait(
    mei: Person, maker: Maker, relay: Relay
) -> None:
    later, changed = maker.pending(), maker.pending(version=3)
    at = NOW + timedelta(days=1)
    keep(
        relay,
        Reveal(entry_id=later, version=1, at=at),
        Reveal(entry_id=changed, version=2, at=at),
    )
    assert titles(mei.open("/desk/")) == ["Work 2"]


def test_a_moderator_sees_only_what_they_are_for(
    app: Flask, mei: Person, maker: Maker, relay: Relay
) -> None:
    maker.pending(country="CN", lang="zh-Hans")
    maker.pending(country="IL", lang="he")
    with writing(relay.engine) as session:
        session.exec(select(Moderator)).one().scope = {"languages": ["zh"]}
    assert titles(mei.open("/desk/")) == ["Work 1"]
    # What is counted and offered is theirs, too.
    assert mei.says("Waiting for a moderator 1 ")
    assert not mei.page.css("option[value=IL]")
    mei.send("Start deciding").send("Approve")
    assert mei.path == "/desk/"
    boss = sign_in(app, relay, "boss@example.org", role=Role.ORGANISER)
    assert titles(boss) == ["Work 2"]


def test_many_are_decided_after_their_count_was_seen(
    mei: Person, maker: Maker, relay: Relay
) -> None:
    for _ in range(4):
        maker.pending()
    boss = make_moderator(relay, "boss@example.org")
    mei.open("/desk/")
    chosen = [f"ref{at}~1" for at in (1, 2, 3)]
    mei.send("Decide on those that you chose", chosen=chosen)
    assert mei.says("Nothing has been decided yet.")
    mei.send("Decide on 3 entries", chosen=chosen, choice="reject")
    assert mei.status == 422
    assert mei.first("title").text().startswith("Error:")
    choose(relay, "ref2", by=boss)
    mei.send("Do not accept: 3 entries", chosen=chosen, reason="off_theme")
    assert mei.says("Decided: 2 of 3.")
    assert mei.says("Work 2 : Somebody was faster") or mei.says(
        "Work 2: Somebody was faster"
    )
    with Session(relay.engine) as session:
        log = session.exec(select(Decision).order_by(col(Decision.id))).all()
    assert [each.choice for each in log] == [
        Choice.APPROVE,
        Choice.REJECT,
        Choice.REJECT,
    ]
    assert {each.reason for each in log[1:]} == {"off_theme"}


def test_the_card_compares_what_maker_and_platform_say(
    mei: Person, maker: Maker, relay: Relay
) -> None:
    mine = maker.pending(
        title="Paper boats",
        name="Lin",
        email="lin@example.org",
        description="A story of a river",
    )
    maker.pending(email="lin@example.org", canonical="https://example.org/else")
    keep(
        relay,
        Preview(entry_id=mine, title="Paper kites", author="Lin", description="No tag"),
    )
    mei.open("/desk/entry/ref1")
    assert [each.text() for each in mei.page.css(".compare mark")][:2] == [
        "boats",
        "kites",
    ]
    assert mei.says("None of the season’s hashtags stands in the post.")
    assert mei.open("/desk/entry/ref2").says("Earlier entries of the same maker")
    assert mei.says("Paper boats")


def test_what_strangers_wrote_is_never_code_at_the_desk(
    mei: Person, maker: Maker, relay: Relay
) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    entry = maker.pending(
        title=evil, alt=evil, name=evil, description=evil, link="javascript:alert(1)"
    )
    keep(
        relay,
        Preview(entry_id=entry, title=evil, author=evil, description=evil),
        Report(entry_id=entry, reason="hurtful", words=evil, at=NOW),
        Hold(
            entry_id=entry,
            kind=RuleKind.BLOCK_WORD,
            pattern=evil,
            place="title",
            found=evil,
            at=NOW,
        ),
        Appeal(entry_id=entry, words=evil, at=NOW),
        Stash(entry_id=entry, note=evil, at=NOW),
        Revision(
            entry_id=entry,
            by=RevisedBy.MAKER,
            before={"title": evil},
            changes={"title": evil},
            at=NOW,
        ),
    )
    for path in ("/desk/entry/ref1", "/desk/entry/ref1/card", "/desk/?mark=aside"):
        mei.open(path)
        assert mei.status == 200
        assert "<script>alert" not in mei.text
        assert not mei.page.css("[onerror]")
        assert not [
            each
            for each in mei.page.css("[href^='javascript:']")
            if each.attributes.get("href")
        ], path


def test_habits_are_kept_and_wrong_keys_are_named(mei: Person) -> None:
    mei.open("/desk/keys")
    mei.send("Keep them", **{"key-approve": "j"})
    assert mei.status == 422
    assert mei.says("Another line has this key already.")
    mei.send("Keep them", **{"key-approve": "F"}, keys_on=None)
    assert mei.value("key-approve") == "f"
    assert mei.says("Your habits are kept.")
    mei.send("Restore the usual keys")
    assert mei.value("key-approve") == "a"


def test_who_may_only_look_is_offered_no_decision(
    app: Flask, relay: Relay, maker: Maker
) -> None:
    maker.pending()
    viewer = sign_in(app, relay, "viewer@example.org", role=Role.VIEWER)
    for path in ("/desk/", "/desk/entry/ref1"):
        viewer.open(path)
        assert viewer.status == 200
        for button in ("Start deciding", "Approve", "Hold it", "Decide on"):
            assert not viewer.says(button), (path, button)
