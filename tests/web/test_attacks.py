"""What an attacker tries on every route: forgery, others' things, evil words."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlmodel import Session, select

from relay.domain.moderation import Choice, Reason
from relay.domain.notice import About
from relay.domain.trust import RuleKind
from relay.models import (
    Appeal,
    Baton,
    Decision,
    DeskSession,
    Hold,
    Moderator,
    ModeratorToken,
    Notice,
    Passkey,
    Preview,
    ReasonText,
    Report,
    RevisedBy,
    Revision,
    Stash,
    TrustRule,
    metadata,
)
from relay.models.moderator import Role
from relay.queries.people import list_sessions, list_tokens
from relay.services.audit import audit
from relay.services.batons import make_baton
from relay.services.moderators import make_token
from relay.services.writing import writing
from tests.making import choose, send
from tests.web.desk.arriving import arrive, make_account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from werkzeug.routing import Rule

    from relay.bootstrap import Relay
    from tests.journeys.person import Person

# One click of a mail program carries no form (RFC 8058); its address is the secret.
NO_FORM = {"add.no_mail"}
# Reading leaves a mark there, and nowhere else.
MARKED_BY_READING = {"desk_session"}
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
EVIL = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>{{7*191}}"


@pytest.fixture
def organiser(relay: Relay, app: Flask) -> Person:
    make_account(relay)
    return arrive(app)


def contents(relay: Relay) -> dict[str, list[Any]]:
    """Return every row of every table that reading does not change."""
    with relay.engine.connect() as connection:
        return {
            name: sorted(map(str, connection.execute(table.select())))
            for name, table in metadata.tables.items()
            if name not in MARKED_BY_READING
        }


def unsafe_routes(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        takes = (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
        if takes and not rule.rule.startswith("/api/") and rule.endpoint not in NO_FORM:
            assert takes == {"POST"}, rule
            yield rule


def address(app: Flask, rule: Rule, **given: object) -> str:
    """Return an address of a route; what nobody gave is a number, or a first choice."""
    parts: dict[str, object] = {**dict.fromkeys(rule.arguments, "1"), "lang": "en"}
    for choices, name in re.findall(r"<any\(([^)]*)\):(\w+)>", rule.rule):
        parts[name] = choices.split(",")[0].strip()
    parts |= {name: value for name, value in given.items() if name in parts}
    return str(app.url_map.bind("localhost").build(rule.endpoint, parts))


def test_no_form_is_taken_that_did_not_come_from_us(
    relay: Relay, app: Flask, organiser: Person
) -> None:
    sent = send(relay)
    stranger = app.test_client()
    page = LexborHTMLParser(stranger.get("/en/settings").text)
    field = page.css_first('input[name="csrf_token"]')
    assert field is not None
    of_stranger = field.attributes["value"] or ""
    before = contents(relay)
    tried = 0
    for rule in unsafe_routes(app):
        where = address(app, rule, ref=sent.ref, token=sent.token, draft=sent.token)
        for token in ("", "nonsense", of_stranger):
            form = {"csrf_token": token, "choice": "approve", "version": "1"}
            answer = organiser.client.post(where, data=form)
            assert answer.status_code == 400, (rule, token, answer.status_code)
            tried += 1
    assert tried > 150
    assert contents(relay) == before


def test_the_private_link_of_one_maker_opens_nothing_of_another(
    relay: Relay, app: Flask
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    mine, theirs = send(relay), send(relay, link="https://example.org/theirs")
    code = make_baton(
        relay.engine, theirs.token, name="for Ada", clock=relay.clock, dice=relay.dice
    )
    before, client, tried = contents(relay), app.test_client(), 0
    for rule in app.url_map.iter_rules():
        if not {"token", "code"} <= rule.arguments:
            continue
        for theirs_code in (code, theirs.baton):
            where = address(app, rule, token=mine.token, code=theirs_code)
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                answer = client.open(where, method=method, data={"name": "stolen"})
                assert answer.status_code == 404, (method, where)
                tried += 1
    assert tried >= 8
    assert contents(relay) == before


def test_no_name_of_a_thing_opens_what_only_a_secret_opens(
    relay: Relay, app: Flask, organiser: Person
) -> None:
    """What others may know of an entry (number, baton, …) is no private link."""
    app.config["WTF_CSRF_ENABLED"] = False
    sent = send(relay)
    choose(relay, sent.ref, by=1)
    before, tried = contents(relay), 0
    for rule in app.url_map.iter_rules():
        if not {"token", "draft"} & rule.arguments or rule.rule.startswith("/desk"):
            continue
        for known in (sent.ref, "1", sent.baton, str(sent.entry_id)):
            where = address(app, rule, token=known, draft=known, code=sent.baton)
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                answer = organiser.client.open(where, method=method)
                assert answer.status_code == 404, (method, where)
                tried += 1
    assert tried > 60
    assert contents(relay) == before


def test_an_account_ends_and_renames_only_what_is_its_own(
    relay: Relay, app: Flask, organiser: Person
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    other = make_account(relay, "dan@example.org", Role.MODERATOR)
    arrive(app, "dan@example.org")
    make_token(relay.engine, "dan@example.org", clock=relay.clock, dice=relay.dice)
    with writing(relay.engine) as session:
        key = Passkey(
            moderator_id=other,
            credential_id=b"c",
            public_key=b"k",
            created_at=relay.clock.now(),
        )
        session.add(key)
        session.flush()
        key_id = key.id
    with relay.engine.connect() as connection:
        (theirs,) = list_sessions(connection, other, token="", begun_after=LONG_AGO)
        (token,) = list_tokens(connection, other)
    for where in (
        f"/desk/account/sessions/{theirs.name}/end",
        f"/desk/account/tokens/{token.name}/revoke",
        f"/desk/account/passkeys/{key_id}",
        f"/desk/account/passkeys/{key_id}/remove",
    ):
        organiser.client.post(where, data={"name": "stolen"})
    with Session(relay.engine) as session:
        open_session = session.exec(
            select(DeskSession).where(DeskSession.moderator_id == other)
        ).one()
        assert open_session.ended_at is None
        assert session.exec(select(ModeratorToken)).one().revoked_at is None
        assert session.get_one(Passkey, key_id).name == ""


def test_a_decision_is_taken_back_only_on_its_own_entry(
    relay: Relay, app: Flask, organiser: Person
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    mine, theirs = send(relay), send(relay, link="https://example.org/theirs")
    choose(relay, theirs.ref, Choice.REJECT, by=1, reason=Reason.OTHER)
    with Session(relay.engine) as session:
        decision = session.exec(select(Decision)).one()
    before = contents(relay)
    answer = organiser.client.post(
        f"/desk/entry/{mine.ref}/undo",
        data={"decision": str(decision.id), "version": "1"},
    )
    assert answer.status_code >= 400
    assert contents(relay) == before


def test_more_than_was_asked_for_is_not_taken(relay: Relay, app: Flask) -> None:
    """Columns that the form has no field for stay what they are."""
    app.config["WTF_CSRF_ENABLED"] = False
    sent = send(relay)
    client = app.test_client()
    client.post(
        f"/en/mine/{sent.token}/change",
        data={
            "title": "Mine",
            "moderation": "approved",
            "no": "7",
            "version": "99",
            "season_id": "9",
            "parent_id": "1",
            "blurred": "yes",
        },
    )
    assert client.get("/en/w/7").status_code == 404
    status = client.get(f"/api/v1/status/{sent.token}").json
    assert status
    assert (status["moderation"], status["no"]) == ("pending", None)


def fill_with_evil(relay: Relay) -> str:
    """Write what an attacker would into every text that somebody else reads."""
    now = relay.clock.now()
    sent = send(
        relay,
        title=EVIL,
        alt=EVIL,
        description=EVIL,
        name=EVIL,
        email="maker@example.org",
    )
    choose(relay, sent.ref, Choice.REJECT, by=1, reason=Reason.OTHER, note=EVIL)
    of: dict[str, Any] = {"entry_id": sent.entry_id}
    with writing(relay.engine) as session:
        session.merge(
            Preview(
                **of,
                title=EVIL,
                description=EVIL,
                author=EVIL,
                publisher=EVIL,
                fetched_at=now,
            )
        )
        session.add(Report(**of, reason="other", words=EVIL, at=now))
        session.add(Appeal(**of, words=EVIL, at=now))
        session.add(Stash(**of, by_id=1, note=EVIL, at=now))
        session.add(
            Hold(
                **of,
                kind=RuleKind.BLOCK_WORD,
                pattern=EVIL,
                place="title",
                found=EVIL,
                at=now,
            )
        )
        session.add(
            Revision(
                **of,
                by=RevisedBy.MAKER,
                before={"title": "Old"},
                changes={"title": EVIL},
                at=now,
            )
        )
        session.add(Notice(**of, about=About.EDITED, details={"x": EVIL}, at=now))
        session.add(
            TrustRule(
                kind=RuleKind.BLOCK_WORD,
                pattern=EVIL,
                note=EVIL,
                created_at=now,
                changed_at=now,
            )
        )
        session.add(ReasonText(key="evil", texts={"en": EVIL}, changed_at=now))
        for baton in session.exec(select(Baton)):
            baton.name = EVIL[:80]
        session.get_one(Moderator, 1).name = EVIL[:80]
        audit(session, EVIL[:64], now=now, moderator_id=1, details={EVIL: EVIL})
    return sent.ref


def test_evil_words_are_words_on_every_page_of_the_desk(
    relay: Relay, app: Flask, organiser: Person
) -> None:
    ref = fill_with_evil(relay)
    shown = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/desk") or "GET" not in (rule.methods or set()):
            continue
        where = address(app, rule, ref=ref, slug="leave-no-one-behind", key="evil")
        for query in ("", "?state=rejected", "?what=reported"):
            answer = organiser.client.get(where + query)
            assert answer.status_code < 500, where
            if "html" not in (answer.content_type or ""):
                continue
            page = LexborHTMLParser(answer.text)
            assert not page.css("[onerror], [onclick], [onload]"), where
            assert not page.css("script:not([src])"), where
            assert not page.css('[href^="javascript:" i], [src="x"]'), where
            assert str(7 * 191) not in answer.text, where
            shown += "onerror=alert" in answer.text
    # It was shown, as words: else this would prove nothing.
    assert shown > 8
