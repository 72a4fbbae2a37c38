"""What moderators do beside deciding: with plain forms, and no script."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from relay.domain.local_time import write_local
from relay.domain.moderation import Choice, Moderation, Reason
from relay.models.moderator import Role
from relay.services.reasons import add_reason
from relay.services.withdraw_entry import withdraw_entry
from tests.deciding import ask_for_two, change, limit_scope, log
from tests.journeys.conftest import moderator
from tests.making import choose, find, make_moderator, send
from tests.web.desk.arriving import arrive, make_account
from tests.web.making import draw_picture

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay
    from tests.journeys.person import Person
    from tests.web.making import Maker

__all__ = ["moderator"]

SHANGHAI = ZoneInfo("Asia/Shanghai")


def typed_time(at: datetime) -> str:
    return write_local(at, SHANGHAI)


def test_words_and_city_are_edited_and_the_history_shows_both(
    moderator: Person, relay: Relay
) -> None:
    sent = send(relay)
    moderator.open(f"/desk/entry/{sent.ref}")
    assert moderator.value("edit_title") == "Paper boats"
    assert moderator.value("edit_city") == "Nanjing, China"
    moderator.send("Keep the changes", edit_title="Lanterns", edit_city="Nairobi")
    assert moderator.says("The changes are kept.")
    entry = find(relay, sent.ref)
    assert (entry.title, entry.country) == ("Lanterns", "KE")
    changed = moderator.first(".changes").text()
    assert "Paper boats" in changed
    assert "Lanterns" in changed
    assert "Nairobi, Kenya" in changed


def test_what_cannot_be_kept_is_said_at_its_field_and_stays_typed(
    moderator: Person, relay: Relay
) -> None:
    sent = send(relay)
    moderator.open(f"/desk/entry/{sent.ref}")
    moderator.send("Keep the changes", edit_title=" ", edit_alt="A long new text")
    assert moderator.status == 422
    assert moderator.says("Give the artwork a title.")
    assert moderator.value("edit_alt") == "A long new text"
    assert "open" in moderator.first("details:has(#edit_title)").attributes


def test_a_name_of_many_cities_asks_which_one(moderator: Person, relay: Relay) -> None:
    sent = send(relay)
    moderator.open(f"/desk/entry/{sent.ref}")
    moderator.send("Keep the changes", edit_city="Springfield")
    assert moderator.status == 422
    assert moderator.says("Choose which city you mean.")
    picks = moderator.page.css("input[name=edit_city_pick]")
    assert len(picks) > 1
    picked = picks[0].attributes["value"]
    moderator.send("Keep the changes", edit_city="Springfield", edit_city_pick=picked)
    assert find(relay, sent.ref).city_id == int(picked or 0)


def test_each_decision_is_taken_back_by_a_button_of_its_own(
    moderator: Person, relay: Relay
) -> None:
    sent = send(relay)
    moderator.open(f"/desk/entry/{sent.ref}").send("Approve")
    moderator.open(f"/desk/entry/{sent.ref}").send("Take back")
    assert moderator.says("It was taken back.")
    assert find(relay, sent.ref).moderation is Moderation.PENDING
    moderator.send("Take back")
    assert find(relay, sent.ref).moderation is Moderation.APPROVED


def test_a_decision_that_came_too_late_shows_both(
    moderator: Person, relay: Relay
) -> None:
    sent = send(relay)
    by = make_moderator(relay, "ken@example.org")
    choose(relay, sent.ref, by=by)
    moderator.open(f"/desk/entry/{sent.ref}")
    choose(relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.HURTFUL)
    moderator.send("Take back")
    assert moderator.status == 409
    assert moderator.says("Somebody was faster")
    assert moderator.says("Take down (It hurts people)")
    assert find(relay, sent.ref).moderation is Moderation.TAKEN_DOWN


def test_a_picture_is_veiled_for_the_public_and_shown_again(
    moderator: Person, maker: Maker, client: FlaskClient, relay: Relay
) -> None:
    no = maker.published(picture=draw_picture(600, 400))
    moderator.open("/desk/entry/ref1").send("Veil the picture")
    assert moderator.says("The picture is veiled")
    assert find(relay, "ref1").blurred
    wall = client.get("/en/").get_data(as_text=True)
    assert "/media/" not in wall
    assert "The picture is veiled" in wall
    page = client.get(f"/en/w/{no}").get_data(as_text=True)
    before, _, behind = page.partition('<details class="veil">')
    assert "/media/" not in before
    assert "/media/" in behind.partition("</details>")[0]
    moderator.open("/desk/entry/ref1").send("Lift the veil")
    assert "/media/" in client.get("/en/").get_data(as_text=True)


def test_a_veiled_picture_is_in_no_feed_and_no_list_of_files(
    moderator: Person, maker: Maker, client: FlaskClient
) -> None:
    no = maker.published(picture=draw_picture(600, 400))
    feed = "/feed.json?lang=en"
    assert "/media/" in client.get(feed).get_data(as_text=True)
    moderator.open("/desk/entry/ref1").send("Veil the picture")
    assert "/media/" not in client.get(feed).get_data(as_text=True)
    whole = client.get(f"/api/v1/entries/{no}").get_json()
    assert whole["pictures"] == []
    assert {each["format"] for each in whole["veiled_pictures"]} >= {"jpeg"}


def test_an_entry_is_approved_for_a_time_in_the_seasons_zone(
    moderator: Person, relay: Relay
) -> None:
    sent = send(relay)
    at = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=1)
    moderator.open(f"/desk/entry/{sent.ref}")
    assert moderator.says("China Time") or moderator.says("China Standard Time")
    moderator.send("Approve for this time", reveal_at=typed_time(at))
    assert moderator.says("It will be shown at its time.")
    assert moderator.value("reveal_at") == typed_time(at)
    moderator.open("/desk/reveals")
    assert moderator.says("Paper boats")
    times = [each.attributes["datetime"] for each in moderator.page.css("time")]
    assert times == [at.isoformat(timespec="seconds")]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Say when it is to be shown."),
        ("tomorrow", "Say a day and a time"),
        ("2020-01-01T20:00", "This time is over."),
        ("2062-12-31T20:00", "Choose a time within a year."),
    ],
)
def test_a_time_that_cannot_be_meant_is_asked_back(
    moderator: Person, relay: Relay, typed: str, said: str
) -> None:
    sent = send(relay)
    moderator.open(f"/desk/entry/{sent.ref}")
    moderator.send("Approve for this time", reveal_at=typed)
    assert moderator.status == 422
    assert moderator.says(said)
    assert moderator.value("reveal_at") == typed


def test_what_waits_is_shown_now_put_off_and_called_off(
    moderator: Person, relay: Relay
) -> None:
    at = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=1)
    sent = send(relay)
    moderator.open(f"/desk/entry/{sent.ref}")
    moderator.send("Approve for this time", reveal_at=typed_time(at))
    later = typed_time(at + timedelta(hours=2))
    moderator.open("/desk/reveals").send("Change the time", reveal_at=later)
    assert moderator.value("reveal_at") == later
    moderator.send("Change the time", reveal_at="2020-01-01T20:00")
    assert moderator.says("This time is over.")
    moderator.open("/desk/reveals").send("Call it off")
    assert moderator.says("Nothing waits for its time.")
    assert find(relay, sent.ref).moderation is Moderation.PENDING
    moderator.open(f"/desk/entry/{sent.ref}")
    moderator.send("Approve for this time", reveal_at=typed_time(at))
    moderator.open("/desk/reveals").send("Show it now")
    assert find(relay, sent.ref).no == 1


def test_a_duplicate_is_merged_by_the_number_of_the_one_that_is_kept(
    moderator: Person, relay: Relay
) -> None:
    kept, double = send(relay), send(relay, "https://example.org/b")
    moderator.open(f"/desk/entry/{kept.ref}").send("Approve")
    moderator.open(f"/desk/entry/{double.ref}").send("Merge", merge_into="99")
    assert moderator.status == 422
    assert moderator.says("There is no entry of this season like this.")
    moderator.send("Merge", merge_into="No. 1")
    assert moderator.says("It is merged with the other entry.")
    assert find(relay, double.ref).merged_into == kept.entry_id


def test_the_same_link_sent_twice_is_compared_and_merged_with_one_press(
    moderator: Person, relay: Relay
) -> None:
    kept = send(relay, name="Lin", alt="Boats of paper on a dark river")
    refused = send(relay, name="Bo")
    double = send(relay)
    moderator.open(f"/desk/entry/{refused.ref}").send(
        "Do not accept", reason="off_theme"
    )
    moderator.open(f"/desk/entry/{double.ref}")
    others = moderator.first("#others").text()
    assert "Lin, Nanjing, China" in others
    assert "Boats of paper on a dark river" in others
    # What was not accepted can be compared, and keeps nothing.
    assert "Bo, Nanjing, China" in others
    assert others.count("Merge into this one") == 1
    moderator.send("Merge into this one")
    assert moderator.says("It is merged with the other entry.")
    assert find(relay, double.ref).merged_into == kept.entry_id
    moderator.open(f"/desk/entry/{double.ref}").send("Take back")
    assert find(relay, double.ref).merged_into is None


def test_each_language_sets_its_own_marks_between_two_parts(
    moderator: Person, relay: Relay
) -> None:
    sent = send(relay, name="Lin")
    card = moderator.open(f"/desk/entry/{sent.ref}")
    card.send("Do not accept", reason="off_theme")
    card.open(f"/desk/entry/{sent.ref}")
    assert "Lin (Person)" in card.first(".case-who").text()
    said = ": Do not accept (It does not fit the theme)"
    assert said in card.first(".history").text()
    card.client.set_cookie("lang", "zh-Hans")
    card.open(f"/desk/entry/{sent.ref}")
    assert "Lin（个人）" in card.first(".case-who").text()
    assert "：不通过（与主题不符）" in card.first(".history").text()


def test_the_page_of_a_duplicate_leads_to_the_entry_that_is_kept(
    moderator: Person, maker: Maker, client: FlaskClient
) -> None:
    kept, double = maker.published(), maker.published()
    moderator.open("/desk/entry/ref2").send("Merge", merge_into=str(kept))
    gone = client.get(f"/en/w/{double}")
    assert gone.status_code == 410
    assert f'href="/en/w/{kept}"' in gone.get_data(as_text=True)
    moderator.open("/desk/entry/ref1")
    moderator.send("Take down", reason="other")
    gone = client.get(f"/en/w/{double}")
    assert f'href="/en/w/{kept}"' not in gone.get_data(as_text=True)


def test_a_change_of_where_it_comes_from_is_taken_back(
    moderator: Person, relay: Relay
) -> None:
    parent = send(relay)
    sent = send(relay, "https://example.org/b", baton=parent.baton)
    moderator.open(f"/desk/entry/{sent.ref}").send("It does not come from there")
    assert find(relay, sent.ref).parent_id is None
    moderator.send("Take back")
    assert moderator.says("It was taken back.")
    assert find(relay, sent.ref).parent_id == parent.entry_id


def test_an_entry_is_put_aside_for_one_moderator(
    moderator: Person, relay: Relay
) -> None:
    sent = send(relay)
    other = make_moderator(relay, "ken@example.org")
    far = make_moderator(relay, "far@example.org")
    limit_scope(relay, far, countries=["KE"])
    moderator.open(f"/desk/entry/{sent.ref}")
    options = [each.text() for each in moderator.page.css("#aside_for option")]
    assert "ken@example.org" in options
    assert "far@example.org" not in options
    moderator.send("Put aside", aside_for=str(other), aside_note="Yours?")
    assert moderator.says("It is put aside.")
    assert [each.choice for each in log(relay)] == [Choice.ASSIGN]


def test_what_the_maker_will_read_is_shown_in_their_language_before_it_is_sent(
    moderator: Person, relay: Relay
) -> None:
    key = add_reason(
        relay.engine,
        {"en": "The wrong hashtag", "he": "תגית שגויה"},
        moderator_id=make_moderator(relay, "o@example.org", role=Role.ORGANISER),
        clock=relay.clock,
    )
    sent = send(relay, lang="he", title="סירות נייר")
    moderator.open(f"/desk/entry/{sent.ref}")
    moderator.send("Preview the message", reason=key, note="Please mend it.")
    quote = moderator.first(".told blockquote")
    assert quote.attributes["lang"] == "he"
    assert "תגית שגויה" in quote.text()
    assert "Please mend it." in quote.text()
    assert f"{relay.settings.base_url}/he/mine/…/change" in quote.text()
    assert sent.token not in moderator.text
    assert log(relay) == []
    moderator.send("Ask for changes")
    assert find(relay, sent.ref).moderation is Moderation.CHANGES_ASKED
    (row,) = log(relay)
    assert (row.reason, row.note) == (key, "Please mend it.")


def test_the_second_of_two_must_be_another(app: Flask, relay: Relay) -> None:
    make_account(relay, "a@example.org", Role.MODERATOR)
    make_account(relay, "b@example.org", Role.MODERATOR)
    ask_for_two(relay, "individual")
    sent = send(relay)
    first = arrive(app, "a@example.org")
    first.open(f"/desk/entry/{sent.ref}").send("Approve")
    first.open(f"/desk/entry/{sent.ref}").send("Approve")
    assert first.status == 403
    assert first.says("You have approved it already. Now somebody else must, too.")
    arrive(app, "b@example.org").open(f"/desk/entry/{sent.ref}").send("Approve")
    assert find(relay, sent.ref).no == 1


def test_who_is_for_another_country_does_nothing_here(app: Flask, relay: Relay) -> None:
    by = make_account(relay, "a@example.org", Role.MODERATOR)
    sent = send(relay)
    opened = [arrive(app, "a@example.org") for _ in range(2)]
    for person in opened:
        person.open(f"/desk/entry/{sent.ref}")
    limit_scope(relay, by, countries=["KE"])
    for person, button in zip(opened, ("Approve", "Put aside"), strict=True):
        person.send(button)
        assert person.status in {403, 404}
    assert log(relay) == []


def test_who_is_for_another_country_is_offered_nothing_to_do(
    app: Flask, relay: Relay, maker: Maker
) -> None:
    by = make_account(relay, "a@example.org", Role.MODERATOR)
    limit_scope(relay, by, countries=["KE"])
    maker.pending()
    maker.published()
    person = arrive(app, "a@example.org")
    for ref in ("ref1", "ref2"):
        person.open(f"/desk/entry/{ref}")
        assert person.status == 200
        assert person.says("This entry is not within your work.")
        assert not person.page.css("article.case form")


@pytest.mark.parametrize(
    "act", ["undo", "edit", "veil", "later", "merge", "aside", "message"]
)
def test_only_who_may_decide_gets_through(app: Flask, relay: Relay, act: str) -> None:
    sent = send(relay)
    make_account(relay, "v@example.org", Role.VIEWER)
    viewer = arrive(app, "v@example.org")
    token = viewer.value("csrf_token")
    form = {"csrf_token": token, "version": "1", "decision": "1", "choice": "blur"}
    path = f"/desk/entry/{sent.ref}/{act}"
    assert viewer.client.post(path, data=form).status_code == 403
    assert app.test_client().post(path, data=form).status_code in {302, 303, 400}


@pytest.mark.parametrize("act", ["undo", "edit", "veil", "later", "merge", "aside"])
def test_no_other_site_can_send_these_forms(
    moderator: Person, relay: Relay, act: str
) -> None:
    sent = send(relay)
    form = {"version": "1", "decision": "1", "choice": "blur", "edit_title": "x"}
    answer = moderator.client.post(f"/desk/entry/{sent.ref}/{act}", data=form)
    assert answer.status_code in {400, 403}
    assert find(relay, sent.ref).version == 1
    assert log(relay) == []


@pytest.mark.parametrize("act", ["undo", "edit", "veil", "later", "merge", "aside"])
def test_what_no_form_of_ours_sends_is_refused(
    moderator: Person, relay: Relay, act: str
) -> None:
    sent = send(relay)
    moderator.open(f"/desk/entry/{sent.ref}")
    token = moderator.value("csrf_token")
    for form in ({}, {"version": "x", "decision": "x"}, {"version": "²"}):
        answer = moderator.client.post(
            f"/desk/entry/{sent.ref}/{act}", data={"csrf_token": token, **form}
        )
        assert answer.status_code in {400, 422}, form
    assert log(relay) == []


def test_a_strangers_words_are_words_in_the_history(
    moderator: Person, relay: Relay
) -> None:
    sent = send(relay, title="<script>alert(1)</script>")
    by = make_moderator(relay, "ken@example.org")
    change(relay, sent.ref, by=by, title='"><img src=x onerror=alert(1)>')
    moderator.open(f"/desk/entry/{sent.ref}")
    assert "<script>alert(1)" not in moderator.text
    assert "<img src=x" not in moderator.text


def test_who_cannot_hold_what_is_outside_their_work_reads_why(
    app: Flask, relay: Relay
) -> None:
    sent = send(relay)
    far = make_account(relay, "far@example.org", Role.MODERATOR)
    somebody = arrive(app, "far@example.org")
    somebody.open(f"/desk/entry/{sent.ref}")
    limit_scope(relay, far, countries=["KE"])
    somebody.send("Hold it")
    assert somebody.status == 200
    assert somebody.says("This entry is not within your work.")


def test_a_first_approval_whose_answer_was_lost_counts_once(
    app: Flask, relay: Relay
) -> None:
    for email in ("a@example.org", "b@example.org"):
        make_account(relay, email, Role.MODERATOR)
    ask_for_two(relay, "individual")
    sent = send(relay)
    first, other = arrive(app, "a@example.org"), arrive(app, "b@example.org")
    first.open(f"/desk/entry/{sent.ref}")
    form = {name: first.value(name) or "" for name in ("csrf_token", "version")} | {
        "choice": "approve"
    }
    where, by_script = f"/desk/entry/{sent.ref}", {"X-Requested-With": "desk"}

    def ask() -> dict[str, Any]:
        answer = first.client.post(where, data=form, headers=by_script)
        assert answer.status_code == 200
        return dict(answer.get_json())

    once = ask()
    form["again"] = "yes"
    twice = ask()
    assert twice["said"] == once["said"]
    assert "Your approval counts." in twice["said"]
    other.open(where).send("Approve")
    assert find(relay, sent.ref).no == 1
    assert ask()["decision"] == once["decision"]
    assert len(log(relay, sent.ref)) == 2


def test_pictures_are_shown_to_those_whose_work_they_are_or_when_public(
    app: Flask, relay: Relay, maker: Maker
) -> None:
    by = make_account(relay, "a@example.org", Role.MODERATOR)
    limit_scope(relay, by, countries=["KE"])
    make_account(relay, "d@example.org", Role.DESCRIBER)
    by_everybody = make_account(relay)
    maker.pending()
    maker.add_picture(1, draw_picture())
    near, writer = arrive(app, "a@example.org"), arrive(app, "d@example.org")
    large, small = (f"/desk/entry/ref1/{way}/post" for way in ("picture", "small"))
    near.open("/desk/entry/ref1")
    assert near.says("This entry is not within your work.")
    assert not near.page.css(f"img[src='{large}']")
    for where in (large, small):
        assert near.client.get(where).status_code == 404
        assert writer.client.get(where).status_code == 403
    limit_scope(relay, by, countries=["CN"])
    for where in (large, small):
        assert near.client.get(where).status_code == 200
    limit_scope(relay, by, countries=["KE"])
    choose(relay, "ref1", Choice.APPROVE, by=by_everybody)
    for where in (large, small):
        assert near.client.get(where).status_code == 200


def test_the_key_for_undo_never_takes_an_undo_back(
    moderator: Person, relay: Relay
) -> None:
    sent = send(relay)
    where = f"/desk/entry/{sent.ref}"
    moderator.open(where).send("Approve")
    assert moderator.open(where).page.css("[data-act=undo]")
    moderator.send("Take back")
    assert find(relay, sent.ref).moderation is Moderation.PENDING
    assert not moderator.open(where).page.css("[data-act=undo]")
    moderator.send("Take back")
    assert find(relay, sent.ref).moderation is Moderation.APPROVED


def test_what_its_maker_withdrew_has_a_heading_and_offers_no_way_back(
    moderator: Person, relay: Relay
) -> None:
    sent = send(relay)
    moderator.open(f"/desk/entry/{sent.ref}").send("Approve")
    withdraw_entry(relay.engine, sent.token, clock=relay.clock, media=relay.media)
    moderator.open(f"/desk/entry/{sent.ref}")
    assert moderator.first("h1").text(strip=True) == sent.ref
    assert moderator.says("Approve")
    assert "Take back" not in moderator.text


def test_the_first_of_two_is_told_that_it_counts_later_and_for_many_too(
    app: Flask, relay: Relay
) -> None:
    make_account(relay, "a@example.org", Role.MODERATOR)
    ask_for_two(relay, "individual")
    sent = [send(relay, f"https://example.org/{at}") for at in range(2)]
    first = arrive(app, "a@example.org")
    later = typed_time(relay.clock.now() + timedelta(days=1))
    first.open(f"/desk/entry/{sent[0].ref}")
    first.send("Approve for this time", reveal_at=later)
    assert first.says("Your approval counts.")
    assert not first.says("It will be shown at its time.")
    form = {
        "csrf_token": first.value("csrf_token"),
        "choice": "approve",
        "chosen": [f"{sent[1].ref}~{find(relay, sent[1].ref).version}"],
    }
    said = first.client.post("/desk/bulk/decide", data=form).text
    assert "Decided: 1 of 1." in said
    assert "Your approval counts." in said
    said = first.client.post("/desk/bulk/decide", data=form).text
    assert "Decided: 0 of 1." in said
    assert "You have approved it already. Now somebody else must, too." in said
