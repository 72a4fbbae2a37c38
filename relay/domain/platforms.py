"""Which platform a link belongs to, whose work it names, and when it refuses us."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from relay.domain.errors import FetchFailed
from relay.domain.platform_row import Ask, Platform, Refusal, Shape
from relay.domain.platform_table_art import ANYWHERE, ART, WEB
from relay.domain.platform_table_asia import ASIA_AND_RUSSIA
from relay.domain.platform_table_china import CHINA
from relay.domain.platform_table_world import WORLD
from relay.domain.platform_walls import EVERYWHERE
from relay.domain.urls import Url, parse_url

if TYPE_CHECKING:
    from relay.domain.errors import FetchReason

__all__ = [
    "PLATFORMS",
    "Ask",
    "Match",
    "Platform",
    "Refusal",
    "Shape",
    "find_host_platform",
    "handle_of",
    "match_url",
    "platform_of",
    "refusal_of",
    "require_platform",
    "work_id_of",
]

PLATFORMS: tuple[Platform, ...] = (
    *CHINA,
    *WORLD,
    *ASIA_AND_RUSSIA,
    *ART,
    *ANYWHERE,
    WEB,
)

_BY_KEY = {each.key: each for each in PLATFORMS}
_BY_HOST = {
    host: each for each in PLATFORMS for host in (*each.hosts, *each.short_hosts)
}
_SMALL_SCREEN = re.compile(r"^(?:www|m|mobile)\.")
# One mark between a wall's words and the site's name, and no more.
_BESIDE_SITE = re.compile(r"\s*[|｜•·_]\s*|\s+[-–—:]\s+|：")
_WALL_CHARS = 80
_ONE_SHAPE = str.maketrans("‘’–—", "''--")
_LOGIN_PLACE = re.compile(
    r"/(?:log-?in|sign-?in|authwall|passport|captcha|cdn-cgi/challenge[\w-]*)(?:[./]|$)",
    re.IGNORECASE,
)


class Match(NamedTuple):
    """The platform of an address, the shape that it has, and what the shape names."""

    platform: Platform
    shape: Shape | None
    groups: dict[str, str]


def require_platform(key: str) -> Platform:
    """Return the row of a stored key; an unknown key is a page of the web."""
    return _BY_KEY.get(key, WEB)


def platform_of(url: str) -> Platform:
    """Return the row of this address; `web` when none fits or the address is odd."""
    url_read = _read(url)
    return match_url(url_read).platform if url_read else WEB


def handle_of(url: str) -> str | None:
    """Return the account's name that the address shows, without its @."""
    return _group_of(url, "handle")


def work_id_of(url: str) -> str | None:
    """Return the platform's own id of the work, when the address shows it."""
    url_read = _read(url)
    match = match_url(url_read) if url_read else Match(WEB, None, {})
    if match.shape and match.shape.query:
        return match.groups[match.shape.query[0]]
    return match.groups.get("id")


def find_host_platform(host: str) -> Platform | None:
    """Return the row that owns this host or one of its parents."""
    labels = host.split(".")
    names = (".".join(labels[start:]) for start in range(len(labels)))
    return next((_BY_HOST[name] for name in names if name in _BY_HOST), None)


def match_url(url: Url) -> Match:
    """Return what the table knows of a checked address."""
    owner = find_host_platform(url.host)
    for platform in (owner,) if owner else ANYWHERE:
        for shape in platform.shapes:
            groups = _match_shape(shape, url)
            if groups is not None:
                return Match(platform, shape, groups)
    return Match(owner or WEB, None, {})


def refusal_of(
    platform: Platform, final_url: str, title: str | None, *, tells: str | None = None
) -> FetchReason | None:
    """Return why a page that did arrive is not the work, or None when it is.

    `final_url` is where the redirects ended: an address of a login page tells as
    much as the title of one. `tells` is who made what the page shows, if it says:
    nobody signs a wall, so a work may be called "Access denied" if its maker is named.
    """
    here = _place(final_url)
    for refusal in platform.refusals:
        if _is_called(title or "", refusal):
            return refusal.reason
        if any(_is_at(here, place) for place in refusal.places):
            return refusal.reason
    if _LOGIN_PLACE.search(here):
        return Refusal().reason
    return None if tells else _wall_of(title or "")


def _is_called(title: str, refusal: Refusal) -> bool:
    name = _fold(title)
    return name in _folded(refusal.titles) or any(
        name.startswith(each) for each in _folded(refusal.openings)
    )


def _wall_of(title: str) -> FetchReason | None:
    """Return what a title alone gives away, the site's own name left out."""
    found = _BESIDE_SITE.search(title)
    parts = {title}
    if found and len(title) <= _WALL_CHARS:
        parts |= {title[: found.start()], title[found.end() :]}
    words = {_fold(each) for each in parts} - {""}
    for refusal in EVERYWHERE:
        if words & _folded(refusal.titles):
            return refusal.reason
    return None


def _read(url: str) -> Url | None:
    try:
        return parse_url(url)
    except FetchFailed:
        return None


def _group_of(url: str, name: str) -> str | None:
    """Return a group of the address, or of the form that its shape makes of it."""
    url_read = _read(url)
    match = match_url(url_read) if url_read else Match(WEB, None, {})
    if name in match.groups or not match.shape or not match.shape.canonical:
        return match.groups.get(name)
    form = _read(match.shape.canonical.format(**match.groups))
    return match_url(form).groups.get(name) if form else None


def _match_shape(shape: Shape, url: Url) -> dict[str, str] | None:
    found = _compile(shape.pattern).fullmatch(_place_of(url))
    if found is None:
        return None
    pairs = (each.partition("=") for each in url.query.split("&"))
    asked = {name: value for name, _, value in pairs if name in shape.query and value}
    if len(asked) < len(shape.query):
        return None
    return {name: text for name, text in found.groupdict().items() if text} | asked


@lru_cache(maxsize=512)
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _place_of(url: Url) -> str:
    return _SMALL_SCREEN.sub("", url.host) + url.path.rstrip("/")


def _place(url: str) -> str:
    url_read = _read(url)
    return f"{url_read.host}{url_read.path}".lower() if url_read else ""


def _is_at(here: str, place: str) -> bool:
    host, slash, path = place.partition("/")
    my_host, _, my_path = here.partition("/")
    same = my_host == host or my_host.endswith(f".{host}")
    return bool(slash) and same and my_path.startswith(path)


@lru_cache(maxsize=512)
def _folded(titles: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_fold, titles))


def _fold(text: str) -> str:
    line = " ".join(text.translate(_ONE_SHAPE).split())
    return line.casefold().rstrip("…. !！。")
