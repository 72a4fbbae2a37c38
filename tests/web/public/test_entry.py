"""One artwork's page, and the stone in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

from relay.domain.moderation import Moderation
from relay.domain.preview import PreviewState
from relay.web.public.entry import draw_qr, safe_link
from tests.web.making import LYON, draw_picture

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.making import Maker


def test_the_page_says_in_words_what_the_picture_shows(
    client: FlaskClient, maker: Maker
) -> None:
    no = maker.published(
        picture=draw_picture(), alt="A grey circle.", description="One.\nTwo."
    )
    page = LexborHTMLParser(client.get(f"/en/w/{no}").text)
    image, words = page.css_first(".piece img"), page.css_first(".alt")
    assert image is not None
    assert image.attributes["alt"] == "A grey circle."
    assert words is not None
    assert words.text(strip=True) == "A grey circle."
    assert [each.text() for each in page.css(".long p")] == ["One.", "Two."]


def test_the_link_out_is_marked_as_a_strangers(
    client: FlaskClient, maker: Maker
) -> None:
    no = maker.published(link="https://weibo.com/1", platform="weibo")
    page = LexborHTMLParser(client.get(f"/en/w/{no}").text)
    link = page.css_first('a[href="https://weibo.com/1"]')
    assert link is not None
    assert link.attributes["rel"] == "noopener nofollow ugc"
    assert link.text(strip=True) == "See the post on Weibo"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "ftp://a"])
def test_only_web_links_lead_out(client: FlaskClient, maker: Maker, link: str) -> None:
    no = maker.published(link=link)
    assert safe_link(link) == ""
    assert link not in client.get(f"/en/w/{no}").text


def test_both_directions_of_the_relay_are_links(
    client: FlaskClient, maker: Maker
) -> None:
    first = maker.published(title="First")
    second = maker.published(
        title="Second", parent_id=maker.id_of(first), city_id=LYON, country="FR"
    )
    third = maker.published(title="Third", parent_id=maker.id_of(second))
    page = LexborHTMLParser(client.get(f"/en/w/{second}").text)
    hops = [each.attributes["href"] for each in page.css(".chain a")]
    assert hops == [f"/en/w/{first}", f"/en/w/{third}"]
    assert "Nobody has taken this baton yet" in client.get(f"/en/w/{third}").text


def test_the_baton_can_be_taken_sent_and_scanned(
    client: FlaskClient, maker: Maker
) -> None:
    no = maker.published()
    html = client.get(f"/en/w/{no}").text
    page = LexborHTMLParser(html)
    code = page.css_first(".baton-code b")
    assert code is not None
    plain = code.text().replace("-", "")
    url = f"{maker.relay.settings.base_url}/b/{plain}"
    assert page.css_first(f'.baton a[href="{url}"]') is not None
    assert page.css_first(".baton svg.qr") is not None
    assert str(draw_qr(url)) in html
    assert page.css_first('.share a[href^="mailto:"]') is not None


def test_a_platform_to_share_on_is_named_as_each_reader_names_it(
    client: FlaskClient, maker: Maker
) -> None:
    no = maker.published()
    named = {}
    for lang in ("he", "zh-Hans", "en"):  # one after the other: nothing is remembered
        page = LexborHTMLParser(client.get(f"/{lang}/w/{no}").text)
        link = page.css_first('.share a[href*="weibo"]')
        assert link is not None
        named[lang] = link.text()
    assert named == {"he": "ווייבו", "zh-Hans": "微博", "en": "Weibo"}


def test_a_picture_that_the_platform_keeps_leaves_no_hole(
    client: FlaskClient, maker: Maker
) -> None:
    no = maker.published(platform="weibo", preview=PreviewState.REFUSED)
    assert "keeps the picture to itself" in client.get(f"/en/w/{no}").text
    gone = maker.published(preview=PreviewState.GONE)
    html = client.get(f"/en/w/{gone}").text
    assert "The post is no longer there" in html
    assert "See the post" not in html


@pytest.mark.parametrize(
    ("to", "words"),
    [
        (Moderation.WITHDRAWN, "Its maker has taken it back"),
        (Moderation.TAKEN_DOWN, "The organisers have taken it down"),
    ],
)
def test_what_was_taken_away_leaves_a_stone(
    client: FlaskClient, maker: Maker, to: Moderation, words: str
) -> None:
    no = maker.published(title="Secret title", name="Secret name")
    maker.take_away(no, to)
    answer = client.get(f"/en/w/{no}")
    assert answer.status_code == 410
    assert words in answer.text
    assert "Secret" not in answer.text
    assert client.get(f"/en/w/{no}/report").status_code == 404


def test_a_number_that_was_never_given_is_not_found(client: FlaskClient) -> None:
    assert client.get("/en/w/1").status_code == 404
    assert client.get("/en/w/99999999999999999999").status_code == 404


def test_other_sites_get_a_title_words_and_a_picture(
    client: FlaskClient, maker: Maker
) -> None:
    no = maker.published(title="Gate", alt="A gate.", picture=draw_picture())
    page = LexborHTMLParser(client.get(f"/en/w/{no}").text)
    found = {
        each.attributes["property"]: each.attributes["content"]
        for each in page.css("meta[property]")
    }
    assert str(found["og:title"]).startswith("Gate — Maker 1")
    assert str(found["og:image:alt"]).endswith(" A gate.")
    image = str(found["og:image"])
    base = maker.relay.settings.base_url
    assert image == f"{base}/en/w/{no}/card.jpg"
    assert client.get(image.removeprefix(base)).status_code == 200


def test_the_picture_is_never_the_one_that_is_cut_for_other_sites(
    client: FlaskClient, maker: Maker
) -> None:
    no = maker.published(picture=draw_picture())
    page = LexborHTMLParser(client.get(f"/en/w/{no}").text)
    shown = str([each.html for each in page.css(".piece picture")])
    assert "-wall." in shown
    assert "-share." not in shown
    assert page.css(".piece picture img[srcset]")
