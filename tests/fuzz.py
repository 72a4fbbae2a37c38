"""Throws spoilt pages, links, texts and answers at whatever reads strangers' words.

`python -m tests.fuzz --minutes 10 [--pages DIR] [--seed N]`. Every case grows from its
own number, so that `--seed N --cases 1` repeats the one that failed. Exit status 1 and
the case's number are the answer when something raised what it must not, took over two
seconds of CPU or gave back what no card may show.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import random
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from relay.adapters.oembed import find_endpoint, read_oembed
from relay.adapters.page_charset import decode
from relay.adapters.page_reader import read_page
from relay.adapters.safe_http import Fetched
from relay.domain.errors import FetchFailed
from relay.domain.links import canonical, check_link, find_link
from relay.domain.page_dates import read_date
from relay.domain.page_names import byline_in, clean_byline, poster_in
from relay.domain.page_text import DESCRIPTION_CHARS, TITLE_CHARS, plain
from relay.domain.page_title import endings, openings, site_beside, without_site
from relay.domain.platforms import (
    handle_of,
    platform_of,
    refusal_of,
    require_platform,
    work_id_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from relay.domain.preview import PageFacts

DATA = Path(__file__).parent / "data"
MOST_CPU_SECONDS = 2.0
HANG_SECONDS = 60
PAGE_BYTES = 1024 * 1024
"""As much as the door lets in."""

CHARSETS = (
    "utf-8", "utf-16", "gb18030", "big5", "shift_jis", "euc-jp", "iso-2022-jp",
    "euc-kr", "windows-1251", "koi8-r", "windows-1255", "windows-1252",
    "iso-8859-2", "tis-620",
)  # fmt: skip
LABELS = (*CHARSETS, "utf-7", "x-user-defined", "", "no such", "\x00", "idna", "hex")
TAGS = (
    "a", "b", "i", "p", "div", "table", "tr", "td", "svg", "math", "template",
    "select", "option", "script", "style", "title", "noscript", "textarea",
    "frameset", "form", "button", "li", "dd", "h1", "font", "marquee", "object", "mi",
    "mtext", "foreignObject", "annotation-xml", "plaintext", "iframe", "nobr",
)  # fmt: skip
POISON = (
    b"\x00", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x1b$B", b"\x1b(", b"\x0e",
    b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<plaintext>", b"</script>", b"<base href=",
    b"<meta charset=utf-7>", b'<meta charset="\xff">', b"&#x110000;", b"&#0;",
    b"&NotEqualTilde;", b"&" * 300, b"&amp;" * 300, "\u202e\u2066".encode(),
    "\U000e0041".encode(), b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"'", b'"', b"<", b">",
    b'<script type="application/ld+json">', b"[" * 3000, b'{"a":' * 3000,
    b'{"@type":"Article","@id":[1],"author":{"@id":{}},"datePublished":1e999}',
    b'{"@type":["Article",{}],"image":[[[]]],"author":[[{"name":[{}]}]]}',
    b'{"@graph":[{"@id":"a","@type":"Article","author":{"@id":"a"}}]}',
    b"9" * 5000, b'<meta property="og:image" content="http://[::1">',
    b'<meta property="og:image" content="//\xe2\x84\xab/a">',
    b'<meta property="article:published_time" content="9999-12-31T23:59:59-14:00">',
    b'<meta property="article:published_time" content="2020-02-30T25:61:61+99:99">',
    b'<meta property="og:title" content=" | | | - - : : |">',
    b'<link rel="canonical" href="http://a:99999/">',
    b'<link rel="alternate" type="application/json+oembed" href="javascript:1">',
    b'<meta name="author" content="' + b"by " * 400 + b'">',
    b'<meta property="og:description" content="' + b"<" * 2000 + b'">',
)  # fmt: skip
DATES = (
    "2020-02-30T25:61:61+99:99", "٣١ فبراير 2020", "32.13.2020", "۹۹/۹۹/۱۴۰۰",
    "令和99年99月99日", "1580000000000000", "9999999999", "Feb 29, 2021",
    "31 февраля 2020", "2563-02-31", "1400/12/30", "30 اسفند 1400",
    "Thu, 99 Foo 2020 99:99:99 +9999", "Tue, 05 Apr 2022 10:00:00 +2400",
    "0000-00-00", "2020-W10-1", "²⁰²⁰-01-01", "३१ जून २०२०", "31 tháng 2, 2020",
    "2100-12-31T23:59:59-14:00", "1990-01-01T00:00:00+14:00",
)  # fmt: skip


class Found(NamedTuple):
    """What one case brought to light."""

    case: int
    what: str
    detail: str


def run_case(number: int, pages: list[bytes]) -> Found | None:
    """Make and read the case of this number; return what went wrong, if anything."""
    dice = random.Random(number)  # noqa: S311 -- repeatable, no secret
    target = TARGETS[number % len(TARGETS)]
    faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
    began = time.process_time()
    try:
        wrong = target(dice, pages)
    except Exception:  # noqa: BLE001 -- whatever it is, it is what we look for
        return Found(number, target.__name__, traceback.format_exc(limit=-6))
    finally:
        faulthandler.cancel_dump_traceback_later()
    spent = time.process_time() - began
    if spent > MOST_CPU_SECONDS:
        return Found(number, target.__name__, f"took {spent:.1f} s of CPU")
    return Found(number, target.__name__, wrong) if wrong else None


def load_pages(folder: Path) -> list[bytes]:
    """Return the pages in a folder, as bytes."""
    return [path.read_bytes() for path in sorted(folder.rglob("*.html"))]


def fuzz_page(dice: random.Random, pages: list[bytes]) -> str | None:
    """Read a spoilt page; its facts must be fit to be shown."""
    body = spoil(dice, dice.choice(pages), pages)[:PAGE_BYTES]
    label = dice.choice([None, *LABELS])
    header = None if label is None else f"text/html; charset={label}"
    url = dice.choice(LINKS) if dice.random() < 0.9 else "https://a.example/"
    try:
        canonical(url)
    except FetchFailed:
        url = "https://a.example/2020/02/31/x"
    facts = read_page(body, url, content_type=header)
    return _unfit(facts)


def fuzz_charset(dice: random.Random, pages: list[bytes]) -> str | None:
    """Decode bytes under labels that lie."""
    body = dice.choice(pages)
    start = dice.randrange(len(body))
    body = body[start : start + dice.randrange(20_000)]
    if dice.random() < 0.5:
        text = body.decode("utf-8", "ignore")
        body = text.encode(dice.choice(CHARSETS), "replace")
    if dice.random() < 0.3:
        body = dice.randbytes(dice.randrange(5_000))
    body = _flip(dice, body)[: dice.randrange(len(body) + 1)]
    text = decode(body, content_type=f"text/html; charset={dice.choice(LABELS)}")
    return "more letters than bytes" if len(text) > len(body) else None


def fuzz_link(dice: random.Random, _pages: list[bytes]) -> str | None:
    """Judge spoilt links: a verdict for all, one form for each that is allowed."""
    link = _spoil_text(dice, dice.choice(LINKS))
    verdict = check_link(link)
    platform_of(link), work_id_of(link), handle_of(link)
    refusal_of(require_platform("web"), link, link[:200])
    try:
        form = canonical(link)
    except FetchFailed:
        return None if verdict.verdict == "block" else f"allowed, yet no link: {link!r}"
    find_endpoint(link)
    again = canonical(form)
    return None if again == form else f"{link!r} is {form!r}, then {again!r}"


def fuzz_text(dice: random.Random, pages: list[bytes]) -> str | None:
    """Search texts for links, days, names and titles."""
    page = dice.choice(pages)
    at = dice.randrange(len(page))
    raw = page[at : at + dice.randrange(3_000)].decode("utf-8", "replace")
    text = _spoil_text(dice, f"{dice.choice(DATES)} {raw} {dice.choice(LINKS)}")
    find_link(text)
    clean_byline(text), byline_in(text), poster_in(text, ["Instagram", ""])
    without_site(text, [text[:10], "Site"]), openings(text), endings(text)
    site_beside(text[:40], text)
    line = plain(text, limit=TITLE_CHARS) or ""
    if len(line) > TITLE_CHARS:
        return "a line beyond its limit"
    for language in ("", "en-US", "fa", "ja", "th", "he"):
        day = read_date(text, language=language)
        if day and not "1990" <= day[:4] <= "2100":
            return f"{day} of {text!r}"
    return None


def fuzz_oembed(dice: random.Random, _pages: list[bytes]) -> str | None:
    """Read spoilt answers of providers: facts, or FetchFailed."""
    said = json.dumps(
        {
            "type": dice.choice(["photo", "rich", [], None]),
            "title": dice.choice(["A kite", ["x"], 1, None, "\x00" * 9, "<b>" * 900]),
            "author_name": dice.choice([{}, "Ann", "\u202eevil"]),
            "thumbnail_url": dice.choice(["//a/b", "http://[", 7, "javascript:1", ""]),
        }
    ).encode()
    body = _flip(dice, said) if dice.random() < 0.7 else said
    answer = Fetched(
        url="https://a.example/o",
        final_url=dice.choice(["https://a.example/o", "https://b.example"]),
        status=200,
        headers={"content-type": dice.choice(["application/json", "text/html", ""])},
        body=body[: dice.randrange(len(body) + 1)] if dice.random() < 0.5 else body,
        truncated=False,
        redirects=(),
        address="192.0.2.1",
        wire_bytes=len(body),
        ms=1.0,
    )
    try:
        facts = read_oembed(answer)
    except FetchFailed:
        return None
    return "a title too long" if len(facts.title or "") > TITLE_CHARS * 2 else None


def spoil(dice: random.Random, body: bytes, pages: list[bytes]) -> bytes:
    """Return a page that is wrong in one to four ways."""
    for _ in range(dice.randrange(1, 5)):
        body = dice.choice(SPOILERS)(dice, body, pages)
    return body


def _flip(dice: random.Random, body: bytes) -> bytes:
    spoilt = bytearray(body)
    for _ in range(dice.randrange(1, 60)):
        if spoilt:
            spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
    return bytes(spoilt)


def _flips(dice: random.Random, body: bytes, _: list[bytes]) -> bytes:
    return _flip(dice, body)


def _truncate(dice: random.Random, body: bytes, _: list[bytes]) -> bytes:
    return body[: dice.randrange(len(body) + 1)]


def _splice(dice: random.Random, body: bytes, pages: list[bytes]) -> bytes:
    other = dice.choice(pages)
    cut = dice.randrange(len(body) + 1)
    return body[:cut] + other[dice.randrange(len(other)) :]


def _repeat(dice: random.Random, body: bytes, _: list[bytes]) -> bytes:
    at = dice.randrange(len(body) + 1)
    piece = body[at : at + dice.randrange(1, 400)]
    return body[:at] + piece * dice.randrange(1, 2_000) + body[at:]


def _poison(dice: random.Random, body: bytes, _: list[bytes]) -> bytes:
    for _each in range(dice.randrange(1, 8)):
        at = dice.randrange(len(body) + 1)
        body = body[:at] + dice.choice(POISON) + body[at:]
    return body


def _nest(dice: random.Random, body: bytes, _: list[bytes]) -> bytes:
    names = [dice.choice(TAGS) for _each in range(dice.randrange(1, 4))]
    opened = "".join(f"<{name} class=x>" for name in names).encode()
    at = dice.randrange(len(body) + 1)
    return body[:at] + opened * dice.randrange(1, 8_000) + body[at:]


def _flood(dice: random.Random, body: bytes, _: list[bytes]) -> bytes:
    entity = dice.choice([b"&amp;", b"&#38;", b"&lt;b&gt;", b"&#x41;", b"&lt"])
    at = dice.randrange(len(body) + 1)
    return body[:at] + entity * dice.randrange(1, 40_000) + body[at:]


def _attributes(dice: random.Random, body: bytes, _: list[bytes]) -> bytes:
    many = b" ".join(b"a%d=1" % each for each in range(dice.randrange(1, 9_000)))
    at = dice.randrange(len(body) + 1)
    return body[:at] + b"<div " + many + b">" + body[at:]


def _recode(dice: random.Random, body: bytes, _: list[bytes]) -> bytes:
    return body.decode("utf-8", "replace").encode(dice.choice(CHARSETS), "replace")


def _spoil_text(dice: random.Random, text: str) -> str:
    for _ in range(dice.randrange(0, 5)):
        at = dice.randrange(len(text) + 1)
        piece = dice.choice(
            [
                dice.choice("/?#&=%@:[]\\ \t\n\x00|{}<>，。「」()'\"~^`!*;."),
                chr(
                    dice.choice([0x202E, 0x200B, 0xFEFF, 0x3002, 0x130, 0xDF, 0x1F600])
                ),
                "%" + dice.choice(["zz", "00", "2f", "ff", "%", "E2%80"]),
                dice.choice(["http://", "xn--", "xsec_token=", "..", "//", "99999"]),
                dice.choice(LINKS)[: dice.randrange(30)],
                text[:at][-20:] * dice.randrange(1, 40),
            ]
        )
        keep = dice.choice([at, min(len(text), at + dice.randrange(10))])
        text = text[:at] + piece + text[keep:]
    return text


def _unfit(facts: PageFacts) -> str | None:
    limits = {"title": TITLE_CHARS, "description": DESCRIPTION_CHARS, "author": 2_500}
    for name, limit in limits.items():
        text = getattr(facts, name) or ""
        if len(text) > limit or any(_turns_around(each) for each in text):
            return f"{name}: {text[:200]!r}"
    for name in ("image", "url", "oembed"):
        address = getattr(facts, name)
        if address and not address.lower().startswith(("http://", "https://")):
            return f"{name}: {address!r}"
    return None


def _turns_around(letter: str) -> bool:
    return (
        letter < " " or "\u202a" <= letter <= "\u202e" or "\u2066" <= letter <= "\u2069"
    )


def _read_links() -> list[str]:
    folder = DATA / "urls"
    works = (folder / "platforms.jsonl").read_text(encoding="utf-8").splitlines()
    hostile = (folder / "hostile.jsonl").read_text(encoding="utf-8").splitlines()
    listed = [json.loads(each)["url"] for each in (*works, *hostile)]
    return [*listed, *(folder / "honest.txt").read_text(encoding="utf-8").split()]


LINKS = _read_links()
SPOILERS = (
    _flips, _truncate, _splice, _repeat, _poison, _poison, _nest, _flood, _attributes,
    _recode,
)  # fmt: skip
TARGETS: tuple[Callable[[random.Random, list[bytes]], str | None], ...] = (
    fuzz_page, fuzz_link, fuzz_page, fuzz_text, fuzz_page, fuzz_charset, fuzz_oembed,
)  # fmt: skip


def _numbers(first: int, minutes: float, cases: int | None) -> Iterator[int]:
    end = time.monotonic() + minutes * 60
    number = first
    while time.monotonic() < end and (cases is None or number < first + cases):
        yield number
        number += 1


def main() -> int:
    """Fuzz for the time asked for; print what was found."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--minutes", type=float, default=10.0)
    ask.add_argument("--cases", type=int, default=None)
    ask.add_argument("--seed", type=int, default=0, help="the first case's number")
    ask.add_argument("--pages", type=Path, default=DATA / "pages")
    asked = ask.parse_args()
    pages = load_pages(asked.pages)
    count = 0
    slowest = 0.0
    findings = []
    for number in _numbers(asked.seed, asked.minutes, asked.cases):
        began = time.process_time()
        found = run_case(number, pages)
        slowest = max(slowest, time.process_time() - began)
        count += 1
        if found:
            findings.append(found)
            sys.stdout.write(f"case {found.case} ({found.what}): {found.detail}\n")
            sys.stdout.flush()
    sys.stdout.write(
        f"{count} cases, {len(findings)} findings, slowest {slowest:.2f} s of CPU\n"
    )
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
