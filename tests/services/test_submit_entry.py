from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func
from sqlmodel import Session, col, select

from relay.domain.entry import AltBy, ParentKnown
from relay.domain.errors import Conflict, Invalid, NotFound, SeasonClosed
from relay.domain.moderation import Moderation, Reason
from relay.models import Baton, Entry, IdempotencyKey, OutboxRow, Preview, Topic
from relay.services.batons import revoke_baton
from relay.services.open_season import set_hours
from relay.services.start_entry import incoming_key, start_entry
from relay.services.submit_entry import (
    Once,
    PassedBy,
    Receipt,
    submit_draft,
    submit_entry,
)
from relay.services.withdraw_entry import withdraw_entry
from tests.making import NANJING, WORDS, choose, find, make_moderator, send, sending

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.domain.entry import EntryWords

LINK = "https://www.instagram.com/p/abc/"
ONCE = Once("key", "a" * 64)


def count(relay: Relay, model: type) -> int:
    with Session(relay.engine) as session:
        return session.exec(select(func.count()).select_from(model)).one()


def submit(relay: Relay, token: str, words: EntryWords = WORDS) -> Receipt:
    city = relay.gazetteer.find(NANJING)
    return submit_draft(relay.intake, token, words, city=city, passed_by=PassedBy())


def close(relay: Relay) -> None:
    now = relay.clock.now()
    set_hours(
        relay.engine,
        "leave-no-one-behind",
        opens_at=now - timedelta(days=2),
        closes_at=now - timedelta(days=1),
        clock=relay.clock,
    )


def test_entry_baton_and_work_are_kept_together(either_relay: Relay) -> None:
    receipt = submit_entry(
        either_relay.intake, replace(sending(either_relay), picture=b"bytes")
    )
    entry = find(either_relay, receipt.ref)
    assert entry.moderation is Moderation.PENDING
    assert entry.submitted_at
    assert (entry.city_id, entry.country) == (NANJING, "CN")
    with Session(either_relay.engine) as session:
        baton = session.exec(select(Baton)).one()
        assert (baton.code, baton.entry_id) == (receipt.baton, receipt.entry_id)
        rows = session.exec(select(OutboxRow)).all()
        assert {row.topic for row in rows} == {Topic.FETCH_PREVIEW, Topic.MAKE_PICTURE}
        assert {row.subject for row in rows} == {receipt.entry_id}


def test_every_wrong_field_is_named_and_nothing_is_kept(either_relay: Relay) -> None:
    wrong = sending(
        either_relay,
        "http://127.0.0.1/",
        city=None,
        baton="nonsense",
        title=" \u200b ",
        name="",
        alt="",
        email="nobody",
        consent=False,
        by_child=True,
    )
    with pytest.raises(Invalid) as refused:
        submit_entry(either_relay.intake, replace(wrong, picture=b"x"))
    assert {each.field for each in refused.value.fields} == {
        *("link", "city", "baton", "title", "name", "alt", "email"),
        *("consent", "guardian_consent"),
    }
    for model in (Entry, Baton, OutboxRow):
        assert count(either_relay, model) == 0
    folder = either_relay.settings.data / "media"
    assert not [each for each in folder.rglob("*") if each.is_file()]


def test_the_same_link_is_taken_twice_and_said(either_relay: Relay) -> None:
    first = send(either_relay, LINK)
    again = send(either_relay, LINK + "?igsh=9")
    third = send(either_relay, LINK)
    assert first.duplicate_of is None
    assert again.duplicate_of == first.ref
    assert third.duplicate_of == first.ref


def test_a_withdrawn_or_rejected_entry_is_no_twin(either_relay: Relay) -> None:
    moderator = make_moderator(either_relay)
    gone, refused = send(either_relay, LINK), send(either_relay, LINK)
    withdraw_entry(
        either_relay.engine,
        gone.token,
        clock=either_relay.clock,
        media=either_relay.media,
    )
    reject(either_relay, refused.ref, moderator)
    assert send(either_relay, LINK).duplicate_of is None


def reject(relay: Relay, ref: str, moderator: int) -> None:
    from relay.domain.moderation import Choice  # noqa: PLC0415 - used here only

    choose(relay, ref, Choice.REJECT, by=moderator, reason=Reason.OFF_THEME)


