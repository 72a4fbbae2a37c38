"""The grammar of addresses holds by itself, whatever is written."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.domain.errors import FetchFailed, FetchReason
from relay.domain.urls import DEFAULT_PORTS, MAX_URL, parse_url, read_url

URLS = Path(__file__).parent.parent / "data" / "urls"
HOSTILE = [
    json.loads(line)["url"].replace("{port}", "4321")
    for line in (URLS / "hostile.jsonl").read_text(encoding="utf-8").splitlines()
]
HONEST = (URLS / "honest.txt").read_text(encoding="utf-8").split()


def test_the_lists_are_as_long_as_was_promised() -> None:
    assert len(set(HOSTILE)) >= 1300
    assert len(set(HONEST)) >= 250


def test_every_hostile_address_is_refused_by_its_own_words() -> None:
    for link in HOSTILE:
        with pytest.raises(FetchFailed) as caught:
            read_url(link)
        assert caught.value.permanent, link


def test_no_honest_address_is_refused() -> None:
    for link in HONEST:
        url = read_url(link)
        assert read_url(url.text) == url


def test_an_address_may_be_so_long_and_no_longer() -> None:
    start = "https://example.org/"
    longest = start + "a" * (MAX_URL - len(start))
    assert read_url(longest).wire == longest
    with pytest.raises(FetchFailed) as caught:
        read_url(longest + "a")
    assert caught.value.reason is FetchReason.BAD_URL


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("HTTP://Example.ORG", "http://example.org/"),
        ("https://example.org.:443/a#b", "https://example.org/a"),
        ("https://straße.de/", "https://xn--strae-oqa.de/"),
        ("https://ｅｘａｍｐｌｅ。ｏｒｇ/", "https://example.org/"),
        ("https://example.org/a b".replace(" ", "%20"), "https://example.org/a%20b"),
        (
            "https://example.org/%7Euser/%e4%bd%9c",
            "https://example.org/~user/%E4%BD%9C",
        ),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/a/../b/./c", "https://example.org/b/c"),
        ("https://[2A00:1450:0:0::200E]/", "https://[2a00:1450::200e]/"),
        ("http://example.org:443/", "http://example.org:443/"),
        ("http://example.org:080/", "http://example.org/"),
        ("https://example.org:0443/a", "https://example.org/a"),
        ("https://example.org/a\u00a0b", "https://example.org/a%C2%A0b"),
        ("https://example.org/?a=\u3000", "https://example.org/?a=%E3%80%80"),
    ],
)
def test_an_address_has_one_form(written: str, meant: str) -> None:
    assert read_url(written).wire == meant


# Anything at all, and what stands close to the lists.

SIGNS = st.sampled_from(
    [
        *"[]:/\\@%#?.-_ \t\r\n\0019afxX",
        *"\u3002\uff0e\u2024\xad\u200d\u202e\u2460\u0661\U0001d7cf\ud800\xdf\u0130",
        "xn--",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=60),
    st.tuples(
        st.sampled_from(HOSTILE + HONEST), st.integers(0, 60), SIGNS, st.integers(0, 2)
    ).map(lambda each: each[0][: each[1]] + each[2] + each[0][each[1] + each[3] :]),
    st.lists(SIGNS, max_size=20).map(lambda each: "http://" + "".join(each)),
)


@given(text=TEXTS)
def test_whatever_is_written_is_refused_or_means_the_same_to_everybody(
    text: str,
) -> None:
    try:
        url = read_url(text)
    except FetchFailed:
        return
    assert read_url(url.text) == url
    seen = urlsplit(url.wire)
    assert seen.hostname == url.host
    assert (seen.port or DEFAULT_PORTS[url.scheme]) == url.port
    assert url.port in {80, 443}
    assert url.text.isascii()
    assert not set(url.text) & set(" \t\r\n\\\0")


def test_an_address_that_is_too_long_once_escaped_is_refused() -> None:
    longest = "https://example.org/" + "é" * 679
    assert len(parse_url(longest).text) == MAX_URL - 2
    with pytest.raises(FetchFailed, match="too_long"):
        parse_url(longest + "é")
