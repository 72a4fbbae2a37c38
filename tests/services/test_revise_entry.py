from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import Session, col, select

from relay.domain.entry import AltBy, Kind
from relay.domain.errors import Forbidden, Invalid, NotFound
from relay.domain.moderation import Choice, Reason
from relay.domain.notice import About
from relay.domain.trust import RuleKind
from relay.models import (
    Card,
    Decision,
    Entry,
    Notice,
    RevisedBy,
    Revision,
    RevisionState,
    Tally,
    TallyOf,
)
from relay.models.moderator import Role
from relay.models.trust import TrustRule
from relay.queries.revisions import list_waiting
from relay.services.decide import StaleDecisionError
from relay.services.revise_entry import (
    RevisionOverError,
    give_up_revision,
    propose,
    refuse_revision,
    revise_entry,
    take_revision,
)
from relay.services.undo import undo
from relay.services.writing import writing
from tests.making import CAMBRIDGE, NANJING, WORDS, choose, find, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.services.submit_entry import Receipt

NEW = replace(WORDS, title="Paper lanterns", name="Wei")


def revise(
    relay: Relay,
    token: str,
    *,
    city: int = NANJING,
    **words: Any,  # noqa: ANN401 - any of an entry's words
) -> Revision | None:
    return revise_entry(
        relay.engine,
        token,
        replace(NEW, **words),
        city=relay.gazetteer.find(city),
        clock=relay.clock,
    )


def require_id(revision: Revision | None) -> int:
    assert revision
    assert revision.id
    return revision.id


def take(relay: Relay, revision_id: int, ref: str, *, by: int, back: int = 0) -> None:
    take_revision(
        relay.engine,
        revision_id,
        find(relay, ref).version - back,
        moderator_id=by,
        clock=relay.clock,
        printer=relay.printer,
        media=relay.media,
    )


def refuse(relay: Relay, revision_id: int, *, by: int, reason: str = "unclear") -> None:
    refuse_revision(
        relay.engine,
        revision_id,
        reason=reason,
        note="Too long",
        moderator_id=by,
        clock=relay.clock,
        media=relay.media,
    )


def give_up(relay: Relay, token: str) -> None:
    give_up_revision(relay.engine, token, clock=relay.clock, media=relay.media)


def states(relay: Relay) -> list[RevisionState]:
    with Session(relay.engine) as session:
        return [
            each.state
            for each in session.exec(select(Revision).order_by(col(Revision.id)))
        ]


def told(relay: Relay) -> list[Notice]:
    with Session(relay.engine) as session:
        return list(session.exec(select(Notice).order_by(col(Notice.id))))


def cards(relay: Relay) -> str:
    with Session(relay.engine) as session:
        return "".join(each.words for each in session.exec(select(Card)))


@pytest.fixture
def by(either_relay: Relay) -> int:
    return make_moderator(either_relay)


@pytest.fixture
def public(either_relay: Relay, by: int) -> Receipt:
    sent = send(either_relay)
    choose(either_relay, sent.ref, by=by)
    return sent


def test_other_words_wait_while_the_approved_ones_stay(
    either_relay: Relay, public: Receipt
) -> None:
    before = find(either_relay, public.ref)
    revision = revise(either_relay, public.token)
    assert revision
    assert revision.changes == {"title": "Paper lanterns", "name": "Wei"}
    assert revision.before == {"title": "Paper boats", "name": "Lin"}
    assert find(either_relay, public.ref) == before
    assert "Paper boats" in cards(either_relay)
    assert "Paper lanterns" not in cards(either_relay)


def test_what_is_taken_is_public_and_in_the_log(
    either_relay: Relay, by: int, public: Receipt
) -> None:
    revision_id = require_id(
        revise(either_relay, public.token, city=CAMBRIDGE, kind=Kind.CITY, lang="he")
    )
    take(either_relay, revision_id, public.ref, by=by)
    entry = find(either_relay, public.ref)
    assert (entry.title, entry.name, entry.no) == ("Paper lanterns", "Wei", 1)
    assert (entry.city_id, entry.country) == (CAMBRIDGE, "GB")
    assert (entry.kind, entry.lang) == (Kind.CITY, "he")
    assert "paper lanterns" in entry.search_text
    assert "Paper lanterns" in cards(either_relay)
    assert states(either_relay) == [RevisionState.TAKEN]
    with Session(either_relay.engine) as session:
        edit = session.exec(
            select(Decision).where(Decision.choice == Choice.EDIT)
        ).one()
        counted = {
            (each.of, each.value): each.entries for each in session.exec(select(Tally))
        }
    assert edit.details
    assert edit.details["title"] == {"before": "Paper boats", "after": "Paper lanterns"}
    assert (counted[TallyOf.KIND, "individual"], counted[TallyOf.KIND, "city"]) == (
        0,
        1,
    )
    assert (counted[TallyOf.LANG, "en"], counted[TallyOf.LANG, "he"]) == (0, 1)
    assert [each.about for each in told(either_relay)][-1] is About.REVISION_TAKEN


def test_what_was_taken_can_be_taken_back(
    either_relay: Relay, by: int, public: Receipt
) -> None:
    revision_id = require_id(revise(either_relay, public.token, kind=Kind.CITY))
    take(either_relay, revision_id, public.ref, by=by)
    with Session(either_relay.engine) as session:
        edit = session.exec(
            select(Decision).where(Decision.choice == Choice.EDIT)
        ).one()
    undo(
        either_relay.engine,
        public.ref,
        edit.id or 0,
        find(either_relay, public.ref).version,
        moderator_id=by,
        clock=either_relay.clock,
        printer=either_relay.printer,
    )
    entry = find(either_relay, public.ref)
    assert (entry.title, entry.name, entry.kind) == (
        "Paper boats",
        "Lin",
        Kind.INDIVIDUAL,
    )
    assert "Paper lanterns" not in cards(either_relay)


