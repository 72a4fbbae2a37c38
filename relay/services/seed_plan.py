"""The plan of a seeded relay: who made what, where, and who passed it on to whom."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

from relay.domain.entry import Kind, ParentKnown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from relay.domain.geo import City
    from relay.domain.picture import PictureSet
    from relay.services.store_preview import StoredFile

# How long a moderator takes.
REVIEW = timedelta(minutes=35)

# Shares of all entries.
WITHOUT_BATON = 0.12
FROM_A_STAR = 0.18
IN_THE_SAME_CITY = 0.35
CLAIMED = 0.15
WITHOUT_PICTURE = 0.06

STAR_EVERY = 23  # one entry in so many is followed by many, long after
NEAR = 400  # the others follow one of so many before them
FLATTEN = 0.4  # a city ten times as large sends 10^0.4 = 2.5 times as many

_KINDS = (Kind.INDIVIDUAL, Kind.INSTITUTION, Kind.ORGANISATION, Kind.CITY)
_KIND_SHARES = (70, 85, 97, 100)

_ELSEWHERE = ("instagram", "facebook", "x")
_PLATFORMS = {
    "zh-Hans": ("weibo", "xiaohongshu", "douyin", "bilibili"),
    "zh-Hant": ("instagram", "threads", "pinterest"),
    "en": ("instagram", "facebook", "mastodon", "web"),
    "ja": ("pixiv", "x", "note"),
    "ko": ("naver", "instagram"),
    "ru": ("vk", "telegram", "ok"),
}


@dataclass(frozen=True)
class SeedWords:
    """What one invented maker says; an empty `alt` asks a volunteer."""

    lang: str
    name: str
    title: str
    alt: str
    description: str


@dataclass(frozen=True)
class StoredPicture:
    """A picture whose files lie in the media store already."""

    pictures: PictureSet
    files: tuple[StoredFile, ...]


@dataclass(frozen=True)
class Props:
    """What the entries are made of. The relay begins in the first city."""

    cities: Sequence[City]
    words: Sequence[SeedWords]
    pictures: Sequence[StoredPicture]


@dataclass(frozen=True, slots=True)
class Planned:
    """One entry to come: its place `n` in the plan, and that of its parent."""

    n: int
    words: SeedWords
    name: str
    kind: Kind
    city: City
    platform: str
    picture: StoredPicture | None
    parent: int | None
    known: ParentKnown
    submitted_at: datetime
    published_at: datetime


def plan_entries(
    props: Props, count: int, *, seed: int, begin: datetime, end: datetime
) -> Iterator[Planned]:
    """Yield `count` entries in the order of their sending; the same for one seed.

    They are sent at even steps from `begin` to `end`; each is published when REVIEW
    has passed, so the order of publication is that of sending.
    """
    dice = random.Random(seed)  # noqa: S311 - invented data, not secrets
    weights = list(accumulate(each.population**FLATTEN + 1 for each in props.cities))
    names = _names(props.words)
    cities: list[City] = []
    step = (end - begin) / count
    for n in range(count):
        parent = _choose_parent(dice, n)
        city = _choose_city(dice, props.cities, weights, cities, parent)
        cities.append(city)
        words = dice.choice(props.words)
        at = begin + n * step
        yield Planned(
            n=n,
            words=words,
            name=dice.choice(names[words.lang]),
            kind=dice.choices(_KINDS, cum_weights=_KIND_SHARES)[0],
            city=city,
            platform=dice.choice(_PLATFORMS.get(words.lang, _ELSEWHERE)),
            picture=None
            if dice.random() < WITHOUT_PICTURE
            else dice.choice(props.pictures),
            parent=parent,
            known=_how_known(dice, parent),
            submitted_at=at,
            published_at=at + REVIEW,
        )


def _names(words: Sequence[SeedWords]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for each in words:
        names.setdefault(each.lang, []).append(each.name)
    return names


def _choose_parent(dice: random.Random, n: int) -> int | None:
    """Return who passed the baton on: mostly somebody near, sometimes a star."""
    chance = dice.random()
    if n == 0 or chance < WITHOUT_BATON:
        return None
    if chance < WITHOUT_BATON + FROM_A_STAR:
        return dice.randrange(0, n, STAR_EVERY)
    return dice.randrange(max(0, n - NEAR), n)


def _choose_city(
    dice: random.Random,
    cities: Sequence[City],
    weights: Sequence[float],
    before: Sequence[City],
    parent: int | None,
) -> City:
    if not before:
        return cities[0]
    if parent is not None and dice.random() < IN_THE_SAME_CITY:
        return before[parent]
    return dice.choices(cities, cum_weights=weights)[0]


def _how_known(dice: random.Random, parent: int | None) -> ParentKnown:
    if parent is None:
        return ParentKnown.NONE
    return ParentKnown.CLAIMED if dice.random() < CLAIMED else ParentKnown.DECLARED
