"""The plan of the demo relay: who made what, where, and who passed it on to whom."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from relay.demo import art
from relay.demo.cities import CITIES, City

LANGUAGES = (
    "zh-Hans", "zh-Hant", "en", "fr", "ru", "ja", "ko", "de", "it", "he", "es",
)  # fmt: skip
ORIGIN = "Nanjing"
_FIRST = "plum-1"
_KINDS = {
    "i": "individual",
    "c": "individual",
    "n": "institution",
    "o": "organisation",
    "t": "city",
}
_NOTHING = "?"
_STAR_EVERY = 23


class Page(StrEnum):
    """How the post's page behaves on the sister site."""

    OPEN_GRAPH = "open_graph"
    OEMBED = "oembed"
    JSON_LD = "json_ld"
    BARE = "bare"
    SLOW = "slow"
    FLAKY = "flaky"
    MOVED = "moved"
    GBK = "gbk"
    SHIFT_JIS = "shift_jis"
    NO_PICTURE = "no_picture"
    FORBIDDEN = "forbidden"
    LOGIN = "login"
    GONE = "gone"


class Fate(StrEnum):
    """What the demo's moderator does with an entry."""

    APPROVE = "approve"
    REJECT = "reject"
    WAIT = "wait"
    LATE = "late"  # approved after all others, its children too
    TAKE_DOWN = "take_down"  # approved, and at the very end taken down


@dataclass(frozen=True)
class Submission:
    """One planned entry.

    `n` is its place in the relay (0 is first), `art` the artwork's index, `parent`
    the `n` that passed the baton on; without `alt` a volunteer is asked.
    """

    n: int
    art: int
    lang: str
    kind: str
    by_child: bool
    city_name: str
    city: City
    name: str
    title: str
    alt: str | None
    description: str | None
    parent: int | None
    page: Page
    fate: Fate


@dataclass(frozen=True)
class Maker:
    """What one line of a word list says."""

    art: int
    lang: str
    kind: str
    city_name: str
    name: str
    title: str
    alt: str | None
    description: str | None


@cache
def plan() -> tuple[Submission, ...]:
    """Return every submission in the order of the relay, the same each time."""
    dice = random.Random(32)  # noqa: S311 - a plan, not secrets
    makers = _in_order(read_makers(), dice)
    parents = _parents(len(makers), dice)
    leaves = sorted(set(range(len(makers))) - set(parents))
    pages = _pages(makers, leaves)
    fates = _fates(pages, leaves)
    for n, fate in _odd_fates(parents):
        fates[n] = fate
    return tuple(
        Submission(
            n=n,
            art=maker.art,
            lang=maker.lang,
            kind=_KINDS[maker.kind],
            by_child=maker.kind == "c",
            city_name=maker.city_name,
            city=CITIES[maker.city_name],
            name=maker.name,
            title=maker.title,
            alt=maker.alt,
            description=maker.description,
            parent=parents[n],
            page=pages[n],
            fate=fates[n],
        )
        for n, maker in enumerate(makers)
    )


def read_makers() -> list[Maker]:
    """Return everybody in the word lists, in the order of the languages."""
    indexes = {art.key(index): index for index in range(art.COUNT)}
    folder = resources.files("relay.demo") / "words"
    makers = []
    for lang in LANGUAGES:
        for line in (folder / f"{lang}.txt").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                key, kind, city, name, title, alt, description = line.split(" | ")
                makers.append(
                    Maker(
                        indexes[key],
                        lang,
                        kind,
                        city,
                        name,
                        title,
                        None if alt == _NOTHING else alt,
                        None if description == _NOTHING else description,
                    )
                )
    return makers


def depth(n: int) -> int:
    """Return how many hands the baton went through before entry `n`."""
    parent = plan()[n].parent
    return 0 if parent is None else 1 + depth(parent)