def test_the_same_key_and_request_give_the_same_receipt(either_relay: Relay) -> None:
    wish = replace(sending(either_relay), once=ONCE, picture=b"bytes")
    first = submit_entry(either_relay.intake, wish)
    assert submit_entry(either_relay.intake, wish) == first
    assert count(either_relay, Entry) == 1
    assert count(either_relay, OutboxRow) == 2
    folder = either_relay.settings.data / "media"
    assert len([each for each in folder.rglob("*") if each.is_file()]) == 1
    assert either_relay.media.get(incoming_key(first.ref)) == b"bytes"


def test_the_same_key_with_another_request_is_a_conflict(either_relay: Relay) -> None:
    submit_entry(either_relay.intake, replace(sending(either_relay), once=ONCE))
    other = replace(sending(either_relay), once=Once(ONCE.key, "b" * 64))
    with pytest.raises(Conflict):
        submit_entry(either_relay.intake, other)
    assert count(either_relay, Entry) == 1


def test_a_refused_request_does_not_use_its_key_up(either_relay: Relay) -> None:
    wrong = replace(sending(either_relay, title=""), once=ONCE)
    with pytest.raises(Invalid):
        submit_entry(either_relay.intake, wrong)
    assert count(either_relay, IdempotencyKey) == 0
    right = replace(sending(either_relay), once=Once(ONCE.key, "b" * 64))
    assert submit_entry(either_relay.intake, right).ref


