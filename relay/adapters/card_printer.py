"""Prints cards with Jinja: escaped once, in every language, without a web server."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from markupsafe import Markup

from relay.adapters.templates import TEMPLATES, open_templates
from relay.domain.card import CardFacts, CardHtml, CardPicture, Source
from relay.domain.language import LANGUAGES
from relay.domain.platforms import require_platform
from relay.domain.text import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2 import Template

    from relay.ports import Gazetteer

TEMPLATE = "cards/card.html"

# Width ÷ height of a card, in hundredths: the classes of relay/front/css/tones.css.
# A picture beyond them is shown whole inside such a frame.
RATIO_MIN = 40
RATIO_MAX = 300
BARE_RATIO = 110
# Height of a row in rem before it is stretched: relay/front/css/wall.css.
ROW_REM = 20
DESCRIPTION_SHOWN = 400
HUES = 3  # grounds of a card without a picture: relay/front/css/card.css
FORMATS = ("avif", "webp", "jpeg")


class JinjaCardPrinter:
    """Fulfils the CardPrinter port.

    `edition` changes when the same facts would print differently: another template,
    other words.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._templates: dict[str, Template] = {}
        self.edition = self._hash_samples()

    def print_card(self, facts: CardFacts, lang: str) -> CardHtml:
        """Return the card's fragments in one language."""
        cities = (
            self._gazetteer.name(facts.city_id, lang),
            self._gazetteer.name(facts.from_city_id, lang)
            if facts.from_city_id
            else "",
        )
        return CardHtml(
            pictures=self._render(facts, lang, words_only=False, cities=cities),
            words=self._render(facts, lang, words_only=True, cities=cities),
        )

    def _hash_samples(self) -> str:
        """Return a short hash of the template and of what it makes of sample facts."""
        digest = sha256((TEMPLATES / TEMPLATE).read_bytes())
        for facts in _SAMPLES:
            for lang in LANGUAGES:
                for words_only in (False, True):
                    html = self._render(
                        facts,
                        lang,
                        words_only=words_only,
                        cities=("A", "B" if facts.from_no else ""),
                    )
                    digest.update(html.encode())
        return digest.hexdigest()[:16]

    def _render(
        self, facts: CardFacts, lang: str, *, words_only: bool, cities: tuple[str, str]
    ) -> str:
        city, from_city = cities
        picture = facts.picture
        sources = dict(_sources(picture)) if picture else {}
        html = self._template(lang).render(
            facts=facts,
            href=f"/{lang}/w/{facts.no}",
            words_only=words_only,
            own_lang=_own_lang(facts.lang, lang),
            alt_lang=_own_lang(facts.alt_lang or facts.lang, lang),
            city=city,
            from_city=from_city,
            platform=require_platform(facts.platform).name(lang),
            description=shorten(facts.description, DESCRIPTION_SHOWN),
            ratio=ratio_class(picture),
            tone=tone_class(picture),
            hue=f"hue{facts.no % HUES}",
            sizes=_sizes(picture),
            plain=sources.pop("jpeg", ""),
            sources=sources.items(),
        )
        return "\n".join(line.strip() for line in html.splitlines() if line.strip())

    def _template(self, lang: str) -> Template:
        if lang not in self._templates:
            self._templates[lang] = open_templates(lang).get_template(TEMPLATE)
        return self._templates[lang]


def ratio_class(picture: CardPicture | None) -> str:
    """Return the class that holds a card's shape still, such as `r133`."""
    if picture is None:
        return f"r{BARE_RATIO}"
    ratio = round(100 * picture.width / picture.height)
    if RATIO_MIN <= ratio <= RATIO_MAX:
        return f"r{ratio}"
    return f"r{min(max(ratio, RATIO_MIN), RATIO_MAX)} whole"


def tone_class(picture: CardPicture | None) -> str:
    """Return the class of the nearest of 216 colours, shown while a picture loads."""
    if picture is None:
        return ""
    red, green, blue = (int(picture.colour[at : at + 2], 16) for at in (1, 3, 5))
    return "w" + "".join("0369cf"[round(part / 51)] for part in (red, green, blue))


def _sources(picture: CardPicture) -> Iterable[tuple[str, str]]:
    """Yield each format and its srcset, the smallest format first."""
    for wanted in FORMATS:
        found = sorted(
            {
                each.width: each.url
                for each in picture.sources
                if each.format == wanted
            }.items()
        )
        if found:
            yield wanted, ", ".join(f"{url} {width}w" for width, url in found)


def _sizes(picture: CardPicture | None) -> str:
    """Return how wide the picture is shown; `auto` lets the browser measure."""
    ratio = picture.width / picture.height if picture else 1
    ratio = min(max(ratio, RATIO_MIN / 100), RATIO_MAX / 100)
    return f"auto, (max-width: 40rem) 92vw, {ratio * ROW_REM:.0f}rem"


def _own_lang(own: str, page: str) -> str:
    """Return the attribute that tells a participant's language from the page's."""
    return "" if own == page else Markup(' lang="{}"').format(own)


_PICTURE = CardPicture(
    url="/p",
    width=4,
    height=3,
    colour="#336699",
    placeholder="",
    sources=(
        Source("/a", 320, "avif"),
        Source("/w", 320, "webp"),
        Source("/j", 320, "jpeg"),
    ),
)
_SAMPLE = CardFacts(
    no=1,
    title="t",
    alt="a",
    description="d",
    name="n",
    lang="und",
    city_id=1,
    country="CN",
    platform="web",
    from_no=2,
    from_city_id=2,
    picture=_PICTURE,
)
# Every branch of the template, once.
_SAMPLES = (
    _SAMPLE,
    replace(_SAMPLE, alt="", description="", from_no=None, from_city_id=None),
    replace(_SAMPLE, picture=None, link_gone=True, handle="h"),
    replace(_SAMPLE, picture=None, veiled=True),
)