def test_what_is_refused_changes_nothing_and_its_maker_learns_why(
    either_relay: Relay, by: int, public: Receipt
) -> None:
    before = find(either_relay, public.ref)
    revision_id = require_id(revise(either_relay, public.token))
    with pytest.raises(Invalid, match="reason"):
        refuse(either_relay, revision_id, by=by, reason="")
    with pytest.raises(Invalid, match="reason"):
        refuse(either_relay, revision_id, by=by, reason="nonsense")
    refuse(either_relay, revision_id, by=by)
    assert find(either_relay, public.ref) == before
    assert states(either_relay) == [RevisionState.REFUSED]
    last = told(either_relay)[-1]
    assert last.about is About.REVISION_REFUSED
    assert last.details == {"reason": "unclear", "note": "Too long"}


def test_newer_words_replace_those_that_wait(
    either_relay: Relay, by: int, public: Receipt
) -> None:
    first = require_id(revise(either_relay, public.token))
    second = require_id(revise(either_relay, public.token, title="Kites"))
    assert states(either_relay) == [RevisionState.OVER, RevisionState.WAITING]
    with pytest.raises(RevisionOverError):
        take(either_relay, first, public.ref, by=by)
    take(either_relay, second, public.ref, by=by)
    assert find(either_relay, public.ref).title == "Kites"
    with pytest.raises(RevisionOverError):
        refuse(either_relay, second, by=by)


def test_words_as_they_are_public_end_what_waits(
    either_relay: Relay, public: Receipt
) -> None:
    revise(either_relay, public.token)
    assert revise(either_relay, public.token, title=WORDS.title, name="Lin") is None
    assert states(either_relay) == [RevisionState.OVER]


def test_its_maker_can_think_again(either_relay: Relay, public: Receipt) -> None:
    revise(either_relay, public.token)
    for _ in range(2):
        give_up(either_relay, public.token)
    assert states(either_relay) == [RevisionState.OVER]


def test_the_address_changes_at_once_and_nobody_looks_at_it(
    either_relay: Relay, public: Receipt
) -> None:
    same = replace(WORDS, email="lin@example.org")
    found = revise(
        either_relay, public.token, title=same.title, name=same.name, email=same.email
    )
    assert found is None
    assert find(either_relay, public.ref).email == "lin@example.org"


def test_an_entry_that_changed_meanwhile_is_looked_at_again(
    either_relay: Relay, by: int, public: Receipt
) -> None:
    revision_id = require_id(revise(either_relay, public.token))
    with pytest.raises(StaleDecisionError):
        take(either_relay, revision_id, public.ref, by=by, back=1)
    assert states(either_relay) == [RevisionState.WAITING]
    assert find(either_relay, public.ref).title == "Paper boats"


def test_a_describers_words_are_a_volunteers(
    either_relay: Relay, by: int, public: Receipt
) -> None:
    describer = make_moderator(either_relay, "di@example.org", role=Role.DESCRIBER)
    with writing(either_relay.engine) as session:
        entry = session.get_one(Entry, public.entry_id)
        revision = propose(
            session,
            entry,
            {"alt": "Two boats"},
            by=RevisedBy.DESCRIBER,
            now=either_relay.clock.now(),
            moderator_id=describer,
        )
        assert revision
    with pytest.raises(Forbidden):
        take(either_relay, require_id(revision), public.ref, by=describer)
    revise(either_relay, public.token)
    take(either_relay, require_id(revision), public.ref, by=by)
    entry = find(either_relay, public.ref)
    assert (entry.alt, entry.alt_by) == ("Two boats", AltBy.VOLUNTEER)
    assert states(either_relay) == [RevisionState.TAKEN, RevisionState.WAITING]
    assert told(either_relay)[-1].about is About.EDITED


def test_words_that_a_rule_would_hold_say_so_and_nothing_lets_them_through(
    either_relay: Relay, public: Receipt
) -> None:
    with writing(either_relay.engine) as session:
        now = either_relay.clock.now()
        for kind, pattern in (
            ("block_word", "lantern"),
            ("allow_domain", "example.org"),
        ):
            session.add(
                TrustRule(
                    kind=RuleKind(kind),
                    pattern=pattern,
                    active=True,
                    created_at=now,
                    changed_at=now,
                )
            )
    assert revise(either_relay, public.token, title="Kites")
    revision = revise(either_relay, public.token, title="Lantern & kites")
    assert revision
    with either_relay.engine.connect() as connection:
        (waiting,) = list_waiting(connection, 1)
    assert [(each.pattern, each.found) for each in waiting.holds] == [
        ("lantern", "Lantern")
    ]
    assert states(either_relay) == [RevisionState.OVER, RevisionState.WAITING]


def test_only_what_is_public_is_revised(relay: Relay) -> None:
    by = make_moderator(relay)
    sent = send(relay)
    with pytest.raises(Forbidden):
        revise(relay, sent.token)
    choose(relay, sent.ref, by=by)
    with pytest.raises(Invalid, match="title"):
        revise(relay, sent.token, title=" ")
    choose(relay, sent.ref, Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    with pytest.raises(Forbidden):
        revise(relay, sent.token)
    with pytest.raises(NotFound):
        revise(relay, "nobody")
    with pytest.raises(NotFound):
        refuse(relay, 77, by=by)
