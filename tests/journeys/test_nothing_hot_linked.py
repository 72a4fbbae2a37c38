"""No page, style sheet or answer of the API lets a reader's browser ask a stranger."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlmodel import Session, select

from relay.domain.moderation import Moderation
from relay.models import Preview
from tests.journeys.test_marker import MARK, fill, marked
from tests.making import make_moderator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay

STRANGER = "https://cdn.stranger.example"
# What a browser fetches by itself. A link that somebody may follow is none of these.
FETCHED = {
    "src": "[src]",
    "srcset": "[srcset]",
    "poster": "[poster]",
    "data": "object[data]",
    "background": "[background]",
    "imagesrcset": "[imagesrcset]",
    "xlink:href": "image, use, feImage",
    "href": "link[href]:not([rel=canonical]):not([rel=alternate]), image, use, base",
    "content": "meta[property^='og:image'], meta[name^='twitter:image']",
    "manifest": "html[manifest]",
    "ping": "[ping]",
}
IN_CSS = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")
# A program may follow these, as a reader follows a link.
LINKS = {"link", "post_link", "$ref", "termsOfService"}


def fetched_by(page: str) -> Iterator[str]:
    """Yield every address that a browser would fetch for a page by itself."""
    tree = LexborHTMLParser(page)
    for name, selector in FETCHED.items():
        for each in tree.css(selector):
            value = each.attributes.get(name) or ""
            if name.endswith("srcset"):
                yield from (
                    part.split()[0] for part in value.split(",") if part.strip()
                )
            elif value and not (name == "content" and _is_words(value)):
                yield value
    for each in tree.css("[style]"):
        yield from in_css(each.attributes["style"] or "")
    for each in tree.css("style"):
        yield from in_css(each.text())


def _is_words(content: str) -> bool:
    """Tell whether a meta element says something else than an address."""
    return "://" not in content and not content.startswith("/")


def in_css(text: str) -> Iterator[str]:
    for one, other in IN_CSS.findall(text):
        yield one or other


JSON_FEED = "https://jsonfeed.org/version/1.1"


def in_json(value: Any, key: str = "") -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield every address of an answer that is not a link to follow.

    A feed names its format by an address, too, which nobody fetches.
    """
    if isinstance(value, dict):
        for name, each in value.items():
            if each == JSON_FEED:
                continue
            yield from in_json(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from in_json(each, key)
    elif isinstance(value, str) and "://" in value and key not in LINKS:
        yield value


@pytest.fixture
def published(relay: Relay) -> str:
    """Publish an entry whose page names a stranger's picture; return its baton."""
    baton = marked(relay, Moderation.APPROVED, "", make_moderator(relay))
    with Session(relay.engine) as session:
        for each in session.exec(select(Preview)):
            each.image_url = f"{STRANGER}/{MARK}.jpg"
            each.final_url = f"{STRANGER}/post"
        session.commit()
    return baton


def strange(address: str, found: Iterator[str]) -> list[str]:
    """Return what of a page's addresses lies elsewhere."""
    ours = {"localhost", "127.0.0.1"}
    return [
        f"{address}: {each}"
        for each in found
        if not each.startswith("data:image/")
        and urlsplit(urljoin("http://localhost/", each)).hostname not in ours
    ]


def test_no_public_page_and_no_answer_makes_a_browser_ask_a_stranger(
    app: Flask, client: FlaskClient, published: str
) -> None:
    addresses = {
        each for rule in app.url_map.iter_rules() for each in fill(rule, [published])
    }
    seen, wrong = set(), []
    for address in sorted(addresses):
        answer = client.get(address, headers={"Accept-Encoding": "identity"})
        kind = answer.mimetype or ""
        if kind == "text/html":
            found = list(fetched_by(answer.get_data(as_text=True)))
        elif kind.endswith("json"):
            found = list(in_json(json.loads(answer.get_data())))
        else:
            continue
        wrong += strange(address, iter(found))
        seen |= {kind} if found else set()
        assert STRANGER not in answer.get_data(as_text=True), address
    assert wrong == []
    assert {"text/html", "application/json"} <= seen  # so that it can fail


def test_no_style_sheet_makes_a_browser_ask_a_stranger(
    client: FlaskClient,
) -> None:
    page = LexborHTMLParser(client.get("/en/").get_data(as_text=True))
    sheets = {each.attributes["href"] for each in page.css("link[rel=stylesheet]")}
    assert sheets
    for sheet in sheets:
        answer = client.get(sheet or "", headers={"Accept-Encoding": "identity"})
        assert answer.status_code == 200
        assert strange(sheet or "", in_css(answer.get_data(as_text=True))) == []


@pytest.mark.parametrize(
    "page",
    [
        '<img src="https://stranger.example/a.jpg">',
        '<img src="//stranger.example/a.jpg">',
        '<img srcset="/a.jpg 1x, https://stranger.example/a.jpg 2x">',
        '<picture><source srcset="https://stranger.example/a.avif"></picture>',
        '<video poster="https://stranger.example/a.jpg"></video>',
        '<p style="background: url(https://stranger.example/a.jpg)"></p>',
        "<style>p { background: url('//stranger.example/a.jpg') }</style>",
        '<link rel="preload" href="https://stranger.example/a.woff2">',
        '<svg><image href="https://stranger.example/a.svg"/></svg>',
        '<meta property="og:image" content="https://stranger.example/a.jpg">',
        '<iframe src="https://stranger.example/"></iframe>',
    ],
)
def test_the_walk_would_find_a_stranger(page: str) -> None:
    assert strange("/", fetched_by(page))


def test_links_to_follow_are_not_fetched() -> None:
    page = '<a href="https://stranger.example/">post</a><img src="/media/a.jpg">'
    assert strange("/", fetched_by(page)) == []
    assert list(in_json({"link": "https://s.example/", "image": "https://s.example/"}))
