"""The ways of makers: each thing is told on their page and, once, by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from relay.domain.moderation import Choice, Moderation, Reason
from relay.services.mailing import Sending
from relay.services.undo import undo
from tests.journeys.test_adding import WHOLE, baton_path, entries
from tests.journeys.test_deciding import sent
from tests.mailing import Postbox, deliver, serving_mail
from tests.making import choose, find, make_moderator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from relay.bootstrap import Relay
    from relay.settings import Settings
    from tests.journeys.person import Person

LIN = "lin@example.org"


@pytest.fixture
def box() -> Iterator[Postbox]:
    with serving_mail() as box:
        yield box


@pytest.fixture
def settings(settings: Settings, box: Postbox) -> Settings:
    changed = {
        "smtp_url": box.url,
        "mail_from": "relay@example.org",
        "base_url": "https://relay.example.org",
        "allowed_hosts": ("relay.example.org", "localhost"),
    }
    known = {name: value for name, value in changed.items() if hasattr(settings, name)}
    return settings.model_copy(update=known)


def text_of(mail: EmailMessage) -> str:
    """Return a mail's words, and hold that both of its forms are there."""
    text, html = mail.iter_parts()
    assert html.get_content_type() == "text/html"
    return " ".join(text.get_content().split())


def subjects(box: Postbox) -> list[str]:
    return [str(each["Subject"]) for each in box.mails]


def test_changes_are_asked_for_made_and_approved(
    person: Person, moderator: Person, relay: Relay, box: Postbox
) -> None:
    mine = sent(person, email=LIN)
    deliver(relay)
    ref = entries(relay)[0].ref
    by = make_moderator(relay, "li@example.org")
    ask = Choice.ASK_CHANGES
    choose(
        relay, ref, ask, by=by, reason=Reason.CHILD_NAMED, note="No surname,\nplease"
    )
    deliver(relay)
    said = text_of(box.mails[-1])
    assert "A child can be recognised" in said
    assert "No surname, please" in said
    person.open(mine)
    assert person.says("A moderator asked for changes.")
    link = f"https://relay.example.org{mine}/change"
    assert link in said.split()
    person.open(f"{mine}/change")
    assert person.says("No surname")
    person.send("Save the changes", name="Little Lin", consent="yes")
    assert person.says("A moderator will look at them")
    assert entries(relay)[0].moderation is Moderation.PENDING
    moderator.open("/desk/").follow(WHOLE["title"])
    assert moderator.says("No surname")
    assert moderator.says("What its maker changed, as they were asked")
    assert moderator.first("section[aria-labelledby=repair-h] ins").text() == (
        "Little Lin"
    )
    choose(relay, ref, by=by)
    deliver(relay)
    assert subjects(box) == [
        "We have your artwork: Paper boats",
        "Please change your entry: Paper boats",
        "Your artwork is on the wall: Paper boats",
    ]
    assert "It has the number 1." in text_of(box.mails[-1])
    assert "https://relay.example.org/en/w/1" in text_of(box.mails[-1])
    assert person.open(mine).says("It was published.")
    assert mine not in text_of(box.mails[-1])
    assert deliver(relay) == []
    assert len({str(each["Message-ID"]) for each in box.mails}) == len(box.mails)


def test_a_rejection_is_appealed_against_once(
    person: Person, moderator: Person, relay: Relay, box: Postbox
) -> None:
    mine = sent(person, email=LIN)
    ref = entries(relay)[0].ref
    by = make_moderator(relay, "li@example.org")
    choose(relay, ref, Choice.REJECT, by=by, reason=Reason.NOT_YOURS)
    deliver(relay)
    assert "ask once for another look" in text_of(box.mails[-1])
    person.open(mine).follow("Ask for another look")
    assert person.says("It was made by somebody else")
    person.send("Ask for another look", appeal=" ")
    assert person.status == 422
    assert person.first("title").text().startswith("Error:")
    person.send("Ask for another look", appeal="I drew it on Sunday <b>myself</b>.")
    assert person.path == mine
    assert person.says("Moderators will look at your artwork again.")
    assert person.says("I drew it on Sunday <b>myself</b>.")
    moderator.open("/desk/").follow(WHOLE["title"])
    assert moderator.says("I drew it on Sunday <b>myself</b>.")
    choose(relay, ref, by=by)
    deliver(relay)
    assert subjects(box)[-1] == "Your artwork is on the wall: Paper boats"
    assert person.open(mine).says("See it on the wall: No. 1")


