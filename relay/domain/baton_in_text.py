"""Batons in other people's words: codes, links to them, and links to our entries."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from relay.domain.baton import ALPHABET, read_code
from relay.domain.entry_address import find_pages

if TYPE_CHECKING:
    from collections.abc import Iterator

# A post is read so far: whoever writes more has said what they wanted to say.
TEXT_MAX = 100_000  # characters
# Each is asked of the database, which tells real codes from words that look like one.
MOST_CODES = 20
MOST_PAGES = 5

_LETTER = f"[{ALPHABET}{ALPHABET.lower()}]"
_BETWEEN = r"[-‐‑‒–—− .·_\u00a0]"
# Only the letters of our codes, as a whole word, in one piece or in groups of four that
# are set apart in one way. What people mistype is not guessed at: nobody typed here.
# Looked ahead, so that words before a code in groups cannot hide it.
_CODE = re.compile(
    rf"(?<![0-9A-Za-z])(?=({_LETTER}{{4}})({_BETWEEN}?)({_LETTER}{{4}})\2"
    rf"({_LETTER}{{4}})(?![0-9A-Za-z]))"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


@dataclass(frozen=True)
class Mentions:
    """What a text names of our relay: baton codes, and public numbers of entries.

    Both in the order of how surely they are meant.
    """

    codes: tuple[str, ...] = ()
    nos: tuple[int, ...] = ()


def find_batons(text: str, base_url: str) -> Mentions:
    """Return the batons and entries that a text names.

    Codes in links to our own site come first, then those in one piece or with hyphens,
    then those with spaces. Whether there are such batons only the database knows.
    """
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text[:TEXT_MAX]))
    # Links inside links are escaped, and then no code in them stands alone.
    plain = f"{plain}\n{unquote(plain)}" if "%" in plain else plain
    found = sorted(_codes(plain, base_url), key=lambda each: each[0])
    codes = dict.fromkeys(code for _, code in found)
    nos = find_pages(plain, base_url=base_url)
    return Mentions(tuple(codes)[:MOST_CODES], tuple(nos)[:MOST_PAGES])


def _codes(text: str, base_url: str) -> Iterator[tuple[int, str]]:
    """Give each code with its rank: of a link to our site, plain, or in groups."""
    link = f"{base_url.partition('://')[2]}/b/".casefold()
    for each in _CODE.finditer(text):
        code = read_code("".join(each.group(1, 3, 4)))
        if code is None:
            continue
        start = each.start()
        if text[max(0, start - len(link)) : start].casefold() == link:
            yield 0, code
        else:
            yield 2 if each[2].isspace() else 1, code
