from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.domain.errors import Invalid, NotFound
from relay.models import Story
from relay.queries.edition import read_edition
from relay.services.stories import STORY_MAX, store_story
from tests.making import NANJING

if TYPE_CHECKING:
    from relay.bootstrap import Relay

SLUG = "leave-no-one-behind"


def tell(relay: Relay, text: str, *, lang: str = "en", city: int = NANJING) -> bool:
    return store_story(
        relay.engine,
        SLUG,
        city,
        lang=lang,
        text=text,
        clock=relay.clock,
        gazetteer=relay.gazetteer,
    )


def kept(relay: Relay) -> dict[str, str] | None:
    with Session(relay.engine) as session:
        story = session.exec(select(Story)).first()
        return story.words if story else None


def test_a_city_tells_its_story_in_each_language(either_relay: Relay) -> None:
    before = read_edition(either_relay.engine)
    assert tell(either_relay, "  A wall,\r\n\r\n\r\na river.  ")
    assert tell(either_relay, "城墙与江。", lang="zh-Hans")
    assert kept(either_relay) == {"en": "A wall,\n\na river.", "zh-Hans": "城墙与江。"}
    assert read_edition(either_relay.engine) == before + 2


def test_an_empty_story_takes_one_language_away_and_at_last_all(relay: Relay) -> None:
    tell(relay, "A river.")
    tell(relay, "江。", lang="zh-Hans")
    assert not tell(relay, " \n ")
    assert kept(relay) == {"zh-Hans": "江。"}
    tell(relay, "", lang="zh-Hans")
    assert kept(relay) is None
    assert not tell(relay, "")
    assert kept(relay) is None


def test_a_story_has_bounds(relay: Relay) -> None:
    assert tell(relay, "a" * STORY_MAX)
    with pytest.raises(Invalid, match="story"):
        tell(relay, "a" * (STORY_MAX + 1))
    for lang in ("", "English", "en us", 'en" onclick="x', "zh-hans"):
        with pytest.raises(Invalid, match="lang"):
            tell(relay, "A river.", lang=lang)
    assert kept(relay) == {"en": "a" * STORY_MAX}


def test_there_must_be_such_a_city_and_season(relay: Relay) -> None:
    with pytest.raises(NotFound, match="city"):
        tell(relay, "Nowhere.", city=1)
    with pytest.raises(NotFound, match="season"):
        store_story(
            relay.engine,
            "none",
            NANJING,
            lang="en",
            text="x",
            clock=relay.clock,
            gazetteer=relay.gazetteer,
        )
