"""What an entry's card on the wall shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One candidate of a srcset: where it lies, its width in pixels, its format."""

    url: str
    width: int
    format: str


@dataclass(frozen=True)
class CardPicture:
    """The picture of a card; width and height in pixels keep the layout still."""

    url: str
    width: int
    height: int
    colour: str
    placeholder: str
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class CardFacts:
    """All that a card can show of a published entry, in the maker's own words.

    `alt_lang` is the language of the alt text where it is not `lang`.
    `city_id` and `from_city_id` are GeoNames ids, named in the reader's language
    when the card is printed. `from_city_id` is the city of the entry that passed
    the baton on; None starts a relay. `handle` is the account that the link names.
    A `veiled` picture is none of these facts: its page shows it to whoever asks.
    """

    no: int
    title: str
    alt: str
    description: str
    name: str
    lang: str
    city_id: int
    country: str
    platform: str
    from_no: int | None = None
    from_city_id: int | None = None
    picture: CardPicture | None = None
    link_gone: bool = False
    handle: str = ""
    veiled: bool = False
    alt_lang: str = ""


@dataclass(frozen=True)
class CardHtml:
    """One card in one language: with its picture, and in words only."""

    pictures: str
    words: str
