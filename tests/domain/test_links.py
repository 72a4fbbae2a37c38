"""Links are found in what people paste, judged by their words, made comparable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.domain.addresses import is_public
from relay.domain.errors import FetchFailed
from relay.domain.links import LinkVerdict, canonical, check_link, find_link
from relay.domain.urls import MAX_URL

URLS = Path(__file__).parent.parent / "data" / "urls"
PLACE = "127.0.0.1:8099"


def read_lines(name: str) -> list[dict[str, Any]]:
    text = (URLS / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


HOSTILE = [
    each["url"].replace("{port}", "6379") for each in read_lines("hostile.jsonl")
]
HONEST = (URLS / "honest.txt").read_text(encoding="utf-8").split()
WORKS = read_lines("platforms.jsonl")


def test_no_hostile_link_is_allowed() -> None:
    assert len(HOSTILE) > 500
    assert [each for each in HOSTILE if check_link(each).verdict == "allow"] == []


def test_every_honest_link_is_allowed() -> None:
    assert len(HONEST) >= 60
    assert [each for each in HONEST if check_link(each).verdict == "block"] == []


@pytest.mark.parametrize("shared", read_lines("shared.jsonl"), ids=lambda x: x["text"])
def test_a_link_is_found_in_a_share_text(shared: dict[str, Any]) -> None:
    found = find_link(shared["text"])
    if shared["url"] is None:
        assert found is None
    else:
        assert found is not None
        assert (found.url, found.rest) == (shared["url"], shared["rest"])


@given(st.text())
def test_any_text_can_be_searched_for_a_link(text: str) -> None:
    found = find_link(f"{text} https://b23.tv/xyz {text}")
    assert found is not None


@pytest.mark.parametrize("work", WORKS, ids=lambda each: str(each["url"]))
def test_pastings_of_one_work_share_a_form(work: dict[str, Any]) -> None:
    assert canonical(work["url"]) == work["canonical"]
    assert canonical(work["canonical"]) == work["canonical"]


def test_a_parameter_that_becomes_a_path_cannot_end_it() -> None:
    once = canonical("https://www.douyin.com/discover?modal_id=73?=/x")
    assert once == "https://www.douyin.com/video/73%3F=%2Fx"
    assert canonical(once) == once


BASES = st.sampled_from([*HONEST, *(each["url"] for each in WORKS)])
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), max_size=20)


@given(BASES, WORDS, st.lists(st.tuples(WORDS, WORDS), max_size=4), WORDS)
def test_a_canonical_link_stays_as_it_is(
    base: str, path: str, query: list[tuple[str, str]], fragment: str
) -> None:
    pairs = "&".join(f"{name}={value}" for name, value in query)
    link = f"{base.partition('#')[0]}{path}?{pairs}#{fragment}".replace("\\", "/")
    try:
        once = canonical(link)
    except FetchFailed:
        return
    assert canonical(once) == once


@given(st.text())
def test_any_text_can_be_judged(text: str) -> None:
    for link in (text, f"http://{text}", f"https://example.org/{text}"):
        assert check_link(link).verdict in {"allow", "block"}


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_what_is_allowed_is_plain_ascii_afterwards(host: str) -> None:
    verdict = check_link(f"http://{host}/")
    if verdict.canonical is not None:
        assert verdict.canonical.isascii()
        assert check_link(verdict.canonical).verdict == "allow"


def test_the_token_of_xiaohongshu_is_never_lost() -> None:
    for base in ("https://www.xiaohongshu.com/explore/64aabbccddeeff0011223344",):
        assert "xsec_token=AB%2Bc" in canonical(f"{base}?utm_a=1&xsec_token=AB%2Bc")


def test_only_the_exact_place_that_was_allowed_passes() -> None:
    allow = frozenset({PLACE})
    assert check_link(f"http://{PLACE}/a", allow=allow).verdict == "allow"
    for other in ("127.0.0.1:8098", "127.0.0.2:8099", "localhost:8099", "127.0.0.1"):
        assert check_link(f"http://{other}/a", allow=allow).verdict == "block"


def test_a_blocked_link_says_why() -> None:
    assert check_link("http://127.0.0.1/") == LinkVerdict(
        "block", "address", None, None, "web"
    )
    reasons = {
        "ftp://example.org/": "scheme",
        "http://a@example.org/": "userinfo",
        "http://example.org:22/": "port",
        "http://0x7f.1/": "number_host",
        "http://printer/": "local_name",
        "http://a b.org/": "characters",
        "http://example.org/a\\b": "characters",
        "http://exam!ple.org/": "host",
    }
    for link, reason in reasons.items():
        assert check_link(link).reason == reason


def test_a_link_may_be_as_long_as_the_limit_and_no_longer() -> None:
    link = "https://example.org/".ljust(MAX_URL, "a")
    assert check_link(link).verdict == "allow"
    assert check_link(link + "a").reason == "too_long"


@pytest.mark.parametrize(
    ("name", "ascii_name"),
    [
        ("straße.de", "xn--strae-oqa.de"),
        ("MÜLLER.de", "xn--mller-kva.de"),
        ("例え.jp", "xn--r8jz45g.jp"),
        ("ｅｘａｍｐｌｅ。com", "example.com"),
        ("βόλος.com", "xn--nxasmm1c.com"),
        ("نامه\u200cای.com", "xn--mgba3gch31f060k.com"),
    ],
)
def test_names_in_every_script_become_what_browsers_ask(
    name: str, ascii_name: str
) -> None:
    assert canonical(f"https://{name}/") == f"https://{ascii_name}/"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("168.63.129.15", True),
        ("168.63.129.16", False),
        ("172.15.255.255", True),
        ("172.16.0.0", False),
        ("172.31.255.255", False),
        ("172.32.0.0", True),
        ("100.63.255.255", True),
        ("100.64.0.0", False),
        ("2a00:1450:4001:800::200e", True),
        ("2001:1ff:ffff::1", False),
        ("2001:200::1", True),
        ("2001:db8::1", False),
        ("2001:db9::1", True),
        ("2606:4700::1%eth0", False),
        ("2620:4f:8000::1", False),
        ("::ffff:8.8.8.8", False),
        ("64:ff9b::808:808", False),
        ("not an address", False),
    ],
)
def test_public_addresses_are_told_from_the_others(
    address: str,
    public: bool,  # noqa: FBT001 - the expected answer
) -> None:
    assert is_public(address) is public


def test_a_work_is_the_same_whatever_token_its_platform_shared_it_with() -> None:
    post = "https://www.xiaohongshu.com/explore/64aabbccddeeff0011223344"
    shared = (
        f"{post}?xsec_token=ABcd=&xsec_source=pc_share",
        "https://www.rednote.com/explore/64aabbccddeeff0011223344?xsec_token=CBq=",
        post,
    )
    assert {check_link(each).work for each in shared} == {post}
    # The token stays where the link is opened, and elsewhere it may name the work.
    assert len({check_link(each).canonical for each in shared}) == 3
    other = check_link("https://example.org/?xsec_token=kept")
    assert other.work == other.canonical == "https://example.org/?xsec_token=kept"
    assert all(check_link(each["url"]).work for each in WORKS)
