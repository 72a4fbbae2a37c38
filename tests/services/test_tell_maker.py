from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from relay.adapters.dice import SystemDice
from relay.domain.language import LANGUAGES
from relay.domain.moderation import Choice, Reason
from relay.domain.notice import About, NoticeLetter, Onward
from relay.models import Entry, Notice, ReasonText, Topic
from relay.services.change_entry import change_entry
from relay.services.decide import Wish, decide
from relay.services.mailing import Draft, Sending, send_mail, write_mail
from relay.services.notices import notify
from relay.services.outbox import claim_due, mark_running
from relay.services.tell_maker import draft_notice
from relay.services.undo import undo
from relay.services.writing import writing
from tests.deciding import change, take_back
from tests.making import (
    NANJING,
    WORDS,
    SetClock,
    choose,
    find,
    make_moderator,
    send,
)
from workers.errands import ERRANDS

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.domain.mail import Mail
    from relay.services.outbox import Ticket
    from relay.services.submit_entry import Receipt

TOLD = sorted(set(About) - {About.WITHDRAWN})
LETTER = NoticeLetter(
    lang="en",
    about="approved",
    title="Boats & <b>kites</b>",
    state="approved",
    no=7,
    entry_url="https://relay.example.org/en/w/7",
    baton_url="https://relay.example.org/b/ABCD",
    stop_url="https://relay.example.org/en/mail/ref/key",
    reason="unclear",
    note="One line\n<and> another",
    may_appeal=True,
    kept_url="https://relay.example.org/en/w/3",
    onward=(Onward(9, "Kites & <i>stars</i>", "Nairobi", "https://r.example/w/9"),),
)