def _in_order(makers: list[Maker], dice: random.Random) -> list[Maker]:
    """Spread from Nanjing outwards, with early and late ones everywhere."""
    first = next(each for each in makers if art.key(each.art) == _FIRST)
    when = {
        each.art: _kilometres(CITIES[ORIGIN], CITIES[each.city_name]) / 20_000
        + dice.uniform(0, 0.9)
        for each in makers
    }
    when[first.art] = -1
    return sorted(makers, key=lambda each: when[each.art])


def _kilometres(a: City, b: City) -> float:
    """Return the haversine distance."""
    lat1, lat2 = math.radians(a.lat), math.radians(b.lat)
    half_lat = (lat2 - lat1) / 2
    half_lon = math.radians(b.lon - a.lon) / 2
    root = math.sin(half_lat) ** 2 + (
        math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    )
    return 2 * 6371.0088 * math.asin(math.sqrt(root))


def _parents(count: int, dice: random.Random) -> list[int | None]:
    """Mostly chains, some stars; about one in eight begins without a baton."""
    parents: list[int | None] = [None]
    stars = [0]
    for n in range(1, count):
        chance = dice.random()
        if chance < 0.12:  # noqa: PLR2004 - "I just saw it"
            parents.append(None)
        elif chance < 0.3:  # noqa: PLR2004 - from somebody whom many follow
            parents.append(dice.choice(stars))
        else:
            parents.append(dice.randrange(max(0, n - 9), n))
        if n % _STAR_EVERY == 0:
            stars.append(n)
    return parents


def _pages(makers: list[Maker], leaves: list[int]) -> list[Page]:
    usual = (
        *(Page.OPEN_GRAPH,) * 5, Page.OEMBED, Page.OEMBED, Page.JSON_LD, Page.JSON_LD,
        Page.BARE,
    )  # fmt: skip
    pages = [usual[n * 7 % len(usual)] for n in range(len(makers))]
    # Only the last in their line misbehave for good: nobody's chain is broken.
    refusing = (
        Page.FORBIDDEN, Page.LOGIN, Page.GONE, Page.NO_PICTURE,
        Page.FORBIDDEN, Page.LOGIN, Page.NO_PICTURE,
    )  # fmt: skip
    for page, n in zip(refusing, leaves[5::6], strict=False):
        pages[n] = page
    odd = (
        *(Page.SLOW,) * 5, *(Page.FLAKY,) * 3, *(Page.MOVED,) * 4,
    )  # fmt: skip
    free = [n for n in range(9, len(makers), 11) if pages[n] not in refusing]
    for page, n in zip(odd, free, strict=False):
        pages[n] = page
    for lang, page in (("zh-Hans", Page.GBK), ("ja", Page.SHIFT_JIS)):
        # The relay's first entry keeps a page as everybody expects it.
        old = [n for n, each in enumerate(makers) if n and each.lang == lang]
        for n in [n for n in old if pages[n] is Page.OPEN_GRAPH][:2]:
            pages[n] = page
    pages[0] = Page.OPEN_GRAPH
    return pages


def _fates(pages: list[Page], leaves: list[int]) -> list[Fate]:
    fates = [Fate.APPROVE] * len(pages)
    closed = {Page.FORBIDDEN, Page.LOGIN, Page.GONE}
    shut = [n for n in leaves if pages[n] in closed]
    for n in shut:
        fates[n] = Fate.WAIT
    for n in shut[:2]:
        fates[n] = Fate.REJECT
    late = [n for n in reversed(leaves) if fates[n] is Fate.APPROVE]
    for n in late[: 12 - fates.count(Fate.WAIT)]:
        fates[n] = Fate.WAIT
    return fates


def _odd_fates(parents: list[int | None]) -> list[tuple[int, Fate]]:
    """Choose who is hidden, or late, in the middle of a chain."""
    middles = [
        n
        for n in range(len(parents) // 3, len(parents))
        if parents[n] and n in parents and n % _STAR_EVERY
    ]
    fates = (Fate.TAKE_DOWN, Fate.LATE, Fate.TAKE_DOWN)
    return list(zip(middles[::9], fates, strict=False))