def test_there_is_no_second_appeal(person: Person, relay: Relay, box: Postbox) -> None:
    mine = sent(person, email=LIN)
    ref = entries(relay)[0].ref
    by = make_moderator(relay)
    choose(relay, ref, Choice.REJECT, by=by, reason=Reason.NOT_YOURS)
    person.open(f"{mine}/appeal").send("Ask for another look", appeal="Please!")
    choose(relay, ref, Choice.REJECT, by=by, reason=Reason.NOT_YOURS)
    deliver(relay)
    assert "It was looked at twice" in text_of(box.mails[-1])
    assert person.open(mine).says("It was looked at twice. This decision stays.")
    assert person.open(f"{mine}/appeal").path == mine
    # It stays theirs to have it deleted.
    person.follow("Withdraw it").send("Withdraw it for good")
    assert entries(relay)[0].title == ""


def test_words_after_approval_wait_while_the_wall_stays(
    person: Person, another: Person, moderator: Person, relay: Relay, box: Postbox
) -> None:
    mine = sent(person, email=LIN)
    choose(relay, entries(relay)[0].ref, by=make_moderator(relay, "li@example.org"))
    person.open(mine).follow("Change it")
    person.send("Save the changes", title="Paper lanterns", consent="yes")
    assert person.says("Your changes wait for a moderator.")
    assert another.open("/en/").says("Paper boats")
    assert another.says("Paper lanterns") is False
    assert person.follow("Change it").value("title") == "Paper lanterns"
    moderator.open("/desk/").follow("Words that wait")
    assert moderator.says("Paper lanterns")
    moderator.send("Keep the old words")
    assert moderator.status == 422
    moderator.send("Take these words")
    assert moderator.says("The new words are public.")
    assert moderator.says("No words wait.")
    assert another.open("/en/").says("Paper lanterns")
    assert another.open("/en/?q=lanterns").says("Paper lanterns")
    deliver(relay)
    assert subjects(box)[-1] == "Your changes are published: Paper lanterns"
    assert person.open(mine).says("Your changes were published.")


def test_words_that_are_not_taken_are_answered(
    person: Person, another: Person, moderator: Person, relay: Relay, box: Postbox
) -> None:
    mine = sent(person, email=LIN)
    choose(relay, entries(relay)[0].ref, by=make_moderator(relay, "li@example.org"))
    person.open(f"{mine}/change")
    person.send("Save the changes", title="Buy shoes", consent="yes")
    moderator.open("/desk/revisions")
    moderator.send("Keep the old words", reason="advertising", note="No shoes, please")
    assert moderator.says("Everything stays as it is.")
    assert another.open("/en/").says("Paper boats")
    deliver(relay)
    said = text_of(box.mails[-1])
    assert "It is advertising" in said
    assert "No shoes, please" in said
    assert person.open(mine).says("No shoes, please")


def test_a_maker_takes_their_own_changes_back(
    person: Person, moderator: Person, relay: Relay
) -> None:
    mine = sent(person)
    choose(relay, entries(relay)[0].ref, by=make_moderator(relay, "li@example.org"))
    person.open(f"{mine}/change")
    person.send("Save the changes", title="Buy shoes", consent="yes")
    stale = type(moderator)(moderator.client).open("/desk/revisions")
    person.send("Take the changes back")
    assert person.says("Your artwork stays as it is.")
    stale.send("Take these words")
    assert stale.status == 409
    assert stale.says("These words do not wait any more.")
    assert entries(relay)[0].title == "Paper boats"


def test_whoever_passes_it_on_is_told_of_once_a_day(
    person: Person, another: Person, relay: Relay, box: Postbox
) -> None:
    mine = sent(person, email=LIN)
    by = make_moderator(relay)
    choose(relay, entries(relay)[0].ref, by=by)
    deliver(relay)
    before = len(box.mails)
    giver = baton_path(person.open(mine))
    for title, city in (("Lanterns", "Paris"), ("Kites", "Nairobi")):
        another.open(giver).follow("Add your artwork")
        another.send("Continue", link=f"https://weibo.com/1/{title}")
        another.send("Send it in", **{**WHOLE, "title": title, "city": city})
        assert deliver(relay, days=0) == []
        choose(relay, entries(relay)[-1].ref, by=by)
    deliver(relay)
    (mail,) = box.mails[before:]
    assert mail["Subject"] == "Your baton was passed on: Paper boats"
    said = text_of(mail)
    assert "No. 2: \u2068Lanterns\u2069, Paris" in said
    assert "No. 3: \u2068Kites\u2069, Nairobi" in said
    person.open(mine)
    assert person.says("Somebody took your baton.")
    assert person.says("Kites")


def test_what_is_taken_back_at_once_is_not_mailed(
    person: Person, relay: Relay, box: Postbox
) -> None:
    mine = sent(person, email=LIN)
    deliver(relay)
    ref = entries(relay)[0].ref
    by = make_moderator(relay)
    decided = choose(relay, ref, Choice.REJECT, by=by, reason=Reason.HURTFUL)
    undo(
        relay.engine,
        ref,
        decided.decision_id,
        find(relay, ref).version,
        moderator_id=by,
        clock=relay.clock,
        printer=relay.printer,
    )
    assert deliver(relay) == [Sending.UNNEEDED, Sending.UNNEEDED]
    assert len(box.mails) == 1
    person.open(mine)
    assert person.says("A decision was taken back.")
    assert person.says("A moderator looks at it again.")


