"""What one row of the platform table can say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from relay.domain.errors import FetchReason

if TYPE_CHECKING:
    from collections.abc import Mapping


class Ask(StrEnum):
    """How a platform may be asked for a preview."""

    OEMBED = "oembed"
    PAGE = "page"
    NOT_AT_ALL = "not_at_all"


@dataclass(frozen=True)
class Shape:
    """One way in which a platform writes the address of a work.

    `pattern` must match the whole of host and path, the host without `www.`, `m.` or
    `mobile.`, a slash at the end left out. Its groups, and the query parameters named
    in `query` (all must be there), fill `canonical`; an empty `canonical` keeps the
    address. The groups `id` and `handle` say which work and whose; where there are
    query parameters, the first of them is the id.
    """

    pattern: str
    canonical: str = ""
    query: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """What a page looks like that is not the work: its title, places arrived at.

    `titles` are compared whole, `openings` with how the title begins, both without
    regard to case and to the shape of dashes and quotes; `places` are the beginnings
    of host and path, the host with its subdomains.
    """

    reason: FetchReason = FetchReason.LOGIN_WALL
    titles: tuple[str, ...] = ()
    openings: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Platform:
    """One platform, as data.

    `names` maps languages of the interface to the platform's name, `en` always;
    `hosts` mean their subdomains too; `short_hosts` only lead elsewhere; `keep` are
    parameters that the canonical form must keep, `drop` those that it loses beside
    the ones that everybody drops; `opens` are those of `keep` that are new each time
    somebody shares, and open the work without saying which it is. `oembed` is the
    endpoint without its `url=`.
    """

    key: str
    names: Mapping[str, str]
    hosts: tuple[str, ...] = ()
    short_hosts: tuple[str, ...] = ()
    shapes: tuple[Shape, ...] = ()
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    ask: Ask = Ask.PAGE
    oembed: str = ""
    refusals: tuple[Refusal, ...] = ()

    def name(self, lang: str) -> str:
        """Return the platform's name in a language of the interface."""
        return self.names.get(lang) or self.names["en"]
