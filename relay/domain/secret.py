"""Secrets at rest: only their hashes are kept."""

from __future__ import annotations

from hashlib import sha256


def hash_token(token: str) -> str:
    """Return the hash under which a token is kept (SHA-256, hex, 64 characters).

    Tokens hold at least 128 random bits, so they need neither salt nor slowness.
    """
    return sha256(token.encode()).hexdigest()
