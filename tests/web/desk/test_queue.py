"""The queue at the desk: what each item shows, in moderators' own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from relay.domain.preview import PreviewState
from relay.web.words import DESK_PREVIEWS, PREVIEWS
from tests.journeys.conftest import moderator
from tests.web.making import HAIFA, draw_picture

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.journeys.person import Person
    from tests.web.making import Maker

__all__ = ["moderator"]


def test_an_item_shows_picture_words_place_and_time(
    moderator: Person, maker: Maker, client: FlaskClient
) -> None:
    shown = maker.pending(description="A story of nets", city_id=HAIFA, country="IL")
    maker.add_picture(shown, draw_picture(600, 400))
    moderator.open("/desk/")
    about = moderator.first(".queue li img").attributes
    assert (about["width"], about["height"]) == ("320", "213")
    assert about["alt"] == ""
    assert about["loading"] == "lazy"
    assert moderator.says("What can be seen on work 1")
    assert moderator.says("A story of nets")
    assert moderator.first(".queue .who").text() == "Maker 1, Haifa, Israel"
    assert moderator.says("Alt text by the maker")
    assert moderator.says("Waiting for")
    where = about["src"] or ""
    assert moderator.client.get(where).content_type == "image/webp"
    assert client.get(where).status_code != 200


def test_an_item_without_picture_and_alt_text_says_so(
    moderator: Person, maker: Maker
) -> None:
    maker.pending(alt="", preview=PreviewState.QUEUED, by_child=True)
    moderator.open("/desk/")
    assert moderator.first(".queue .no-picture").text() == "No picture"
    assert moderator.says("No alt text yet")
    assert moderator.says("Made by a child")
    assert not moderator.page.css(".queue img")


@pytest.mark.parametrize("state", PreviewState)
def test_moderators_are_not_told_of_their_own_picture(
    moderator: Person, maker: Maker, state: PreviewState
) -> None:
    maker.pending(preview=state)
    for lang in ("en", "he", "zh-Hans"):
        moderator.client.set_cookie("lang", lang)
        queue = moderator.open("/desk/").text
        entry = moderator.open("/desk/entry/ref1").text
        with moderator.client.application.test_request_context(f"/{lang}/"):
            to_maker, to_desk = str(PREVIEWS[state]), str(DESK_PREVIEWS[state])
        assert to_desk != to_maker
        for page in (queue, entry):
            assert to_desk in page
            assert to_maker not in page
