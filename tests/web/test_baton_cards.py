"""QR codes and cards of batons: as files, and as they come out of a printer."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from selectolax.lexbor import LexborHTMLParser
from sqlmodel import Session, select

from relay.domain.baton import show_code
from relay.models import Baton, Entry
from tests.browsing import find_barriers, open_page, serving
from tests.making import send
from tests.web.making import NANJING, draw_picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser

    from relay.bootstrap import Relay
    from tests.web.making import Maker

LONG = "The Very Long Name of a Community Studio for Paper, Ink and Patience " * 2


def code_of(relay: Relay, no: int) -> str:
    with Session(relay.engine) as session:
        return session.exec(select(Baton.code).join(Entry).where(Entry.no == no)).one()


def test_the_qr_code_comes_as_svg_and_png(client: FlaskClient, relay: Relay) -> None:
    code = send(relay).baton
    svg = client.get(f"/b/{code}/qr.svg")
    assert (svg.status_code, svg.mimetype) == (200, "image/svg+xml")
    assert svg.data.startswith(b"<?xml")
    png = client.get(f"/b/{code.lower()}/qr.png")
    assert (png.status_code, png.mimetype) == (200, "image/png")
    for answer, kind in ((svg, "svg"), (png, "png")):
        name = f'inline; filename="baton-{show_code(code)}.{kind}"'
        assert answer.headers["Content-Disposition"] == name


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [("600", 500, 600), ("1", 70, 120), ("99999", 2900, 3000), ("x", 700, 800)],
)
def test_its_size_is_what_was_asked_for_within_reason(
    client: FlaskClient, relay: Relay, asked: str, least: int, most: int
) -> None:
    code = send(relay).baton
    drawn = Image.open(
        BytesIO(client.get(f"/b/{code}/qr.png", query_string={"size": asked}).data)
    )
    assert drawn.width == drawn.height
    assert least <= drawn.width <= most
    # The standard's quiet zone: four modules of white on each side.
    grey = drawn.convert("L")
    first = next(at for at in range(grey.width) if grey.getpixel((at, at)) == 0)
    modules = next(n for n in range(25, 50, 4) if drawn.width % (n + 8) == 0)
    assert first == 4 * drawn.width // (modules + 8)


def test_there_is_none_for_a_baton_of_nobody(client: FlaskClient) -> None:
    for path in ("qr.svg", "qr.png", "card"):
        assert client.get(f"/b/222222222222/{path}").status_code == 404
    assert client.get("/b/222222222222/qr.gif").status_code == 404


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("words=zh-Hans", ["zh-Hans"]),
        ("words=he&words=en", ["he", "en"]),
        ("words=he,zh-Hans,en", ["he", "zh-Hans"]),
        ("words=en&words=en", ["en"]),
        ("words=xx&words=", ["en"]),
        ("", ["en"]),
    ],
)
def test_a_card_speaks_the_languages_that_were_asked_for(
    client: FlaskClient, relay: Relay, maker: Maker, asked: str, said: list[str]
) -> None:
    code = code_of(relay, maker.published(name="Lin", city_id=NANJING))
    page = client.get(f"/b/{code}/card?{asked}", headers={"Accept-Language": "en"})
    titles = LexborHTMLParser(page.text).css(".paper-title")
    assert [each.attributes["lang"] for each in titles] == said
    sentences = {
        "en": "This baton is for you",
        "he": "השרביט הזה בשבילכם",
        "zh-Hans": "这根接力棒传给您",
    }
    assert [each.text() for each in titles] == [sentences[each] for each in said]
    places = {"en": "Nanjing", "he": "נאנג׳ינג", "zh-Hans": "南京"}
    for each in said:
        assert places[each] in page.text
    assert "A card to print" in page.text


def test_a_card_of_a_giver_who_waits_names_nobody(
    client: FlaskClient, relay: Relay
) -> None:
    code = send(relay, name="Somebody secret", title="A secret work").baton
    page = client.get(f"/b/{code}/card")
    assert page.status_code == 200
    assert "secret" not in page.text
    assert "<img" not in page.text


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(
    ("sheet", "cards", "width", "height"),
    [("a6", 1, 297.6, 419.5), ("a4", 4, 595.3, 841.9)],
)
@pytest.mark.parametrize("words", ["en", "zh-Hans,he"])
def test_a_sheet_is_one_page_of_its_size(  # noqa: PLR0913 - a sheet has two sides
    browser: Browser,
    site: str,
    relay: Relay,
    maker: Maker,
    *,
    sheet: str,
    cards: int,
    width: float,
    height: float,
    words: str,
) -> None:
    """Long names and bilingual words included; sizes are in points."""
    no = maker.published(name=LONG[:120], picture=draw_picture(), city_id=NANJING)
    page = open_page(browser, width=360, dark=True)
    page.goto(f"{site}/b/{code_of(relay, no)}/card?words={words}&sheet={sheet}")
    assert find_barriers(page) == []
    assert page.locator(".paper:visible").count() == 1
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    box = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", pdf)
    assert [float(each) for each in box[0]] == pytest.approx([width, height], abs=1)
    page.emulate_media(media="print", color_scheme="light")
    assert page.locator(".paper:visible").count() == cards
    assert not page.locator("header.top").is_visible()
    # Nothing runs out of its card: what is too long is cut by its own lines.
    spilt = page.evaluate(
        "[...document.querySelectorAll('.paper-card')].filter("
        "each => each.scrollHeight > each.clientHeight + 1).length"
    )
    assert spilt == 0
    for part in (".paper-code", ".paper-address", ".paper-how"):
        inside = page.evaluate(
            "part => [...document.querySelectorAll(part)].every(each => {"
            "const own = each.getBoundingClientRect();"
            "const all = each.closest('.paper').getBoundingClientRect();"
            "return own.bottom <= all.bottom && own.right <= all.right})",
            part,
        )
        assert inside, part
    page.close()
