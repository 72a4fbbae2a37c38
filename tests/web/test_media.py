"""Pictures are public exactly as long as their entry is."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from relay.domain.moderation import Moderation
from relay.domain.secret import hash_token
from tests.web.making import draw_picture

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.making import Maker


def test_a_published_picture_is_sent_and_kept(
    client: FlaskClient, maker: Maker
) -> None:
    maker.published(picture=draw_picture())
    urls = set(re.findall(r"/media/[^\s\",]+", client.get("/en/").text))
    assert {url.rsplit(".", 1)[-1] for url in urls} >= {"jpeg", "webp"}
    for url in urls:
        answer = client.get(url)
        assert answer.status_code == 200
        assert answer.content_type == f"image/{url.rsplit('.', 1)[-1]}"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.cache_control.immutable
        assert answer.cache_control.max_age == 365 * 24 * 3600
        with Image.open(BytesIO(answer.data)) as picture:
            assert picture.width > 0


def test_a_picture_goes_with_its_entry(client: FlaskClient, maker: Maker) -> None:
    no = maker.published(picture=draw_picture())
    url = re.findall(r"/media/[^\s\",]+", client.get("/en/").text)[0]
    assert client.get(url).status_code == 200
    maker.take_away(no, Moderation.TAKEN_DOWN)
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("to", [Moderation.WITHDRAWN, Moderation.TAKEN_DOWN])
def test_a_shared_cache_soon_asks_again_and_learns_that_a_picture_has_gone(
    client: FlaskClient, maker: Maker, to: Moderation
) -> None:
    no = maker.published(picture=draw_picture())
    url = re.findall(r"/media/[^\s\",]+", client.get("/en/").text)[0]
    sent = client.get(url)
    known = {"If-None-Match": sent.headers["ETag"]}
    for answer in (sent, client.get(url, headers=known)):
        assert answer.cache_control.public
        assert answer.cache_control.s_maxage is not None
        assert 0 < answer.cache_control.s_maxage <= 3600
    maker.take_away(no, to)
    gone = client.get(url, headers=known)
    assert gone.status_code == 404
    assert gone.cache_control.no_store


def test_a_picture_that_is_not_public_is_its_makers_alone(
    client: FlaskClient, maker: Maker
) -> None:
    hers = {"token_hash": hash_token("secret"), "title": "Not for all"}
    no = maker.published(picture=draw_picture(), **hers)
    url = re.findall(r"/media/[^\s\",]+", client.get("/en/").text)[0]
    maker.take_away(no, Moderation.TAKEN_DOWN)
    mine = client.get("/en/mine/secret/picture/post")
    assert mine.status_code == 200
    assert mine.cache_control.no_store
    assert not mine.cache_control.public
    assert client.get(url).status_code == 404


def test_what_nobody_made_is_not_there(client: FlaskClient) -> None:
    assert client.get("/media/nothing.jpeg").status_code == 404
    assert client.get("/media/../secret_key").status_code == 404


def test_a_browser_that_has_it_is_told_so(client: FlaskClient, maker: Maker) -> None:
    maker.published(picture=draw_picture())
    url = re.findall(r"/media/[^\s\",]+", client.get("/en/").text)[0]
    tag = client.get(url).headers["ETag"]
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 304
