"""Proof of work: what a browser solves while somebody types, and how it is checked.

The protocol is ALTCHA's, version 2 (https://altcha.org): the key that PBKDF2
derives from a nonce and a counter must begin as the challenge says.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from altcha import Payload, create_challenge, verify_solution
from flask import g, request

from relay.services.proofs import Proof, is_spent
from relay.web.context import reading, the_relay

if TYPE_CHECKING:
    from relay.bootstrap import Relay

# At most so many keys are derived in so many rounds each: 400,000 in all, half of
# them on average: 0.15 s in a browser on a desktop, 2 s on a phone ten times as slow.
COUNTERS = 400
ROUNDS = 1_000
# Long enough for a lesson, a break, and another lesson.
LASTS = timedelta(hours=2)
PROOF_MAX = 2_000  # characters; ours have 700
FIELD = "proof"


def is_asked() -> bool:
    """Tell whether this site asks for proofs."""
    return the_relay().settings.proof == "on"


def make_challenge() -> dict[str, object]:
    """Return a fresh challenge, as ALTCHA's JSON."""
    relay = the_relay()
    challenge = create_challenge(
        "PBKDF2/SHA-256",
        ROUNDS,
        counter=secrets.randbelow(COUNTERS),
        expires_at=relay.clock.now() + LASTS,
        hmac_secret=_secret(relay, "challenge"),
        hmac_key_secret=_secret(relay, "key"),
    )
    made: dict[str, object] = challenge.to_dict()
    return made


def find_proof() -> Proof | None:
    """Return the proof that came with this form, if it is right and is not over."""
    if "proof" not in g:
        g.proof = _check(request.form.get(FIELD, ""))
    found: Proof | None = g.proof
    return found


def lacks_proof() -> bool:
    """Tell whether an entry is sent in without a proof that counts, if one is due."""
    if "send" not in request.form or not is_asked():
        return False
    if "lacks_proof" not in g:
        proof = find_proof()
        with reading() as connection:
            g.lacks_proof = proof is None or is_spent(connection, proof)
    return bool(g.lacks_proof)


def _check(sent: str) -> Proof | None:
    if not sent or len(sent) > PROOF_MAX:
        return None
    relay = the_relay()
    result = verify_solution(
        sent,
        _secret(relay, "challenge"),
        hmac_key_secret=_secret(relay, "key"),
    )
    if not result.verified:
        return None
    # The signature says that it is a challenge of ours, as we made it.
    challenge = Payload.from_base64(sent).challenge
    expires_at, signature = challenge.parameters.expires_at, challenge.signature
    if expires_at is None or signature is None:
        return None
    until = datetime.fromtimestamp(expires_at, UTC)
    return Proof(signature, until) if until > relay.clock.now() else None


def _secret(relay: Relay, what: str) -> str:
    return relay.dice.derive(f"proof of work: {what}")
