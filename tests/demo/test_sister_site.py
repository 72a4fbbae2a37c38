from __future__ import annotations

import http.client
import json
import re
import time
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import pytest
from PIL import Image

from relay.demo import art
from relay.demo.makers import Page, Submission, plan
from relay.demo.sister_site import SisterSite, longest_side, open_site
from relay.demo.site_pages import NOTICE, suffix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SLOW_SECONDS = 0.3


class Answer(NamedTuple):
    status: int
    kind: str
    place: str | None
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@pytest.fixture
def site() -> Iterator[SisterSite]:
    with open_site(slow_seconds=SLOW_SECONDS) as opened:
        yield opened


def ask(site: SisterSite, path: str, method: str = "GET") -> Answer:
    asked = http.client.HTTPConnection(site.host_port, timeout=20)
    try:
        asked.request(method, path)
        found = asked.getresponse()
        return Answer(
            found.status,
            found.headers.get("Content-Type", ""),
            found.headers.get("Location"),
            found.read(),
        )
    finally:
        asked.close()


def one(page: Page) -> Submission:
    return next(each for each in plan() if each.page is page)


def meta(text: str, name: str) -> str | None:
    found = re.search(f'property="{name}" content="([^"]*)"', text)
    return unescape(found[1]) if found else None


def test_an_ordinary_post_tells_all_about_itself(site: SisterSite) -> None:
    entry = one(Page.OPEN_GRAPH)
    page = ask(site, f"/post/{entry.n}")
    assert page.status == 200
    assert meta(page.text, "og:title") == entry.title
    assert meta(page.text, "og:description") == entry.description
    assert meta(page.text, "og:image:alt") == entry.alt
    assert meta(page.text, "article:author") == entry.name
    assert meta(page.text, "article:published_time") == site.day
    assert f'<html lang="{entry.lang}">' in page.text
    assert meta(page.text, "og:image") == f"{site.url}/art/{entry.n}.{suffix(entry)}"


def test_every_page_says_that_it_is_demo_data(site: SisterSite) -> None:
    for page in (Page.OPEN_GRAPH, Page.BARE, Page.FORBIDDEN, Page.GONE):
        assert NOTICE in ask(site, f"/post/{one(page).n}").text
    for path in ("/", "/login", "/nowhere"):
        assert NOTICE in ask(site, path).text


def test_oembed_is_found_and_answers(site: SisterSite) -> None:
    entry = one(Page.OEMBED)
    page = ask(site, f"/post/{entry.n}").text
    found = re.search(r'json\+oembed" href="([^"]+)"', page)
    assert found
    link = urlsplit(unescape(found[1]))
    answer = ask(site, f"{link.path}?{link.query}")
    assert answer.kind.startswith("application/json+oembed")
    told = json.loads(answer.body)
    assert (told["type"], told["title"]) == ("photo", entry.title)
    assert told["author_name"] == entry.name
    picture = ask(site, urlsplit(told["url"]).path)
    with Image.open(BytesIO(picture.body)) as opened:
        assert opened.size == (told["width"], told["height"])


def test_oembed_of_a_stranger_is_not_found(site: SisterSite) -> None:
    assert ask(site, "/oembed?url=https://elsewhere.example/post/1x").status == 404
    assert ask(site, "/oembed").status == 404


def test_some_pages_tell_their_facts_in_json_ld_only(site: SisterSite) -> None:
    entry = one(Page.JSON_LD)
    page = ask(site, f"/post/{entry.n}").text
    assert "og:" not in page
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    facts = json.loads(found[1])
    assert facts["headline"] == entry.title
    assert facts["author"]["name"] == entry.name
    assert facts["image"]["url"].startswith(f"{site.url}/art/{entry.n}.")


def test_some_pages_have_a_headline_and_a_picture_only(site: SisterSite) -> None:
    entry = one(Page.BARE)
    page = ask(site, f"/post/{entry.n}").text
    assert "og:" not in page
    assert "ld+json" not in page
    assert entry.title in unescape(re.findall(r"<h1>(.*?)</h1>", page)[0])
    assert f'src="{site.url}/art/{entry.n}.{suffix(entry)}"' in page


def test_some_pages_are_slow(site: SisterSite) -> None:
    began = time.monotonic()
    assert ask(site, f"/post/{one(Page.SLOW).n}").status == 200
    assert time.monotonic() - began >= SLOW_SECONDS


