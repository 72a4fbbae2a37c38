"""Unguessable names from the operating system's randomness."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256

from relay.domain.baton import ALPHABET, BODY_LENGTH, baton_code

TOKEN_BYTES = 20  # 160 bits
REF_BYTES = 9  # 72 bits: a name, not a key


class SystemDice:
    """Secrets for tokens, references and batons."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()

    def token(self) -> str:
        """Return a secret of 160 bits, URL-safe."""
        return secrets.token_urlsafe(TOKEN_BYTES)

    def ref(self) -> str:
        """Return an entry's public, unguessable reference."""
        return secrets.token_urlsafe(REF_BYTES)

    def baton_code(self) -> str:
        """Return a baton's code with its check character."""
        return baton_code(
            [secrets.randbelow(len(ALPHABET)) for _ in range(BODY_LENGTH)]
        )

    def derive(self, seed: str) -> str:
        """Return the seed's token: HMAC-SHA-256 under the secret key, cut to size."""
        digest = hmac.digest(self._key, b"token:" + seed.encode(), sha256)
        return urlsafe_b64encode(digest[:TOKEN_BYTES]).rstrip(b"=").decode()

    def one_in(self, many: int) -> bool:
        """Tell whether it falls on this throw, as it does once in `many`."""
        return secrets.randbelow(many) == 0


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)
