"""Proof of work with an entry: solved by browsers, spent once, and never needed."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from altcha import Challenge, Payload, solve_challenge
from sqlmodel import Session, select

from relay.bootstrap import open_relay
from relay.domain.moderation import Moderation
from relay.models import Entry, SpentProof
from relay.services.forget import forget_proofs
from relay.web import proof as proofs
from relay.web.app import build_app
from tests.journeys.person import Person
from tests.journeys.test_adding import WHOLE, begin
from tests.making import SetClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from relay.bootstrap import Relay


def link(at: int) -> str:
    return f"https://example.org/{at}"


def person(relay: Relay, **settings: str) -> Person:
    changed = relay.settings.model_copy(update=settings)
    return Person(build_app(open_relay(changed, clock=relay.clock)).test_client())


def solve(somebody: Person) -> str:
    """Return a proof, as a browser makes it."""
    answer = somebody.client.get("/en/add/proof")
    assert answer.status_code == 200
    challenge = Challenge.from_dict(answer.get_json())
    solution = solve_challenge(challenge)
    assert solution is not None
    return Payload(challenge, solution).to_base64()


def sent(relay: Relay) -> int:
    with Session(relay.engine) as session:
        rows = session.exec(select(Entry.moderation)).all()
        return sum(each is not Moderation.DRAFT for each in rows)


def spent(relay: Relay) -> list[SpentProof]:
    with Session(relay.engine) as session:
        return list(session.exec(select(SpentProof)))


def send(somebody: Person, at: int, proof: str = "", **typed: str) -> int:
    begin(somebody, link(at)).send("Send it in", **WHOLE, **typed, proof=proof)
    return somebody.status


def test_with_a_proof_the_tighter_limit_does_not_count(relay: Relay) -> None:
    somebody = person(relay, limit_no_proof="1 per hour")
    assert send(somebody, 1) == 200
    assert send(somebody, 2) == 429
    assert somebody.says("With JavaScript switched on")
    assert somebody.value("title") == WHOLE["title"]
    assert send(somebody, 3, solve(somebody)) == 200
    assert sent(relay) == 2
    (row,) = spent(relay)
    assert timedelta(hours=1) < row.until - relay.clock.now() < timedelta(hours=3)


def test_scripts_are_not_advised_where_they_would_not_help(relay: Relay) -> None:
    somebody = person(relay, limit_code="1 per hour")
    wrong = {"passed": "baton", "baton": "AAAA-AAAA-AAAA"}
    assert [send(somebody, at, **wrong) for at in (1, 2)] == [422, 429]
    assert somebody.says("You can try again in")
    assert not somebody.says("With JavaScript switched on")


def test_a_proof_counts_once(relay: Relay) -> None:
    somebody = person(relay, limit_no_proof="1 per hour")
    proof = solve(somebody)
    assert send(somebody, 1, proof) == 200
    assert send(somebody, 2, proof) == 200  # as one without a proof
    assert send(somebody, 3, proof) == 429
    assert len(spent(relay)) == 1


def test_what_could_not_be_sent_spends_no_proof(relay: Relay) -> None:
    somebody = person(relay, limit_no_proof="1 per hour")
    proof = solve(somebody)
    begin(somebody).send("Send it in", **{**WHOLE, "title": ""}, proof=proof)
    assert somebody.status == 422
    assert spent(relay) == []
    somebody.send("Send it in", **WHOLE, proof=proof)
    assert somebody.status == 200
    assert len(spent(relay)) == 1


def change(proof: str, act: Callable[[dict[str, Any]], object]) -> str:
    document = json.loads(base64.b64decode(proof))
    act(document)
    return base64.b64encode(json.dumps(document).encode()).decode()


@pytest.mark.parametrize(
    "act",
    [
        lambda d: d["solution"].update(derivedKey="00" * 32),
        lambda d: d["challenge"]["parameters"].update(expiresAt=9_999_999_999),
        lambda d: d["challenge"]["parameters"].update(cost=1, keyPrefix=""),
        lambda d: d["challenge"].update(signature="0" * 64),
        lambda d: d["challenge"].update(signature=None),
        lambda d: d["challenge"].update(parameters=[]),
        lambda d: d.update(solution="x"),
        lambda d: d.update(challenge={"parameters": {"algorithm": {}}}),
    ],
    ids=["key", "time", "cost", "signature", "unsigned", "empty", "words", "half"],
)
def test_a_proof_that_was_tampered_with_is_none(
    relay: Relay, act: Callable[[dict[str, Any]], object]
) -> None:
    somebody = person(relay, limit_no_proof="1 per hour")
    assert send(somebody, 1) == 200
    assert send(somebody, 2, change(solve(somebody), act)) == 429
    assert spent(relay) == []


@pytest.mark.parametrize(
    "nonsense", ["x", "=", "bnVsbA==", "W10=", "MQ==", "é", "A" * 5000, "[" * 1999]
)
def test_nonsense_is_no_proof(relay: Relay, nonsense: str) -> None:
    somebody = person(relay, limit_no_proof="1 per hour")
    assert send(somebody, 1) == 200
    assert send(somebody, 2, nonsense) == 429


def test_a_proof_of_another_site_is_none(relay: Relay) -> None:
    somebody = person(relay, limit_no_proof="1 per hour")
    elsewhere = person(relay, secret_key="y" * 40)
    assert send(somebody, 1) == 200
    assert send(somebody, 2, solve(elsewhere)) == 429


def test_a_proof_is_over_after_two_hours(relay: Relay) -> None:
    ago = SetClock(relay.clock.now() - timedelta(hours=2, seconds=1))
    before = Person(build_app(open_relay(relay.settings, clock=ago)).test_client())
    old = solve(before)
    somebody = person(relay, limit_no_proof="1 per hour")
    assert send(somebody, 1) == 200
    assert send(somebody, 2, old) == 429


def test_a_site_may_ask_for_no_proof(relay: Relay) -> None:
    somebody = person(relay, limit_no_proof="1 per hour", proof="off")
    for at in range(3):
        begin(somebody, link(at))
        assert "data-proof" not in somebody.text
        somebody.send("Send it in", **WHOLE)
        assert somebody.status == 200
    assert somebody.client.get("/en/add/proof").status_code == 404


def test_a_class_of_30_without_scripts_is_spared(relay: Relay) -> None:
    somebody = person(relay)
    assert [send(somebody, at) for at in range(30)] == [200] * 30


def test_a_challenge_is_bounded_and_kept_by_nobody(relay: Relay) -> None:
    somebody = person(relay)
    answer = somebody.client.get("/en/add/proof")
    assert answer.headers["Cache-Control"] == "no-store"
    challenge = Challenge.from_dict(answer.get_json())
    solution = solve_challenge(challenge)
    assert solution
    assert 0 <= solution.counter < proofs.COUNTERS
    assert challenge.parameters.cost == proofs.ROUNDS
    assert len(Payload(challenge, solution).to_base64()) < proofs.PROOF_MAX
    assert "x" * 40 not in answer.text


def test_spent_proofs_are_forgotten_when_they_are_too_old(
    either_relay: Relay,
) -> None:
    now = either_relay.clock.now()
    with Session(either_relay.engine) as session:
        for at, until in enumerate((now - timedelta(1), now + timedelta(1))):
            session.add(SpentProof(proof_hash=str(at), until=until))
        session.commit()
    assert forget_proofs(either_relay.engine, clock=either_relay.clock) == 1
    assert [each.proof_hash for each in spent(either_relay)] == ["1"]


def test_the_form_asks_nobody_to_do_anything(relay: Relay) -> None:
    somebody = begin(person(relay))
    assert re.search(r'data-proof="/en/add/proof"', somebody.text)
    assert somebody.first("input[name=proof]").attributes["type"] == "hidden"
