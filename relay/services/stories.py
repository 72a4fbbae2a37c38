"""Stories of cities: what a city tells of itself in a season, in any language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlmodel import select

from relay.domain.errors import FieldError, Invalid, NotFound
from relay.domain.text import clean_lines
from relay.models import Season, Story
from relay.services.edition import turn_edition
from relay.services.writing import writing

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from relay.ports import Clock, Gazetteer

STORY_MAX = 4000  # characters

# A language, its script and its region, as in zh-Hans or pt-BR (BCP 47).
_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")


def store_story(
    engine: Engine,
    slug: str,
    city_id: int,
    *,
    lang: str,
    text: str,
    clock: Clock,
    gazetteer: Gazetteer,
) -> bool:
    """Keep a city's story in one language; an empty text takes it away.

    Tells whether there is one now. Raises NotFound (season, city) and Invalid (`lang`,
    or a `story` that is too long).
    """
    words = clean_lines(text)
    if not _TAG.fullmatch(lang):
        raise Invalid([FieldError("lang", "unknown")])
    if len(words) > STORY_MAX:
        raise Invalid([FieldError("story", "too_long")])
    if gazetteer.find(city_id) is None:
        message = f"There is no city {city_id}."
        raise NotFound(message)
    with writing(engine) as session:
        season = session.exec(select(Season).where(Season.slug == slug)).first()
        if season is None or season.id is None:
            message = f"There is no season {slug}."
            raise NotFound(message)
        key = {"season_id": season.id, "city_id": city_id}
        story = session.get(Story, key, with_for_update=True)
        told = {**(story.words if story else {}), lang: words}
        kept = {each: said for each, said in told.items() if said}
        if story is None:
            story = Story(**key, words=kept, changed_at=clock.now())
        # Another dictionary than before: else the change would not be seen.
        story.words, story.changed_at = kept, clock.now()
        if kept:
            session.add(story)
        elif story in session:
            session.delete(story)
        turn_edition(session)
    return bool(words)
