"""The table of platforms: whose link, whose work, and how a refusal looks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from relay.domain.errors import FetchReason
from relay.domain.platforms import (
    PLATFORMS,
    Ask,
    Platform,
    handle_of,
    platform_of,
    refusal_of,
    require_platform,
    work_id_of,
)
from relay.domain.urls import read_url

URLS = Path(__file__).parent.parent / "data" / "urls"
WORKS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (URLS / "platforms.jsonl").read_text(encoding="utf-8").splitlines()
]
ASKED_FOR = {
    "weibo", "wechat", "douyin", "xiaohongshu", "bilibili", "zhihu", "douban", "qq",
    "youtube", "instagram", "facebook", "threads", "x", "tiktok", "bluesky",
    "mastodon", "pixelfed", "peertube", "pinterest", "reddit", "tumblr", "flickr",
    "behance", "deviantart", "artstation", "vimeo", "soundcloud", "spotify",
    "linkedin", "telegram", "vk", "ok", "line", "naver", "kakaostory", "pixiv",
    "note", "museum", "picture", "web",
}  # fmt: skip


@pytest.mark.parametrize("work", WORKS, ids=lambda each: str(each["url"]))
def test_an_address_tells_platform_work_and_maker(work: dict[str, Any]) -> None:
    link = work["url"]
    found = (platform_of(link).key, work_id_of(link), handle_of(link))
    assert found == (work["platform"], work["id"], work["handle"])


def test_every_platform_has_a_row_and_an_example() -> None:
    keys = [each.key for each in PLATFORMS]
    assert len(keys) == len(set(keys))
    assert set(keys) >= ASKED_FOR
    assert {each["platform"] for each in WORKS} >= ASKED_FOR


@pytest.mark.parametrize("row", PLATFORMS, ids=lambda each: each.key)
def test_a_row_is_whole(row: Platform) -> None:
    assert row.name("en")
    assert row.name("zh-Hans")
    assert row.name("he")
    assert (row.ask is Ask.OEMBED) is bool(row.oembed)
    if row.oembed:
        assert read_url(row.oembed).scheme == "https"
    for shape in row.shapes:
        groups = set(re.compile(shape.pattern).groupindex) | set(shape.query)
        assert set(re.findall(r"{(\w+)}", shape.canonical)) <= groups


def test_no_host_belongs_to_two_rows() -> None:
    hosts = [host for row in PLATFORMS for host in (*row.hosts, *row.short_hosts)]
    assert len(hosts) == len(set(hosts))


def test_a_name_that_only_looks_like_a_platform_is_the_web() -> None:
    for link in (
        "https://notweibo.com/123/AbCdEfG",
        "https://weibo.com.example.org/123/AbCdEfG",
        "https://example.org/weibo.com/123",
        "not a link",
    ):
        assert platform_of(link).key == "web"


def test_an_unknown_key_is_a_page_of_the_web() -> None:
    assert require_platform("closed-years-ago").key == "web"


@pytest.mark.parametrize(
    ("key", "url", "title", "reason"),
    [
        ("weibo", "https://weibo.com/1/A", "Sina Visitor System", "login_wall"),
        ("web", "https://example.org/", "Sina Visitor System", "login_wall"),
        ("weibo", "https://passport.weibo.com/visitor/x", None, "login_wall"),
        ("instagram", "https://www.instagram.com/p/x/", "Instagram", "login_wall"),
        ("instagram", "https://www.instagram.com/accounts/login/", "x", "login_wall"),
        ("facebook", "https://www.facebook.com/a", "log in to  facebook", "login_wall"),
        ("xiaohongshu", "https://www.xiaohongshu.com/404?x=y", "a", "gone"),
        ("wechat", "https://mp.weixin.qq.com/s/a", "该内容已被发布者删除", "gone"),
        ("x", "https://x.com/a/status/1", "X. It’s what’s happening / X", "login_wall"),
        (
            "reddit",
            "https://www.reddit.com/r/a/comments/b/",
            "Reddit - The heart of the internet",
            "login_wall",
        ),
        ("vk", "https://vk.com/wall1_1", "ВКонтакте | Добро пожаловать", "login_wall"),
        (
            "instagram",
            "https://www.instagram.com/p/x/",
            "Page couldn't load • Instagram",
            "login_wall",
        ),
        (
            "facebook",
            "https://www.facebook.com/a/posts/1",
            "You’re Temporarily Blocked",
            "rate_limited",
        ),
        (
            "soundcloud",
            "https://soundcloud.com/a/b",
            "SoundCloud - Hear the world’s sounds",
            "login_wall",
        ),
        ("behance", "https://www.behance.net/gallery/1", "Adobe Behance", "login_wall"),
        ("telegram", "https://t.me/kites/7", "Telegram: Contact @kites", "gone"),
        ("douban", "https://www.douban.com/note/1/", "登录跳转", "login_wall"),
        ("web", "https://example.org/a", "403 ERROR", "forbidden"),
        (
            "web",
            "https://example.org/a",
            "ERROR: The request could not be satisfied",
            "forbidden",
        ),
        ("web", "https://example.org/", "Just a moment...", "forbidden"),
        ("web", "https://example.org/login?next=/a", "Welcome", "login_wall"),
    ],
)
def test_a_wall_is_known_as_a_refusal(
    key: str, url: str, title: str | None, reason: str
) -> None:
    assert refusal_of(require_platform(key), url, title) is FetchReason(reason)


@pytest.mark.parametrize(
    ("key", "url", "title"),
    [
        ("weibo", "https://weibo.com/1/A", "小明的微博"),
        ("web", "https://example.org/", "Instagram"),
        ("instagram", "https://www.instagram.com/p/x/", "Museum on Instagram"),
        ("web", "https://example.org/blog/login-art", "Login art"),
        ("web", "https://notpassport.weibo.com.example.org/", "A work"),
        ("x", "https://x.com/a/status/1", None),
        ("telegram", "https://t.me/kites/7", "Kites: how to contact @mira"),
        ("web", "https://example.org/a", "Telegram: Contact @kites"),
        ("web", "https://example.org/a", "403 errors, a series of prints"),
    ],
)
def test_an_honest_page_is_no_refusal(key: str, url: str, title: str | None) -> None:
    assert refusal_of(require_platform(key), url, title) is None


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Login • Instagram", "login_wall"),
        ("登录 - 某某社区", "login_wall"),
        ("Вход | Галерея", "login_wall"),
        ("ログイン | ギャラリー", "login_wall"),
        ("Gallery – Sign in", "login_wall"),
        ("验证", None),
        ("安全验证 - 百度", "forbidden"),
        ("百度安全验证", "forbidden"),
        ("请完成安全验证", "forbidden"),
        ("环境异常", "forbidden"),
        ("Just a moment…", "forbidden"),
        ("Nur einen Moment…", "forbidden"),
        ("请稍候…", "forbidden"),
        ("Attention Required! | Cloudflare", "forbidden"),
        ("ACCESS DENIED", "forbidden"),
        (
            "Access denied | shop.example used Cloudflare to restrict access",
            "forbidden",
        ),
        ("Доступ ограничен", "forbidden"),
        ("访问过于频繁", "rate_limited"),
        ("小红书 - 你访问的页面不见了", "gone"),
        ("Seite nicht gefunden – Museum", "gone"),
        ("Page not found | Gallery", "gone"),
        ("Access denied: a history", None),
        ("Access denied, oil on canvas | Jo Park | Gallery", None),
        ("Signing in: portraits of interpreters", None),
        ("登录之前的画", None),
        ("404 faces", None),
    ],
)
def test_a_wall_is_known_on_hosts_that_nobody_listed(
    title: str, reason: str | None
) -> None:
    found = refusal_of(require_platform("web"), "https://some.example/a", title)
    assert found == reason


def test_a_work_may_be_called_like_a_wall_if_its_maker_is_named() -> None:
    web = require_platform("web")
    link = "https://gallery.example/works/7"
    assert refusal_of(web, link, "Access Denied | Gallery", tells="Jo Park") is None
    assert refusal_of(web, link, "Access Denied | Gallery", tells=None) is not None


def test_every_platform_asked_for_has_three_examples() -> None:
    counts = dict.fromkeys(ASKED_FOR, 0)
    for work in WORKS:
        if work["platform"] in counts:
            counts[work["platform"]] += 1
    assert {key for key, count in counts.items() if count < 3} == set()


def test_xiaohongshus_token_survives_every_form() -> None:
    tokens = [each for each in WORKS if "xsec_token=" in each["url"]]
    assert len(tokens) >= 3
    assert all("xsec_token=" in each["canonical"] for each in tokens)