def test_a_flaky_page_works_the_second_time(site: SisterSite) -> None:
    path = f"/post/{one(Page.FLAKY).n}"
    assert [ask(site, path).status for _ in range(3)] == [500, 200, 200]


def test_a_moved_page_leads_to_its_new_place(site: SisterSite) -> None:
    entry = one(Page.MOVED)
    moved = ask(site, f"/post/{entry.n}")
    assert moved.status == 301
    assert moved.place
    assert meta(ask(site, moved.place).text, "og:title") == entry.title


def test_a_login_wall_stands_in_the_way(site: SisterSite) -> None:
    turned = ask(site, f"/post/{one(Page.LOGIN).n}")
    assert turned.status == 302
    assert turned.place
    assert turned.place.startswith("/login")
    wall = ask(site, turned.place)
    assert wall.status == 200
    assert 'type="password"' in wall.text


@pytest.mark.parametrize(("page", "status"), [(Page.FORBIDDEN, 403), (Page.GONE, 410)])
def test_refusing_pages_say_so_and_give_nothing_away(
    site: SisterSite, page: Page, status: int
) -> None:
    entry = one(page)
    answer = ask(site, f"/post/{entry.n}")
    assert answer.status == status
    assert entry.title not in answer.text
    assert entry.name not in answer.text


def test_a_lost_picture_is_not_found(site: SisterSite) -> None:
    page = ask(site, f"/post/{one(Page.NO_PICTURE).n}").text
    picture = meta(page, "og:image")
    assert picture
    assert ask(site, urlsplit(picture).path).status == 404


@pytest.mark.parametrize(
    ("page", "charset"), [(Page.GBK, "gbk"), (Page.SHIFT_JIS, "shift_jis")]
)
def test_old_pages_are_written_in_their_own_charset(
    site: SisterSite, page: Page, charset: str
) -> None:
    entry = one(page)
    answer = ask(site, f"/post/{entry.n}")
    assert answer.kind == "text/html"
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode()
    text = answer.body.decode(charset)
    assert f'<meta charset="{charset}">' in text
    assert meta(text, "og:title") == entry.title


@pytest.mark.parametrize(
    ("kind", "name"), [("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP")]
)
def test_pictures_are_what_their_names_say(
    site: SisterSite, kind: str, name: str
) -> None:
    entry = next(each for each in plan() if suffix(each) == kind)
    answer = ask(site, f"/art/{entry.n}.{kind}")
    assert answer.status == 200
    with Image.open(BytesIO(answer.body)) as opened:
        assert opened.format == name
        assert max(opened.size) == longest_side(entry)
        assert answer.kind == f"image/{name.lower()}"


def test_a_picture_is_kept_for_the_next_run(tmp_path: Path) -> None:
    entry = plan()[0]
    path = f"/art/{entry.n}.{suffix(entry)}"
    with open_site(cache=tmp_path) as first:
        drawn = ask(first, path).body
    (kept,) = tmp_path.iterdir()
    assert kept.read_bytes() == drawn
    assert kept.name.startswith(art.key(entry.art))
    kept.write_bytes(b"kept")
    with open_site(cache=tmp_path) as second:
        assert ask(second, path).body == b"kept"


def test_every_post_answers_and_the_front_page_lists_it(site: SisterSite) -> None:
    site.slow_seconds = 0
    front = ask(site, "/").text
    for each in plan():
        assert f'href="/post/{each.n}"' in front
        assert ask(site, f"/post/{each.n}").status in {200, 301, 302, 403, 410, 500}


@pytest.mark.parametrize(
    "path", ["/post/9999", "/post/x", "/art/0.gif", "/art/9999.jpg", "/../etc/passwd"]
)
def test_other_addresses_are_not_found(site: SisterSite, path: str) -> None:
    assert ask(site, path).status == 404


def test_asking_for_the_head_brings_no_body(site: SisterSite) -> None:
    answer = ask(site, f"/post/{one(Page.OPEN_GRAPH).n}", "HEAD")
    assert (answer.status, answer.body) == (200, b"")


def test_the_site_moves_when_its_port_is_taken(site: SisterSite) -> None:
    with open_site(port=site.server_address[1]) as other:
        assert other.host_port != site.host_port
        assert ask(other, "/").status == 200