class Server:
    """A mail server that takes everything."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    def send(self, mail: Mail) -> None:
        self.mails.append(mail)

    def check(self) -> None:
        pass


def begin(relay: Relay, *, days: int = 0) -> list[Ticket]:
    """Begin all mails that are due within a minute, or within some days."""
    clock = SetClock(relay.clock.now() + timedelta(days=days, minutes=1))
    tickets = [
        each
        for each in claim_due(relay.engine, limit=50, clock=clock)
        if each.topic is Topic.TELL_MAKER
    ]
    for each in tickets:
        assert mark_running(relay.engine, each.row_id, each.attempt, clock=clock)
    return tickets


def tell_all(relay: Relay, *, days: int = 0) -> list[Mail]:
    """Send what is due; return the mails."""
    server = Server()
    for each in begin(relay, days=days):
        errand = ERRANDS[Topic.TELL_MAKER]
        send_mail(relay.mailroom, each, errand, mailer=server)
    return server.mails


def draft_newest(relay: Relay, *, days: int = 0) -> Draft | None:
    return draft_notice(relay.mailroom, begin(relay, days=days)[-1])


@pytest.fixture
def by(either_relay: Relay) -> int:
    return make_moderator(either_relay)


@pytest.fixture
def sent(either_relay: Relay) -> Receipt:
    sent = send(either_relay, email="lin@example.org")
    assert len(tell_all(either_relay)) == 1
    return sent


def letter_of(draft: Draft | None) -> NoticeLetter:
    assert draft
    assert isinstance(draft.letter, NoticeLetter)
    return draft.letter


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("about", TOLD)
def test_every_notice_has_its_words_in_every_language(
    relay: Relay, about: About, lang: str
) -> None:
    written = relay.mail_writer.write(replace(LETTER, about=about.value, lang=lang))
    assert "Boats & <b>kites</b>" in written.subject
    assert "Boats & <b>kites</b>" in written.text
    assert "Boats &amp; &lt;b&gt;kites&lt;/b&gt;" in written.html
    assert "<b>kites" not in written.html
    assert "<and>" not in written.html
    assert LETTER.stop_url in written.text
    assert LETTER.stop_url in written.html
    english = relay.mail_writer.write(replace(LETTER, about=about.value))
    assert (written.subject == english.subject) is (lang == "en")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_said_in_every_language(
    relay: Relay, reason: Reason, lang: str
) -> None:
    asked = replace(LETTER, about="rejected", lang=lang, reason=reason.value)
    said = relay.mail_writer.write(asked).text
    nothing = relay.mail_writer.write(replace(asked, reason="")).text
    assert len(said) > len(nothing) + 5


def test_where_it_stands_now_is_told_and_nothing_that_is_over(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    ask, reject = Choice.ASK_CHANGES, Choice.REJECT
    choose(either_relay, sent.ref, ask, by=by, reason=Reason.UNCLEAR)
    choose(either_relay, sent.ref, reject, by=by, reason=Reason.HURTFUL)
    (mail,) = tell_all(either_relay)
    assert "not accepted" in mail.subject
    with Session(either_relay.engine) as session:
        told = session.exec(select(Notice).order_by(col(Notice.id))).all()
    assert [bool(each.mailed_at) for each in told] == [True, False, True]


def test_what_was_told_and_is_taken_back_is_told_too(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    decided = choose(either_relay, sent.ref, by=by)
    assert len(tell_all(either_relay)) == 1
    undo(
        either_relay.engine,
        sent.ref,
        decided.decision_id,
        find(either_relay, sent.ref).version,
        moderator_id=by,
        clock=either_relay.clock,
        printer=either_relay.printer,
    )
    (mail,) = tell_all(either_relay)
    assert "A decision was taken back" in mail.subject
    assert "A moderator looks at" in mail.text
    assert "/w/1" not in mail.text


def test_who_is_taken_down_is_not_told_to_change_what_nobody_may_change(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    choose(either_relay, sent.ref, by=by)
    tell_all(either_relay)
    choose(either_relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    (mail,) = tell_all(either_relay)
    assert "you can withdraw the entry and have its words deleted" in mail.text
    assert "change" not in mail.text.partition("This link is for you")[0]
    assert f"/en/mine/{sent.token}\n" in mail.text


def test_an_approval_is_told_when_what_came_after_it_was_taken_back(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    choose(either_relay, sent.ref, by=by)
    down = choose(either_relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    take_back(either_relay, sent.ref, down.decision_id, by=by)
    (mail,) = tell_all(either_relay)
    assert "Your artwork is on the wall" in mail.subject
    assert sent.baton in mail.text
    assert tell_all(either_relay, days=1) == []


def test_an_approval_that_was_passed_over_is_told_once_it_holds_again(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    choose(either_relay, sent.ref, by=by)
    down = choose(either_relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    # The mail of the approval is due while the entry is down: there is none.
    (approval, _) = begin(either_relay)
    assert draft_notice(either_relay.mailroom, approval) is None
    take_back(either_relay, sent.ref, down.decision_id, by=by)
    (mail,) = tell_all(either_relay)
    assert "It has the number 1" in mail.text


def test_an_approval_is_told_for_a_restoring_that_nobody_would_understand(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    choose(either_relay, sent.ref, by=by)
    choose(either_relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    choose(either_relay, sent.ref, Choice.RESTORE, by=by)
    (mail,) = tell_all(either_relay)
    assert "Your artwork is on the wall" in mail.subject
    choose(either_relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    choose(either_relay, sent.ref, Choice.RESTORE, by=by)
    assert tell_all(either_relay) == []


def test_what_its_maker_has_repaired_already_is_not_asked_for_any_more(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    ask = Choice.ASK_CHANGES
    choose(either_relay, sent.ref, ask, by=by, reason=Reason.UNCLEAR)
    words = replace(WORDS, title="Kites", email="lin@example.org")
    city = either_relay.gazetteer.find(NANJING)
    change_entry(either_relay.intake, sent.token, words, city=city)
    assert tell_all(either_relay) == []


def test_an_edit_that_is_taken_back_at_once_is_not_told(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    change(either_relay, sent.ref, by=by, title="Kites")
    edited = change(either_relay, sent.ref, by=by, alt="Kites over a river")
    take_back(either_relay, sent.ref, edited.decision_id, by=by)
    (mail,) = tell_all(either_relay)
    assert "Kites" in mail.subject


def test_an_edit_that_is_given_again_is_told(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    edited = change(either_relay, sent.ref, by=by, title="Kites")
    undone = take_back(either_relay, sent.ref, edited.decision_id, by=by)
    take_back(either_relay, sent.ref, undone.decision_id, by=by)
    assert len(tell_all(either_relay)) == 1


def test_a_picture_that_was_described_is_told_with_its_words(
    either_relay: Relay, by: int
) -> None:
    sent = send(either_relay, email="lin@example.org", alt="", alt_by="volunteer")
    tell_all(either_relay)
    change(either_relay, sent.ref, by=by, alt="Two <boats>\non a river", alt_lang="he")
    (mail,) = tell_all(either_relay)
    assert mail.subject == "Your picture was described: Paper boats"
    assert "for people who cannot see it" in mail.text
    assert "  Two <boats>\n  on a river" in mail.text
    assert 'lang="he"' in mail.html
    assert "Two &lt;boats&gt;" in mail.html
    change(either_relay, sent.ref, by=by, alt="Boats")
    (mail,) = tell_all(either_relay)
    assert mail.subject.startswith("A moderator has changed your entry")


def test_reasons_of_organisers_are_said_in_their_words(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    with writing(either_relay.engine) as session:
        now = either_relay.clock.now()
        texts = {"en": "Too dark to see", "he": "חשוך מדי"}
        session.add(ReasonText(key="too_dark", texts=texts, changed_at=now))
    decide(
        either_relay.engine,
        sent.ref,
        Wish(Choice.REJECT, find(either_relay, sent.ref).version, "too_dark"),
        moderator_id=by,
        clock=either_relay.clock,
        printer=either_relay.printer,
    )
    assert letter_of(draft_newest(either_relay)).reason_text == "Too dark to see"


def test_moderators_are_never_named(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    choose(
        either_relay, sent.ref, Choice.REJECT, by=by, reason=Reason.OTHER, note="No."
    )
    (mail,) = tell_all(either_relay)
    for words in (mail.subject, mail.text, mail.html):
        assert "mei@example.org" not in words


@pytest.mark.parametrize(
    ("choice", "page"),
    [(Choice.ASK_CHANGES, "/change"), (Choice.REJECT, "/appeal")],
)
def test_the_private_page_is_one_press_away_where_something_is_to_be_done(
    either_relay: Relay, by: int, sent: Receipt, choice: Choice, page: str
) -> None:
    choose(either_relay, sent.ref, choice, by=by, reason=Reason.UNCLEAR)
    (mail,) = tell_all(either_relay)
    url = f"{either_relay.settings.base_url}/en/mine/{sent.token}{page}"
    assert url in mail.text.splitlines()
    assert f'href="{url}"' in mail.html
    assert "for you alone" in mail.text


def test_good_news_can_be_shown_to_others(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    choose(either_relay, sent.ref, by=by)
    (mail,) = tell_all(either_relay)
    for words in (mail.subject, mail.text, mail.html):
        assert sent.token not in words
    assert "show the mail to others" in mail.text


def test_what_is_back_on_the_wall_can_be_shown_to_others(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    choose(either_relay, sent.ref, by=by)
    choose(either_relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    tell_all(either_relay)
    choose(either_relay, sent.ref, Choice.RESTORE, by=by)
    (mail,) = tell_all(either_relay)
    assert "is on the wall again" in mail.text
    assert sent.token not in mail.text + mail.html


def test_who_is_joined_with_another_is_not_told_to_change_what_nobody_may_change(
    relay: Relay,
) -> None:
    letter = replace(LETTER, about="merged", state="rejected", may_appeal=False)
    words = relay.mail_writer.write(letter)
    assert "change your entry or withdraw it" not in words.text
    assert "withdraw the entry" in words.text


def test_under_another_secret_key_no_wrong_link_is_said(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    choose(either_relay, sent.ref, Choice.REJECT, by=by, reason=Reason.OTHER)
    room = replace(either_relay.mailroom, dice=SystemDice("another key"))
    draft = draft_notice(room, begin(either_relay)[-1])
    assert draft
    mail = write_mail(room, draft)
    assert "/mine/" not in mail.text + mail.html
    assert "We cannot repeat it here" in mail.text


def test_an_address_that_was_taken_back_gets_nothing_more(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    choose(either_relay, sent.ref, by=by)
    with writing(either_relay.engine) as session:
        session.get_one(Entry, sent.entry_id).email = None
    assert tell_all(either_relay) == []


def test_a_child_that_is_not_public_any_more_is_not_named(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    choose(either_relay, sent.ref, by=by)
    tell_all(either_relay)
    child = send(either_relay, "https://example.org/2", baton=sent.baton)
    choose(either_relay, child.ref, by=by)
    end = Choice.TAKE_DOWN
    choose(either_relay, child.ref, end, by=by, reason=Reason.OTHER)
    assert tell_all(either_relay) == []


def test_one_baton_mail_names_all_that_came_meanwhile_and_only_once(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    choose(either_relay, sent.ref, by=by)
    tell_all(either_relay)
    for each in range(2):
        child = send(either_relay, f"https://example.org/{each}", baton=sent.baton)
        choose(either_relay, child.ref, by=by)
    (mail,) = tell_all(either_relay)
    assert "No. 2" in mail.text
    assert "No. 3" in mail.text
    child = send(either_relay, "https://example.org/late", baton=sent.baton)
    choose(either_relay, child.ref, by=by)
    assert tell_all(either_relay) == []
    (mail,) = tell_all(either_relay, days=1)
    assert "No. 4" in mail.text
    assert "No. 2" not in mail.text


def test_without_a_server_the_row_is_done_and_nothing_counts_as_mailed(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    choose(either_relay, sent.ref, by=by)
    (ticket,) = begin(either_relay)
    errand = ERRANDS[Topic.TELL_MAKER]
    came = send_mail(either_relay.mailroom, ticket, errand, mailer=None)
    assert came.sending is Sending.NO_SERVER
    with Session(either_relay.engine) as session:
        last = session.exec(select(Notice).order_by(col(Notice.id).desc())).first()
    assert last
    assert last.mailed_at is None


def test_a_notice_that_is_edited_news_is_told_beside_where_it_stands(
    either_relay: Relay, by: int, sent: Receipt
) -> None:
    choose(either_relay, sent.ref, by=by)
    with writing(either_relay.engine) as session:
        entry = session.get_one(Entry, sent.entry_id)
        notify(session, entry, About.EDITED, now=either_relay.clock.now())
    assert sorted(each.subject.split(":")[0] for each in tell_all(either_relay)) == [
        "A moderator has changed your entry",
        "Your artwork is on the wall",
    ]
