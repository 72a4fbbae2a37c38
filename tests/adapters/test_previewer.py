"""One link becomes one truthful preview, or an honest reason why there is none."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from relay.adapters.oembed import find_endpoint, read_oembed
from relay.adapters.previewer import SafePreviewer
from relay.adapters.safe_http import MAX_PAGE, MAX_PICTURE, Door, fetch
from relay.domain.errors import FetchFailed, FetchReason
from tests.adapters.loopback import Loopback, path_of, respond, serve

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

    from relay.domain.preview import LinkPreview

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


YOUTUBE = "https://www.youtube.com/oembed?format=json"


class Site:
    """A server whose pages are set by the test, known under any host name."""

    def __init__(self) -> None:
        self.pages: dict[str, dict[str, Any]] = {}
        self.server = Loopback("", 0)

    def __call__(self, sock: socket.socket, head: str) -> None:
        page = self.pages.get(path_of(head).partition("?")[0])
        if page is None:
            respond(sock, b"<title>Lost</title>", status="404 Not Found")
        else:
            respond(sock, **page)

    def put(self, path: str, body: str | bytes = b"", **more: Any) -> None:  # noqa: ANN401 - what `respond` takes
        whole = body.encode() if isinstance(body, str) else body
        self.pages[path] = {"body": whole, **more}

    def url(self, path: str, *, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server.port}{path}"

    def asked(self) -> list[str]:
        return [path_of(head) for head in self.server.requests]

    def door(self) -> Door:
        hosts = ("127.0.0.1", "weibo.com", "passport.weibo.com", "t.cn", "youtu.be")
        return Door(
            allow=frozenset(f"{host}:{self.server.port}" for host in hosts),
            resolver=lambda _host, _port: ["127.0.0.1"],
        )

    def preview(self, path: str, *, host: str = "127.0.0.1") -> LinkPreview:
        return SafePreviewer(self.door()).preview(self.url(path, host=host))

    def reason(self, path: str, *, host: str = "127.0.0.1") -> FetchFailed:
        with pytest.raises(FetchFailed) as caught:
            self.preview(path, host=host)
        return caught.value


@pytest.fixture
def site() -> Iterator[Site]:
    pages = Site()
    with serve(pages) as server:
        pages.server = server
        yield pages


def page(title: str = "A river in spring", *, head: str = "") -> str:
    return f"""<!doctype html><html lang="en"><head><title>{title}</title>
