"""What a shared picture says: cards, posters and certificates as facts, not pixels.

Everything to be read is here already, in the reader's language. So a picture can be
named by its facts, and is drawn again only when one of them has changed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

FOLDER = "share"
FORMS = {"png": "image/png", "jpg": "image/jpeg"}
MOST_RINGS = 12  # generations that a drawing tells apart
# Longer texts are cut before they are set: nobody reads more on a picture.
LONGEST = 240

_HASH_LENGTH = 32  # hexadecimal digits


@dataclass(frozen=True)
class Said:
    """Words and the language that they are in."""

    text: str
    lang: str


@dataclass(frozen=True)
class SharePicture:
    """The JPEG rendition that is drawn: its key in the media store and its colour."""

    key: str
    colour: str


@dataclass(frozen=True)
class Page:
    """What every drawing has: the reader's language, and the season's name."""

    lang: str
    rtl: bool
    brand: Said


@dataclass(frozen=True)
class Work:
    """One published artwork, as its drawings tell of it.

    `number` and `travel` are whole words, such as “No. 128” and “Leg 3”, “13,093 km
    so far”; `travel` is empty for as long as the relay has not been measured.
    """

    no: int
    number: str
    title: Said
    name: Said
    place: str
    travel: tuple[str, ...] = ()
    picture: SharePicture | None = None


@dataclass(frozen=True)
class Code:
    """A QR code as rows of 0 and 1, and the address in it as people read it."""

    rows: tuple[bytes, ...]
    address: str


@dataclass(frozen=True)
class EntryCard:
    """The card that other sites show beside a link to an entry: 1200 × 630."""

    page: Page
    work: Work


@dataclass(frozen=True)
class Poster:
    """A tall picture to be saved and posted: 1080 × 1920, `call` beside its QR code."""

    page: Page
    work: Work
    call: str
    code: Code


@dataclass(frozen=True)
class Certificate:
    """A sheet of A4 for the maker: 1240 × 1754, 150 dots per inch.

    `facts` are a label and its value each.
    """

    page: Page
    work: Work
    heading: str
    facts: tuple[tuple[str, str], ...]
    code: Code


@dataclass(frozen=True)
class RelayCard:
    """The card of all that came of one entry: 1200 × 630.

    `figures` are a value and its label each; `generations` how many artworks there
    are in each generation, the first hand first.
    """

    page: Page
    work: Work
    figures: tuple[tuple[str, str], ...]
    generations: tuple[int, ...]


@dataclass(frozen=True)
class SeasonCard:
    """The card of a season's whole relay: 1200 × 630, drawn as a RelayCard is.

    `heading` stands where that one has its title. The first of `generations` is the
    middle: the hand that began, or 1 for the season where many began.
    """

    page: Page
    heading: str
    figures: tuple[tuple[str, str], ...]
    generations: tuple[int, ...]


ShareFacts = EntryCard | Poster | Certificate | RelayCard | SeasonCard


def share_key(facts: ShareFacts, *, edition: str, form: str) -> str:
    """Return the name that a drawing is kept under: made of all that it shows.

    `edition` is the artist's: it changes with the way things are drawn. A season's card
    has no number: it is old with the next entry, so it is forgotten with the strays.
    """
    told = f"{edition}\n{facts!r}".encode()
    digest = hashlib.sha256(told).hexdigest()[:_HASH_LENGTH]
    whose = "season" if isinstance(facts, SeasonCard) else facts.work.no
    return f"{FOLDER}/{whose}-{digest}.{form}"


def shared_number(key: str) -> int | None:
    """Return the public number of the entry that a kept drawing belongs to, if any."""
    name = key.removeprefix(f"{FOLDER}/").partition("-")[0]
    return int(name) if name.isdecimal() else None
