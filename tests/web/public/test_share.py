"""Shared pictures over HTTP: drawn once, never of what is hidden, and limited."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
import zxingcpp
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from relay.bootstrap import open_relay
from relay.domain.moderation import Moderation
from relay.domain.secret import hash_token
from relay.web.app import build_app
from tests.making import measure
from tests.web.making import LYON, draw_picture

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay
    from tests.web.making import Maker

DRAWINGS = (
    "/w/{}/card.png",
    "/w/{}/card.jpg",
    "/w/{}/poster.png",
    "/w/{}/certificate.png",
    "/relay/{}/card.png",
)
SIZES = {
    "card": (1200, 630),
    "poster": (1080, 1920),
    "certificate": (1240, 1754),
}


def any_time() -> datetime:
    return datetime.now(UTC) + timedelta(days=1)


@pytest.mark.parametrize(
    ("path", "lang"),
    list(zip(DRAWINGS, ("en", "zh-Hans", "he", "zh-Hans", "he"), strict=True)),
)
def test_each_drawing_is_a_picture_of_its_size(
    client: FlaskClient, maker: Maker, path: str, lang: str
) -> None:
    no = maker.published(picture=draw_picture())
    answer = client.get(f"/{lang}{path.format(no)}")
    assert answer.status_code == 200
    image = Image.open(BytesIO(answer.data))
    name, _, form = path.rpartition("/")[2].partition(".")
    assert image.size == SIZES[name]
    assert image.format == {"png": "PNG", "jpg": "JPEG"}[form]
    assert answer.content_type == f"image/{form.replace('jpg', 'jpeg')}"


@pytest.mark.parametrize(
    ("to", "paths"),
    [
        (Moderation.WITHDRAWN, [*DRAWINGS, "/w/{}/certificate"]),
        (Moderation.TAKEN_DOWN, DRAWINGS[:1]),
    ],
)
def test_what_was_taken_away_is_gone_though_its_drawing_is_kept(
    client: FlaskClient, maker: Maker, to: Moderation, paths: list[str]
) -> None:
    no = maker.published(title="Secret title")
    pages = ["/en" + path.format(no) for path in paths]
    etags = [client.get(page).headers["ETag"] for page in pages]
    maker.take_away(no, to)
    for page, etag in zip(pages, etags, strict=True):
        answer = client.get(page)
        assert answer.status_code == 410
        assert b"Secret title" not in answer.data
        assert not answer.data.startswith((b"\x89PNG", b"\xff\xd8"))
        # Nor is what the reader has already called fresh.
        again = client.get(page, headers={"If-None-Match": etag})
        assert again.status_code == 410


@pytest.mark.parametrize("path", [*DRAWINGS, "/w/{}/certificate"])
def test_what_was_never_published_is_not_found(
    client: FlaskClient, maker: Maker, path: str
) -> None:
    maker.pending()
    assert client.get("/en" + path.format(1)).status_code == 404


def test_kept_drawings_have_no_address_among_the_media(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    no = maker.published()
    client.get(f"/en/w/{no}/card.png")
    (kept,) = relay.media.list_old("share", written_before=any_time())
    assert client.get(f"/media/{kept}").status_code == 404


def test_a_drawing_is_drawn_once_and_asked_for_again_cheaply(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    page = f"/en/w/{maker.published()}/card.png"
    first = client.get(page)
    (kept,) = relay.media.list_old("share", written_before=any_time())
    # What is sent comes from the store now, whatever lies there.
    relay.media.put(kept, b"from the store", content_type="image/png")
    assert client.get(page).data == b"from the store"
    again = client.get(page, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert "public" in first.headers["Cache-Control"]


def test_a_changed_fact_makes_another_drawing(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    first = maker.published()
    second = maker.published(parent_id=maker.id_of(first), city_id=LYON, country="FR")
    page = f"/en/w/{second}/card.png"
    before = client.get(page)
    measure(relay)
    after = client.get(page)
    assert before.headers["ETag"] != after.headers["ETag"]
    assert before.data != after.data


def test_only_what_has_to_be_drawn_counts_towards_the_limit(
    relay: Relay, maker: Maker
) -> None:
    settings = relay.settings.model_copy(update={"limit_share": "2 per minute"})
    client = build_app(open_relay(settings)).test_client()
    pages = [f"/en/w/{maker.published()}/card.jpg" for _ in range(3)]
    for _ in range(2):
        assert client.get(pages[0]).status_code == 200
    assert client.get(pages[1]).status_code == 200
    answer = client.get(pages[2])
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    other = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get(pages[2], environ_base=other).status_code == 200


def test_the_poster_leads_to_the_baton(client: FlaskClient, maker: Maker) -> None:
    no = maker.published(picture=draw_picture())
    page = client.get(f"/en/w/{no}").text
    poster = Image.open(BytesIO(client.get(f"/en/w/{no}/poster.png").data))
    (code,) = zxingcpp.read_barcodes(poster)
    assert "/b/" in code.text
    assert f'href="{code.text}"' in page


def test_the_certificate_says_number_leg_and_kilometres(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    first = maker.published(title="First", name="Lin Yue")
    second = maker.published(
        title="Second",
        name="Camille",
        parent_id=maker.id_of(first),
        city_id=LYON,
        country="FR",
    )
    measure(relay)
    page = LexborHTMLParser(client.get(f"/en/w/{second}/certificate").text)
    certificate = page.css_first(".certificate")
    assert certificate is not None
    words = certificate.text(separator=" ", strip=True)
    assert "No. 2" in words
    assert "Second" in words
    assert "Camille" in words
    facts = {
        label.text(strip=True): value.text(strip=True)
        for label, value in zip(page.css("dt"), page.css("dd"), strict=True)
    }
    assert facts["Leg"] == "1"
    assert facts["Kilometres so far"] == "9,110 km"
    assert page.css_first(f'a[href="/en/w/{second}/certificate.png"][download]')


def test_before_the_relay_is_measured_leg_and_kilometres_are_left_out(
    client: FlaskClient, maker: Maker
) -> None:
    page = client.get(f"/en/w/{maker.published()}/certificate").text
    labels = [each.text(strip=True) for each in LexborHTMLParser(page).css("dt")]
    assert labels == ["Published on"]


def test_other_sites_are_shown_the_card_with_its_size_and_words(
    client: FlaskClient, maker: Maker
) -> None:
    no = maker.published(title="Signed", alt="Bricks with names.")
    page = LexborHTMLParser(client.get(f"/en/w/{no}").text)
    told = {
        each.attributes.get("property") or each.attributes.get("name"): (
            each.attributes.get("content")
        )
        for each in page.css("meta[content]")
    }
    image = told["og:image"] or ""
    assert image.endswith(f"/en/w/{no}/card.jpg")
    assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
    assert "Signed" in (told["og:image:alt"] or "")
    assert "Bricks with names." in (told["og:image:alt"] or "")
    assert told["twitter:card"] == "summary_large_image"
    shown = client.get(f"/en/w/{no}/card.jpg")
    assert Image.open(BytesIO(shown.data)).size == (1200, 630)
    assert len(shown.data) < 300_000  # some apps show no larger ones


def test_the_makers_own_page_offers_poster_and_certificate(
    client: FlaskClient, maker: Maker
) -> None:
    token = "t" * 43
    no = maker.published(token_hash=hash_token(token))
    page = client.get(f"/en/mine/{token}").text
    assert f"/en/w/{no}/poster.png" in page
    assert f"/en/w/{no}/certificate" in page


def told_by(client: FlaskClient, path: str) -> dict[str, str]:
    page = LexborHTMLParser(client.get(path).text)
    return {
        each.attributes.get("property") or "": each.attributes.get("content") or ""
        for each in page.css("meta[property]")
    }


@pytest.mark.parametrize(
    "path",
    ["/he/", "/he/map?relay=1", "/he/relay", "/he/city/1799962", "/he/batons"],
)
def test_a_page_of_the_whole_relay_is_shared_with_the_seasons_card(
    client: FlaskClient, maker: Maker, relay: Relay, path: str
) -> None:
    first = maker.id_of(maker.published())
    told = told_by(client, path)
    card = told["og:image"].partition("://")[2].partition("/")[2]
    assert card.startswith("he/relay/card.jpg?season=")
    assert told["og:image:alt"]
    before = client.get(f"/{card}")
    assert Image.open(BytesIO(before.data)).size == (1200, 630)
    maker.published(parent_id=first, city_id=LYON, country="FR")
    measure(relay)
    after = client.get(f"/{card}")
    assert after.data != before.data
    again = client.get(f"/{card}", headers={"If-None-Match": after.headers["ETag"]})
    assert again.status_code == 304


def test_there_is_no_card_of_a_season_that_there_is_not(client: FlaskClient) -> None:
    assert client.get("/en/relay/card.png?season=none").status_code == 404