def test_after_withdrawing_nobody_reads_a_word_of_it(
    person: Person, another: Person, moderator: Person, relay: Relay, box: Postbox
) -> None:
    words = {
        "title": "Quizzaciously",
        "name": "Quizzaciously Lin",
        "alt": "Quizzaciously boats",
        "description": "A Quizzaciously story",
        "email": LIN,
    }
    mine = sent(person, link="https://example.org/quizzaciously", **words)
    by = make_moderator(relay, "li@example.org")
    choose(relay, entries(relay)[0].ref, by=by)
    ref = entries(relay)[0].ref
    pages = [
        "/en/",
        "/he/",
        "/en/?q=boats",
        "/en/w/1",
        "/en/cities",
        "/en/map",
        "/en/relay",
        "/en/relay/1",
        "/feed.atom",
        "/feed.json",
        "/api/v1/entries",
        "/api/v1/entries/1",
        "/sitemap.xml",
    ]
    # Now they are kept as they were sent.
    shown = [another.open(each).text for each in pages]
    assert sum("Quizzaciously" in each for each in shown) >= 5
    person.open(mine).follow("Withdraw it").send("Withdraw it for good")
    desk = ["/desk/", f"/desk/entry/{ref}", "/desk/?state=approved", "/desk/links"]
    for somebody, paths in ((another, pages), (moderator, desk), (person, [mine])):
        for each in paths:
            found = somebody.open(each).text.casefold()
            assert "quizzaciously" not in found, each
    assert another.open("/en/w/1").status == 410
    assert person.open(mine).says("You withdrew it.")
    deliver(relay)
    assert box.mails == []


@pytest.mark.parametrize(
    ("lang", "subject", "reason"),
    [
        ("en", "Please change your entry: 纸船 שלום", "A child can be recognised"),
        ("zh-Hans", "请修改您的作品：纸船 שלום", "能认出"),
        ("he", "בקשה לשנות את היצירה: 纸船 שלום", "אפשר לזהות ילד"),
    ],
)
def test_mails_are_in_the_makers_language(
    person: Person, relay: Relay, box: Postbox, lang: str, subject: str, reason: str
) -> None:
    sent(person, email=LIN, words_lang=lang, title="纸船 שלום")
    by = make_moderator(relay)
    ask, why = Choice.ASK_CHANGES, Reason.CHILD_NAMED
    choose(relay, entries(relay)[0].ref, ask, by=by, reason=why)
    deliver(relay)
    mail = box.mails[-1]
    assert mail["Subject"] == subject
    assert mail["Content-Language"] == lang
    assert reason in text_of(mail)
    html = list(mail.iter_parts())[1].get_content()
    assert f'lang="{lang}" dir="{"rtl" if lang == "he" else "ltr"}"' in html
    stop = str(mail["List-Unsubscribe"]).strip("<>")
    assert stop in html
    path = stop.removeprefix("https://relay.example.org")
    person.open(path)
    person.client.post(path)
    assert entries(relay)[0].email is None


def test_no_word_of_a_maker_makes_a_header(
    person: Person, relay: Relay, box: Postbox
) -> None:
    evil = "Boats\r\nBcc: all@example.org\r\n\r\nBuy!"
    sent(person, email=LIN, title=evil)
    deliver(relay)
    (mail,) = box.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "We have your artwork: Boats Bcc: all@example.org Buy!"
    assert box.envelopes == [("relay@example.org", (LIN,))]


def test_where_no_mail_can_be_sent_the_page_tells_it(
    person: Person, relay: Relay, box: Postbox
) -> None:
    mine = sent(person, email=LIN)
    choose(relay, entries(relay)[0].ref, by=make_moderator(relay))
    without = relay.settings.model_copy(update={"smtp_url": ""})
    silent = type(relay)(without, relay.clock)
    assert set(deliver(silent)) <= {Sending.NO_SERVER, Sending.UNNEEDED}
    silent.engine.dispose()
    assert deliver(relay) == []
    assert box.mails == []
    assert person.open(mine).says("It was published.")


def test_one_makers_link_opens_nothing_of_anothers(
    person: Person, another: Person, relay: Relay
) -> None:
    mine = sent(person)
    theirs = sent(another)
    by = make_moderator(relay)
    for each in entries(relay):
        choose(relay, each.ref, Choice.REJECT, by=by, reason=Reason.OTHER)
    person.open(f"{mine}/appeal").send("Ask for another look", appeal="Please!")
    states = [each.moderation for each in entries(relay)]
    assert states == [Moderation.PENDING, Moderation.REJECTED]
    for path in ("change", "change/give-up", "appeal", "withdraw"):
        answer = another.client.post(f"{theirs[:-3]}xyz/{path}")
        assert answer.status_code in {400, 404}
