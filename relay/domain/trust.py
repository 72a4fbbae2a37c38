"""Trust: which entries are let through at once, and which are held for people."""

from __future__ import annotations

from enum import StrEnum


class RuleKind(StrEnum):
    """What a rule looks at. Values are stored: never rename one."""

    ALLOW_DOMAIN = "allow_domain"
    ALLOW_ACCOUNT = "allow_account"
    BLOCK_WORD = "block_word"
    BLOCK_LINK = "block_link"
    BLOCK_DOMAIN = "block_domain"
