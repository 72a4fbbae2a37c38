"""Hostile shapes of markup: what they cost, and that honest pages stay whole."""

from __future__ import annotations

import time

import pytest

from relay.adapters.page_bounds import bounded
from relay.adapters.page_reader import read_page

CHARS = 1_000_000
HEAD = '<html><head><meta property="og:title" content="A kite"></head><body>'


def repeat(pattern: str) -> str:
    count = CHARS // len(pattern)
    return "".join(pattern.replace("#", str(each)) for each in range(count))


SHAPES = {
    "deep blocks": repeat("<div>"),
    "deep blocks and idle end tags": repeat("<div></x>"),
    "formatting that each block repeats": repeat("<p><b id=#>"),
    "formatting hidden behind a barrier": repeat("<b id=#><object></b></object><p>"),
    "formatting hidden behind tables": repeat("<p><b id=#><table><td></b></table>"),
    "links that each block repeats": repeat("<a href=#><p>"),
    "lists": repeat("<ul><li>"),
    "headings in headings": repeat("<h1 class=date>By Ann "),
    "bylines in bylines": repeat("<div class='byline author date'>"),
    "attributes": "<p " + repeat("a# ") + ">",
    "attributes with tags in them": "<p " + repeat('a#="x<i" '),
    "attributes of the root": repeat("<body a#=1>"),
    "one long attribute": f'<meta name=author content="{"By " * (CHARS // 3)}">',
    "a tag, then spaces to the end": "<h1>" + " " * CHARS,
    "a tag, then spaces and its like": ("<h1>" + " " * (CHARS // 4) + "=") * 4,
    "openings only": "<" * CHARS,
    "entities": f"<title>{'&amp;' * (CHARS // 5)}",
    "many titles": repeat('<meta property=og:title content="a | b | c | #">'),
    "many names": repeat("<a rel=author>N#</a>"),
    "many days": repeat("<time>#</time>"),
    "json in json": f'<script type="application/ld+json">{"[" * CHARS}',
    "json almost": (
        '<script type="application/ld+json">'
        + repeat('{"author":{"name":"')
        + "</script>"
    ),
    "templates": f'<meta name=description content="{"{{" * (CHARS // 2)}">',
    "separators": f"<title>{'- ' * (CHARS // 2)}",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_hostile_shape_is_read_within_seconds(shape: str) -> None:
    body = (HEAD + SHAPES[shape]).encode()
    start = time.process_time()
    found = read_page(body, "https://a.example/w/1")
    assert time.process_time() - start < 5
    if shape not in {"many titles", "openings only"}:
        assert found.title == "A kite"


def test_an_honest_page_is_left_whole() -> None:
    table = "<table><tr><td>1<td>2</table>"
    honest = HEAD + "<div><ul><li>one<li><b>two</b></ul><p>x</div>" * 800 + table * 9
    assert bounded(honest) == honest


def test_formatting_that_would_be_repeated_is_lost_but_not_its_words() -> None:
    kept = bounded(HEAD + "<p><b id=1><font size=2>word" * 2_000)
    assert kept == HEAD + "<p>word" * 2_000


def test_a_huge_data_attribute_and_script_are_honest() -> None:
    data = "&quot;k&quot;:1," * 4_000
    honest = (
        f'{HEAD}<div data-page="{data}"></div><script>{"a = b; " * 9_000}</script>'
        f"<!-- {'said in passing ' * 900} --><p>{'a long story ' * 900}</p>"
    )
    assert bounded(honest) == honest


def test_what_stands_before_the_hostile_part_is_kept() -> None:
    hostile = HEAD + "<p>kept</p>" * 1_000 + "<div>" * 50_000
    kept = bounded(hostile)
    assert kept.startswith(HEAD + "<p>kept</p>")
    assert kept.count("<p>kept</p>") == 1_000
    assert kept.count("<div>") < 2_000
