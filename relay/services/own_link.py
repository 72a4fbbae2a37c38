"""The private link of an entry: its maker alone is given it, we keep its hash."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from relay.domain.secret import hash_token
from relay.services.mailing import language_of

if TYPE_CHECKING:
    from relay.models import Entry
    from relay.ports import Dice, Mailroom


def own_token(dice: Dice, ref: str) -> str:
    """Return the token of an entry's private pages.

    It is derived from the secret key, so that a mail to the maker can repeat it.
    """
    return dice.derive(f"own entry {ref}")


def own_url(room: Mailroom, entry: Entry) -> str:
    """Return the address of an entry's private page, in its maker's language.

    It is empty where the secret key was another one when the entry came.
    """
    token = own_token(room.dice, entry.ref)
    if not hmac.compare_digest(hash_token(token), entry.token_hash):
        return ""
    return f"{room.base_url}/{language_of(entry)}/mine/{token}"