<meta property="og:title" content="{title}">{head}</head><body></body></html>"""


def og_image(address: str) -> str:
    return f'<meta property="og:image" content="{address}">'


def test_a_page_gives_facts_picture_and_steps(site: Site) -> None:
    site.put("/w", page(head=og_image("/p.png")))
    site.put("/p.png", PNG, content_type="image/png")
    found = site.preview("/w")
    assert found.facts.title == "A river in spring"
    assert found.facts.image == site.url("/p.png")
    assert (found.image, found.image_reason) == (PNG, None)
    assert (found.asked, found.final_url) == (site.url("/w"), site.url("/w"))
    assert found.platform == "web"
    told = {each.name: each.detail for each in found.steps}
    assert "title from page" in told["facts"]
    assert told["resolved"] == "127.0.0.1 is at 127.0.0.1"
    referers = [head for head in site.server.requests if "Referer: " in head]
    assert [path_of(head) for head in referers] == ["/p.png"]


def test_a_short_link_takes_the_platform_it_leads_to(site: Site) -> None:
    target = site.url("/123456/AbCdEf7", host="weibo.com")
    site.put("/A6x", status="302 Found", headers=(f"Location: {target}",))
    site.put("/123456/AbCdEf7", page("Spring"))
    found = site.preview("/A6x", host="t.cn")
    assert (found.platform, found.final_url) == ("weibo", target)


def test_a_login_wall_is_a_refusal_and_never_a_title(site: Site) -> None:
    site.put("/123456/AbCdEf7", page("Sina Visitor System"))
    error = site.reason("/123456/AbCdEf7", host="weibo.com")
    assert error.reason is FetchReason.LOGIN_WALL
    assert error.permanent
    assert any("platform: weibo" in note for note in error.__notes__)


def test_the_steps_of_a_failure_stand_in_their_order(site: Site) -> None:
    away = ("Location: http://10.0.0.1/",)
    site.put("/away", status="302 Found", headers=away)
    error = site.reason("/away")
    assert error.reason is FetchReason.BLOCKED_ADDRESS
    names = [note.partition(":")[0] for note in error.__notes__]
    assert names == ["platform", "resolved", "asked", "redirected"]


def test_a_redirect_to_a_login_page_is_a_refusal(site: Site) -> None:
    wall = site.url("/visitor/visitor", host="passport.weibo.com")
    site.put("/123456/AbCdEf7", status="302 Found", headers=(f"Location: {wall}",))
    site.put("/visitor/visitor", page("Please wait"))
    error = site.reason("/123456/AbCdEf7", host="weibo.com")
    assert error.reason is FetchReason.LOGIN_WALL


@pytest.mark.parametrize(
    ("status", "reason"),
    [("403 No", "forbidden"), ("410 Gone", "gone"), ("429 Slow", "rate_limited")],
)
def test_a_refusal_by_status_is_honest(site: Site, status: str, reason: str) -> None:
    site.put("/w", page(), status=status, headers=("Retry-After: 60",))
    error = site.reason("/w")
    assert (error.reason.value, error.retry_after) == (reason, 60)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
        (b"", "text/html"),
        (b"   ", "text/html"),
        (b"<html><body></body></html>", "text/html"),
        (b"{}", "application/json"),
    ],
)
def test_what_is_no_page_is_said_to_be_none(
    site: Site, body: bytes, content_type: str
) -> None:
    site.put("/w", body, content_type=content_type)
    assert site.reason("/w").reason is FetchReason.NOT_A_PAGE


# Pictures


@pytest.mark.parametrize("content_type", ["image/png", "application/octet-stream"])
def test_a_link_to_a_picture_is_the_picture(site: Site, content_type: str) -> None:
    large = PNG + bytes(MAX_PAGE)
    site.put("/p.png", large, content_type=content_type)
    found = site.preview("/p.png")
    assert (found.platform, found.image) == ("picture", large)
    assert found.facts.title is None
    assert found.facts.image == site.url("/p.png")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("/lost.png", "gone"),
        ("/huge.png", "too_large"),
        ("/empty.png", "bad_response"),
        ("http://10.0.0.1/p.png", "blocked_address"),
        ("http://169.254.169.254/latest", "blocked_address"),
        ("http://127.0.0.1:9/p.png", "blocked_address"),
        ("http://example.org:22/p.png", "bad_url"),
    ],
)
def test_a_picture_that_does_not_come_never_fails_the_preview(
    site: Site, address: str, reason: str
) -> None:
    site.put("/w", page(head=og_image(address)))
    site.put("/huge.png", PNG + bytes(MAX_PICTURE), content_type="image/png")
    site.put("/empty.png", content_type="image/png")
    found = site.preview("/w")
    assert found.facts.title == "A river in spring"
    assert (found.image, found.image_reason) == (None, reason)


def test_a_page_without_a_picture_has_no_reason_to_give(site: Site) -> None:
    site.put("/w", page())
    found = site.preview("/w")
    assert (found.image, found.image_reason) == (None, None)


def test_a_refresh_to_a_closed_address_is_not_followed(site: Site) -> None:
    with serve(lambda sock, _head: respond(sock, b"secret")) as canary:
        refresh = f'<meta http-equiv="refresh" content="0;url={canary.url()}">'
        site.put("/w", page(head=refresh))
        assert site.preview("/w").facts.title == "A river in spring"
        assert canary.connections == 0


# oEmbed


def discovery(address: str) -> str:
    kind = 'rel="alternate" type="application/json+oembed"'
    return f'<link {kind} href="{address}">'


def say(site: Site, **said: object) -> None:
    site.put("/oembed", json.dumps(said), content_type="application/json")


def test_a_discovered_provider_fills_what_the_page_leaves_out(site: Site) -> None:
    site.put("/w", page(head=discovery("/oembed?url=x")))
    site.put("/p.png", PNG, content_type="image/png")
    said = {"title": "Other", "thumbnail_url": "/p.png", "author_name": "Wang &amp; Li"}
    say(site, type="rich", html="<script>alert(1)</script>", **said)
    found = site.preview("/w")
    assert found.facts.title == "A river in spring"
    assert found.facts.author == "Wang & Li"
    assert found.image == PNG
    assert "alert" not in repr(found.facts)


def test_a_page_that_says_all_needs_no_provider(site: Site) -> None:
    site.put("/w", page(head=og_image("/p.png") + discovery("/oembed")))
    site.put("/p.png", PNG, content_type="image/png")
    site.preview("/w")
    assert "/oembed" not in site.asked()


def test_a_discovered_provider_on_a_closed_address_is_not_asked(site: Site) -> None:
    with serve(lambda sock, _head: respond(sock, b"{}")) as canary:
        site.put("/w", page(head=discovery(canary.url("/oembed"))))
        found = site.preview("/w")
        assert canary.connections == 0
    assert found.facts.title == "A river in spring"
    assert any(s.name == "oembed" and "failed" in s.detail for s in found.steps)


def list_provider(site: Site, folder: Path) -> SafePreviewer:
    endpoints = [{"schemes": [site.url("/w*")], "url": site.url("/oembed")}]
    listed = folder / "providers.json"
    listed.write_text(json.dumps([{"provider_name": "A", "endpoints": endpoints}]))
    return SafePreviewer(site.door(), providers=listed)


def test_a_provider_that_says_all_is_enough(site: Site, tmp_path: Path) -> None:
    say(site, type="photo", title="Spring", url="/p.png", provider_name="A")
    site.put("/p.png", PNG, content_type="image/png")
    found = list_provider(site, tmp_path).preview(site.url("/w1"))
    assert (found.facts.title, found.facts.publisher) == ("Spring", "A")
    assert found.image == PNG
    assert [each.partition("?")[0] for each in site.asked()] == ["/oembed", "/p.png"]


def test_a_provider_stands_in_for_a_page_that_refuses(
    site: Site, tmp_path: Path
) -> None:
    say(site, type="video", title="Spring", author_name="Wang")
    site.put("/w1", page(), status="403 Forbidden")
    found = list_provider(site, tmp_path).preview(site.url("/w1"))
    assert (found.facts.title, found.facts.author) == ("Spring", "Wang")
    assert any("refused" in each.detail for each in found.steps)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"not json", "application/json"),
        (b"[1]", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"{}", "text/html"),
        (b'{"title": "' + b"x" * 300_000 + b'"}', "application/json"),
    ],
)
def test_a_provider_that_speaks_nonsense_is_left_aside(
    site: Site, tmp_path: Path, body: bytes, content_type: str
) -> None:
    site.put("/oembed", body, content_type=content_type)
    site.put("/w1", page())
    found = list_provider(site, tmp_path).preview(site.url("/w1"))
    assert found.facts.title == "A river in spring"


def test_odd_values_of_a_provider_are_no_facts(site: Site) -> None:
    say(site, title=["a"], author_name=7, thumbnail_url={"b": 1}, provider_name=" ")
    facts = read_oembed(fetch(site.url("/oembed"), door=site.door()))
    assert (facts.title, facts.author, facts.image, facts.publisher) == (None,) * 4


@pytest.mark.parametrize(
    ("link", "endpoint"),
    [
        (
            "https://youtu.be/dQw?si=a",
            f"{YOUTUBE}&url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3DdQw",
        ),
        (
            "https://vimeo.com/123",
            "https://vimeo.com/api/oembed.json?url=https%3A%2F%2Fvimeo.com%2F123",
        ),
        ("https://www.youtube.com/", None),
        ("https://www.instagram.com/p/abc/", None),
        ("https://example.org/", None),
    ],
)
def test_a_work_has_the_endpoint_of_its_platform(
    link: str, endpoint: str | None, tmp_path: Path
) -> None:
    assert find_endpoint(link, providers=tmp_path / "none.json") == endpoint


def test_a_star_in_a_listed_host_stays_in_the_host(tmp_path: Path) -> None:
    listed = tmp_path / "providers.json"
    schemes = ["https://*.good.example/a/*"]
    endpoints = [{"schemes": schemes, "url": "https://good.example/oembed.{format}"}]
    listed.write_text(json.dumps([{"endpoints": endpoints}]))
    good = find_endpoint("https://b.good.example/a/1", providers=listed)
    assert good is not None
    assert good.startswith("https://good.example/oembed.json?url=")
    evil = "https://evil.example/x.good.example/a/1"
    assert find_endpoint(evil, providers=listed) is None


def test_the_whole_preview_keeps_one_clock(site: Site) -> None:
    with ExitStack() as stack:
        slow = stack.enter_context(serve(lambda sock, _head: _wait(sock)))
        site.put("/w", page(head=og_image(slow.url())))
        door = Door(allow=site.door().allow | {slow.place})
        found = SafePreviewer(door, deadline=0.5).preview(site.url("/w"))
    assert found.image_reason == "timeout"


def _wait(sock: socket.socket) -> None:
    sock.recv(1)
