"""How we go out: what may be reached beside the public internet, and as whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from relay.adapters.safe_resolve import Resolver, resolve_with_system

if TYPE_CHECKING:
    from relay.domain.errors import FetchFailed
    from relay.domain.urls import Url
    from relay.settings import Settings


class Turns(Protocol):
    """Politeness: every host is told before it is asked, redirects too."""

    def take(self, url: Url) -> None:
        """Wait for the turn to ask this host; raises TooMany or FetchFailed."""

    def end(self, url: Url, failed: FetchFailed | None) -> None:
        """Say that the request is over, and what its answer amounts to."""


class NoTurns:
    """Waits for nobody: for one link that somebody asks for by hand."""

    def take(self, url: Url) -> None:
        """Go at once."""

    def end(self, url: Url, failed: FetchFailed | None) -> None:
        """Remember nothing."""


@dataclass(frozen=True)
class Door:
    """How to go out: what may be reached beside the public internet, and as whom."""

    allow: frozenset[str] = frozenset()
    user_agent: str = "Mozilla/5.0 (compatible; CultureRelay/1) CultureRelayBot"
    resolver: Resolver = resolve_with_system
    turns: Turns = NoTurns()  # noqa: RUF009 - it holds nothing
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