@pytest.mark.parametrize("hashes", [["a" * 64], ["a" * 64, "b" * 64]], ids=len)
def test_a_key_that_comes_many_times_at_once_makes_one_entry(
    either_relay: Relay, hashes: list[str]
) -> None:
    """Six senders at once; with two different requests one of the two wins."""
    answers: list[object] = []
    ready = threading.Barrier(6)

    def go(number: int) -> None:
        once = Once("same", hashes[number % len(hashes)])
        wish = replace(sending(either_relay), once=once)
        ready.wait()
        try:
            answers.append(submit_entry(either_relay.intake, wish))
        except Exception as error:  # noqa: BLE001 - looked at in the main thread
            answers.append(error)

    threads = [threading.Thread(target=go, args=(at,)) for at in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    receipts = [each for each in answers if isinstance(each, Receipt)]
    assert len(receipts) == 6 // len(hashes), answers
    assert len(set(receipts)) == 1
    assert all(isinstance(each, Receipt | Conflict) for each in answers), answers
    assert count(either_relay, Entry) == 1
    assert count(either_relay, Baton) == 1


def test_a_closed_season_refuses_with_reason_and_moment(either_relay: Relay) -> None:
    draft = start_entry(either_relay.intake, link=LINK)
    close(either_relay)
    with pytest.raises(SeasonClosed) as closed:
        send(either_relay)
    assert closed.value.reason == "closed"
    assert closed.value.at is not None
    with pytest.raises(SeasonClosed, match="closed"):
        submit(either_relay, draft.token)
    assert count(either_relay, Baton) == 0


def test_a_draft_is_sent_in_once_and_its_receipt_is_given_again(
    either_relay: Relay,
) -> None:
    draft = start_entry(either_relay.intake, link=LINK)
    first = submit(either_relay, draft.token)
    again = submit(either_relay, draft.token, replace(WORDS, title="Another"))
    assert first == again
    assert (first.ref, first.token) == (draft.ref, draft.token)
    assert find(either_relay, draft.ref).title == WORDS.title
    assert count(either_relay, Baton) == 1


def test_a_draft_that_is_sent_twice_at_once_gets_one_baton(
    either_relay: Relay,
) -> None:
    draft = start_entry(either_relay.intake, link=LINK)
    receipts: list[Receipt] = []
    threads = [
        threading.Thread(
            target=lambda: receipts.append(submit(either_relay, draft.token))
        )
        for _ in range(4)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(receipts) == 4
    assert len(set(receipts)) == 1


def test_an_unknown_token_opens_nothing(either_relay: Relay) -> None:
    with pytest.raises(NotFound):
        submit(either_relay, "nobody")


def test_a_wrong_draft_stays_a_draft(either_relay: Relay) -> None:
    draft = start_entry(either_relay.intake, link=LINK)
    with pytest.raises(Invalid):
        submit(either_relay, draft.token, replace(WORDS, name=""))
    assert find(either_relay, draft.ref).moderation is Moderation.DRAFT


@pytest.mark.parametrize("shown", ["plain", "grouped", "link", "small"])
def test_a_baton_names_the_parent(either_relay: Relay, shown: str) -> None:
    giver = send(either_relay, "https://example.org/giver")
    code = giver.baton
    typed = {
        "plain": code,
        "grouped": f" {code[:4]}-{code[4:8]}-{code[8:]} ",
        "link": f"https://relay.example.org/b/{code}",
        "small": code.lower(),
    }[shown]
    taken = find(either_relay, send(either_relay, baton=typed).ref)
    assert taken.parent_id == giver.entry_id
    assert taken.parent_known is ParentKnown.DECLARED


def test_a_revoked_baton_cannot_be_taken(either_relay: Relay) -> None:
    giver = send(either_relay, "https://example.org/giver")
    revoke_baton(
        either_relay.engine, giver.token, giver.baton, clock=either_relay.clock
    )
    with pytest.raises(Invalid, match=r"baton \(revoked\)"):
        send(either_relay, baton=giver.baton)


def test_a_number_that_was_seen_is_a_claim(either_relay: Relay) -> None:
    moderator = make_moderator(either_relay)
    giver = send(either_relay, "https://example.org/giver")
    with pytest.raises(Invalid, match=r"saw \(unknown\)"):
        send(either_relay, claimed=1)
    assert choose(either_relay, giver.ref, by=moderator).no == 1
    taken = find(either_relay, send(either_relay, claimed=1).ref)
    assert taken.parent_id == giver.entry_id
    assert taken.parent_known is ParentKnown.CLAIMED


def test_nobody_passed_it_on_is_kept_as_such(either_relay: Relay) -> None:
    alone = find(either_relay, send(either_relay).ref)
    assert alone.parent_id is None
    assert alone.parent_known is ParentKnown.NONE


def test_the_words_of_the_post_serve_as_alt_text(either_relay: Relay) -> None:
    draft = start_entry(either_relay.intake, link=LINK)
    with Session(either_relay.engine) as session:
        session.add(
            Preview(entry_id=draft.entry_id, image_alt="A\x07 kite", description="No")
        )
        session.commit()
    words = replace(WORDS, alt="", alt_by=AltBy.POST)
    submit(either_relay, draft.token, words)
    assert find(either_relay, draft.ref).alt == "A kite"


def test_a_volunteer_may_be_asked_for_alt_text(either_relay: Relay) -> None:
    kept = find(either_relay, send(either_relay, alt="", alt_by=AltBy.VOLUNTEER).ref)
    assert (kept.alt, kept.alt_by) == ("", AltBy.VOLUNTEER)


def test_a_guardian_is_kept_beside_the_consent(either_relay: Relay) -> None:
    receipt = send(either_relay, by_child=True, guardian_consent=True)
    child = find(either_relay, receipt.ref)
    assert child.by_child
    assert child.guardian_consent_at == child.consent_at
    assert child.consent_version


def test_words_are_kept_clean(either_relay: Relay) -> None:
    dirty = send(
        either_relay, title="A\x00\ud800 b\n c", name="\u202eLin", alt="x\r\ny\x00"
    )
    kept = find(either_relay, dirty.ref)
    assert (kept.title, kept.name, kept.alt) == ("A b c", "Lin", "x\ny")
    assert "lin" in kept.search_text


def test_a_season_can_be_named(either_relay: Relay) -> None:
    named = replace(sending(either_relay), season="leave-no-one-behind")
    assert submit_entry(either_relay.intake, named).ref
    with pytest.raises(Invalid, match="season"):
        submit_entry(either_relay.intake, replace(named, season="other"))


def test_a_baton_of_another_season_is_not_taken(either_relay: Relay) -> None:
    from relay.models import Season  # noqa: PLC0415 - used here only

    giver = send(either_relay, "https://example.org/giver")
    with Session(either_relay.engine) as session:
        first = session.exec(select(Season)).one()
        values = first.model_dump(exclude={"id"})
        session.add(Season(**{**values, "slug": "next", "number": 4}))
        session.commit()
    with pytest.raises(Invalid, match="baton"):
        send(either_relay, baton=giver.baton)
    with Session(either_relay.engine) as session:
        assert session.exec(select(col(Entry.id))).all() == [giver.entry_id]
