"""The rows of a seeded entry: what the services would have written of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from relay.domain.baton import ALPHABET, BODY_LENGTH, baton_code
from relay.domain.card import CardFacts, CardPicture, Source
from relay.domain.entry import CONSENT_VERSION, AltBy
from relay.domain.errors import FetchReason
from relay.domain.language import LANGUAGES
from relay.domain.preview import PreviewState
from relay.domain.text import fold
from relay.models import PictureRole

if TYPE_CHECKING:
    import random

    from relay.ports import CardPrinter
    from relay.services.seed_plan import Planned, SeedWords, StoredPicture

Row = dict[str, Any]

_REF_BYTES = 9


@dataclass(frozen=True, slots=True)
class Numbered:
    """A planned entry with its id and number, and those of who passed it on.

    A hidden entry has no number. `from_id` is its nearest published ancestor's.
    """

    planned: Planned
    id: int
    no: int | None
    parent_id: int | None
    from_id: int | None
    from_no: int | None
    from_city: int | None


def entry_row(each: Numbered, *, season_id: int, dice: random.Random) -> Row:
    """Return the columns of an entry.

    Nobody knows the token: its hash is drawn, not computed. Without a post of its own
    the link leads nowhere: `.example` is reserved.
    """
    planned, words = each.planned, each.planned.words
    link = _link(each)
    at = planned.submitted_at
    return {
        "id": each.id,
        "ref": dice.randbytes(_REF_BYTES).hex(),
        "season_id": season_id,
        "no": each.no,
        "token_hash": dice.randbytes(32).hex(),
        "link": link,
        "canonical": link,
        "platform": planned.platform,
        "title": words.title,
        "alt": words.alt,
        "alt_by": AltBy.MAKER if words.alt else AltBy.VOLUNTEER,
        "description": words.description,
        "name": planned.name,
        "kind": planned.kind,
        "lang": words.lang,
        "email": None,
        "search_text": _search_text(words, planned.name),
        "city_id": planned.city.id,
        "country": planned.city.country,
        "parent_id": each.parent_id,
        "parent_known": planned.known,
        "from_id": each.from_id,
        "activity": "",
        "checkpoint": "",
        "exhibit": "",
        "consent_version": CONSENT_VERSION,
        "consent_at": at,
        "by_child": False,
        "guardian_consent_at": None,
        "moderation": planned.moderation,
        "preview": PreviewState.READY if planned.picture else PreviewState.REFUSED,
        "version": 2,
        "started_at": at,
        "submitted_at": at,
        "published_at": planned.published_at if planned.is_public else None,
    }


def _link(each: Numbered) -> str:
    if each.planned.words.link:
        return f"{each.planned.words.link}?again={each.id}"
    return f"https://{each.planned.platform}.example/post/{each.id}"


def preview_row(each: Numbered) -> Row:
    """Return what the workers would have learnt of the link."""
    words, ready = each.planned.words, each.planned.picture is not None
    link = _link(each)
    return {
        "entry_id": each.id,
        "final_url": link if ready else "",
        "title": words.title if ready else None,
        "description": words.description if ready else None,
        "author": each.planned.name if ready else None,
        "publisher": None,
        "image_url": f"{link}.jpg" if ready else None,
        "image_alt": None,
        "date": None,
        "lang": words.lang if ready else None,
        "reason": None if ready else FetchReason.LOGIN_WALL.value,
        "image_reason": None,
        "steps": [],
        "attempts": 1,
        "next_try_at": None,
        "fetched_at": each.planned.submitted_at if ready else None,
    }


def baton_row(each: Numbered, *, dice: random.Random) -> Row:
    """Return the entry's baton."""
    picks = [dice.randrange(len(ALPHABET)) for _ in range(BODY_LENGTH)]
    return {
        "code": baton_code(picks),
        "entry_id": each.id,
        "created_at": each.planned.submitted_at,
        "revoked_at": None,
    }


def picture_row(each: Numbered, stored: StoredPicture, picture_id: int) -> Row:
    """Return the picture of the entry's post."""
    made = stored.pictures
    return {
        "id": picture_id,
        "entry_id": each.id,
        "role": PictureRole.POST,
        "digest": made.digest,
        "width": made.width,
        "height": made.height,
        "colour": made.colour,
        "placeholder": made.placeholder,
        "fingerprint": made.fingerprint,
        "created_at": each.planned.submitted_at,
    }


def rendition_rows(stored: StoredPicture, picture_id: int) -> list[Row]:
    """Return the files of a picture."""
    return [{"picture_id": picture_id, **file} for file in _file_rows(stored)]


@lru_cache(maxsize=256)
def _file_rows(stored: StoredPicture) -> list[Row]:
    return [asdict(file) for file in stored.files]


def card_rows(each: Numbered, printer: CardPrinter) -> list[Row]:
    """Return a published entry's cards in every language."""
    facts = _card_facts(each)
    rows = []
    for lang in LANGUAGES:
        html = printer.print_card(facts, lang)
        rows.append(
            {
                "entry_id": each.id,
                "lang": lang,
                "edition": printer.edition,
                "pictures": html.pictures,
                "words": html.words,
            }
        )
    return rows


def _card_facts(each: Numbered) -> CardFacts:
    planned, words = each.planned, each.planned.words
    return CardFacts(
        no=each.no or 0,
        title=words.title,
        alt=words.alt,
        description=words.description,
        name=planned.name,
        lang=words.lang,
        city_id=planned.city.id,
        country=planned.city.country,
        platform=planned.platform,
        from_no=each.from_no,
        from_city_id=each.from_city,
        picture=_card_picture(planned.picture) if planned.picture else None,
    )


@lru_cache(maxsize=256)
def _card_picture(stored: StoredPicture) -> CardPicture | None:
    shown = [file for file in stored.files if file.name != "share"]
    shown.sort(key=lambda file: file.width)
    plain = next(
        (file for file in shown if (file.name, file.format) == ("wall", "jpeg")), None
    )
    if plain is None:
        return None
    return CardPicture(
        url=f"/media/{plain.key}",
        width=plain.width,
        height=plain.height,
        colour=stored.pictures.colour,
        placeholder=stored.pictures.placeholder,
        sources=tuple(
            Source(f"/media/{file.key}", file.width, file.format) for file in shown
        ),
    )


@lru_cache(maxsize=8192)
def _search_text(words: SeedWords, name: str) -> str:
    return fold(f"{words.title}\n{name}\n{words.alt}\n{words.description}")
