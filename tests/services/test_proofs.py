"""A proof of work counts for one entry, on both databases, however fast it comes."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest

from relay.domain.moderation import Moderation
from relay.services.proofs import Proof, ProofSpentError, is_spent
from relay.services.start_entry import start_entry
from relay.services.submit_entry import PassedBy, submit_draft
from tests.making import NANJING, WORDS, find

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.services.start_entry import Started


def begin(relay: Relay, at: int) -> Started:
    return start_entry(relay.intake, link=f"https://example.org/{at}")


def send(relay: Relay, draft: Started, proof: Proof) -> None:
    city = relay.gazetteer.find(NANJING)
    submit_draft(
        relay.intake,
        draft.token,
        WORDS,
        city=city,
        passed_by=PassedBy(),
        proof=proof,
    )


def proof_of(relay: Relay) -> Proof:
    return Proof("a" * 64, relay.clock.now() + timedelta(hours=1))


def test_a_proof_counts_for_one_entry_and_the_other_is_not_sent(
    either_relay: Relay,
) -> None:
    relay, proof = either_relay, proof_of(either_relay)
    first, second = begin(relay, 1), begin(relay, 2)
    send(relay, first, proof)
    send(relay, first, proof)  # the same entry again: its receipt, as ever
    with relay.engine.connect() as connection:
        assert is_spent(connection, proof)
    with pytest.raises(ProofSpentError):
        send(relay, second, proof)
    assert find(relay, second.ref).moderation is Moderation.DRAFT


def test_of_entries_at_the_same_moment_one_gets_the_proof(
    either_relay: Relay,
) -> None:
    relay, proof = either_relay, proof_of(either_relay)
    drafts = [begin(relay, at) for at in range(4)]
    ready = Barrier(len(drafts))
    refused: list[ProofSpentError] = []

    def run(draft: Started) -> None:
        ready.wait()
        try:
            send(relay, draft, proof)
        except ProofSpentError as error:
            refused.append(error)

    threads = [Thread(target=run, args=(each,)) for each in drafts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    states = [find(relay, each.ref).moderation for each in drafts]
    assert states.count(Moderation.PENDING) == 1
    assert len(refused) == 3
