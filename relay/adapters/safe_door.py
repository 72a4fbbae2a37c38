"""How we go out: what may be reached beside the public internet, and as whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from relay.adapters.safe_resolve import Resolver, resolve_with_system

if TYPE_CHECKING:
    from collections.abc import Callable

    from relay.settings import Settings


def _go_at_once(_host: str) -> None:
    """Wait for nobody."""


@dataclass(frozen=True)
class Door:
    """How to go out: what may be reached beside the public internet, and as whom.

    `before_request` is told each host before it is asked, redirects too, and may wait
    or raise FetchFailed: politeness is arranged there.
    """

    allow: frozenset[str] = frozenset()
    user_agent: str = "Mozilla/5.0 (compatible; CultureRelay/1) CultureRelayBot"
    resolver: Resolver = resolve_with_system
    before_request: Callable[[str], None] = _go_at_once
    ca_bundle: str = ""

    @classmethod
    def of(cls, settings: Settings) -> Door:
        """Return the door that the settings describe."""
        contact = re.sub(
            r"[^!-~]|[()]", "", settings.fetch_contact or settings.base_url
        )
        return cls(
            allow=frozenset(each.lower() for each in settings.fetch_allow),
            user_agent=f"Mozilla/5.0 (compatible; CultureRelay/1; +{contact}) "
            "CultureRelayBot",
        )
