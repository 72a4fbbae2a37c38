"""The plan of a seeded relay: who made what, where, and who passed it on to whom."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

from relay.domain.entry import Kind, ParentKnown
from relay.domain.moderation import Moderation

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
FROM_A_STAR = 0.05
FROM_A_NEW_STAR = 0.13
IN_THE_SAME_CITY = 0.35
CLAIMED = 0.12
INFERRED = 0.03
WITHOUT_PICTURE = 0.06

# One in so many is hidden, beside the published ones; and one has a city that the
# gazetteer does not know any more.
HIDDEN_EVERY = 41
UNLOCATED_EVERY = 311
LOST = 900_000_000  # no place of GeoNames has a number above it

STAR_EVERY = 23  # one entry in so many is followed by many, some of them long after
NEW_STARS = 3
NEAR = 400  # the others follow one of so many before them
NEAR_LEAST = 8
NEAR_SHARE = 40  # and of a small relay one of its fortieth, so that chains grow long
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
class StoredPicture:
    """A picture whose files lie in the media store already."""

    pictures: PictureSet
    files: tuple[StoredFile, ...]


@dataclass(frozen=True)
class SeedWords:
    """What one invented maker says; an empty `alt` asks a volunteer.

    `picture` is what the words are about, and `link` the post of it; without them the
    entry gets some picture, and a link that leads nowhere.
    """

    lang: str
    name: str
    title: str
    alt: str
    description: str
    picture: StoredPicture | None = None
    link: str = ""


@dataclass(frozen=True)
class Props:
    """What the entries are made of. A new relay begins in the first city.

    `before` are the cities of the newest entries that are there already, in the order
    of their sending: the first new ones take the baton from them. The first `reach`
    cities get a published entry each, as far as the entries go; the others get what
    chance brings them.
    """

    cities: Sequence[City]
    words: Sequence[SeedWords]
    pictures: Sequence[StoredPicture]
    before: Sequence[City] = ()
    reach: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """One entry to come: its place `n` in the plan, and that of its parent.

    The places of what was there before come first. A hidden one is not approved.
    """

    n: int
    words: SeedWords
    name: str
    kind: Kind
    city: City
    platform: str
    picture: StoredPicture | None
    parent: int | None
    known: ParentKnown
    moderation: Moderation
    submitted_at: datetime
    published_at: datetime

    @property
    def is_public(self) -> bool:
        """Whether it was approved, and stayed so."""
        return self.moderation is Moderation.APPROVED


def plan_entries(
    props: Props, count: int, *, seed: int, begin: datetime, end: datetime
) -> Iterator[Planned]:
    """Yield `count` published entries, and hidden ones, in the order of their sending.

    The same for one seed. They are sent at even steps from `begin` to `end`; each is
    published when REVIEW has passed, so the order of publication is that of sending.
    """
    dice = random.Random(seed)  # noqa: S311 - invented data, not secrets
    weights = list(accumulate(each.population**FLATTEN + 1 for each in props.cities))
    names = _names(props.words)
    cities: list[City] = [*props.before]
    first, near = len(cities), min(max(count // NEAR_SHARE, NEAR_LEAST), NEAR)
    reach = _Reach(props, count)
    many = count + hidden_among(count)
    step = (end - begin) / many
    for n in range(first, first + many):
        parent = _choose_parent(dice, n, near)
        city = _choose_city(dice, props.cities, weights, cities, parent)
        moderation = _moderation(n - first)
        if moderation is Moderation.APPROVED:
            city = reach.choose(dice, city)
        cities.append(city)
        words = dice.choice(props.words)
        picture = words.picture
        if picture is None and dice.random() >= WITHOUT_PICTURE:
            picture = dice.choice(props.pictures)
        at = begin + (n - first) * step
        yield Planned(
            n=n,
            words=words,
            name=dice.choice(names[words.lang]),
            kind=dice.choices(_KINDS, cum_weights=_KIND_SHARES)[0],
            city=city,
            platform="web"
            if words.link
            else dice.choice(_PLATFORMS.get(words.lang, _ELSEWHERE)),
            picture=picture,
            parent=parent,
            known=_how_known(dice, parent),
            moderation=moderation,
            submitted_at=at,
            published_at=at + REVIEW,
        )


class _Reach:
    """The cities that must get an entry, and how many entries are left for them."""

    def __init__(self, props: Props, count: int) -> None:
        there = {each.id for each in props.before}
        wanted = props.cities[: props.reach]
        self._waiting = {each.id: each for each in wanted if each.id not in there}
        self._left = count

    def choose(self, dice: random.Random, city: City) -> City:
        """Return the city of the next entry: `city`, or one that must get its first.

        The fewer entries are left for those that wait, the likelier: so they come one
        by one, all the time, and the last of them no later than the last entry.
        """
        if self._waiting and city.id not in self._waiting and self._is_due(dice):
            city = next(iter(self._waiting.values()))
        self._waiting.pop(city.id, None)
        self._left -= 1
        return city

    def _is_due(self, dice: random.Random) -> bool:
        return dice.random() * self._left < len(self._waiting)


def hidden_among(count: int) -> int:
    """Return how many entries are hidden beside so many published ones."""
    return count // (HIDDEN_EVERY - 1)


def _moderation(n: int) -> Moderation:
    is_hidden = n % HIDDEN_EVERY == HIDDEN_EVERY - 1
    return Moderation.REJECTED if is_hidden else Moderation.APPROVED


def _names(words: Sequence[SeedWords]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for each in words:
        names.setdefault(each.lang, []).append(each.name)
    return names


def _choose_parent(dice: random.Random, n: int, near: int) -> int | None:
    """Return who passed the baton on: mostly somebody near, sometimes a star."""
    chance = dice.random()
    if n == 0 or chance < WITHOUT_BATON:
        return None
    if chance < WITHOUT_BATON + FROM_A_STAR:
        return dice.randrange(0, n, STAR_EVERY)
    if chance < WITHOUT_BATON + FROM_A_STAR + FROM_A_NEW_STAR:
        newest = (n - 1) // STAR_EVERY
        return STAR_EVERY * max(0, newest - dice.randrange(NEW_STARS))
    return dice.randrange(max(0, n - near), n)


def _choose_city(
    dice: random.Random,
    cities: Sequence[City],
    weights: Sequence[float],
    before: Sequence[City],
    parent: int | None,
) -> City:
    if not before:
        return cities[0]
    if len(before) % UNLOCATED_EVERY == UNLOCATED_EVERY - 1:
        lost = dice.choice(cities)
        return replace(lost, id=LOST + lost.id)
    if parent is not None and dice.random() < IN_THE_SAME_CITY:
        return before[parent]
    return dice.choices(cities, cum_weights=weights)[0]


def _how_known(dice: random.Random, parent: int | None) -> ParentKnown:
    if parent is None:
        return ParentKnown.NONE
    chance = dice.random()
    if chance < CLAIMED:
        return ParentKnown.CLAIMED
    return ParentKnown.INFERRED if chance < CLAIMED + INFERRED else ParentKnown.DECLARED
