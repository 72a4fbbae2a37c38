"""Which entry of the wall somebody means: by its number, or by its page's address."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

NO_MAX = 2**31 - 1  # as large as the number's column

# Of our own page: a language may stand before it, anything behind it.
_PAGE = re.compile(r"(?:/[A-Za-z]{2}(?:-[A-Za-z]{4})?)?/w/([0-9]{1,10})(?![0-9])")
# "No. 1,128", "#1128", "第 1128 号": some letters, then digits with marks among them.
_NUMBER = re.compile(r"[^0-9:/@?]{0,12}?([0-9][0-9.,'’\s]{0,16})[^0-9:/@?]{0,12}")
_SCHEME = re.compile(r"[a-z]{1,8}://", re.IGNORECASE)


def read_no(typed: str, *, base_url: str) -> int | None:
    """Return the public number that is meant, or None when none can be.

    A number in any script's digits, grouped as people group them, or the address of
    an entry's page on our own site; another site's addresses mean nothing here.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    if "/" in text:
        found = find_pages(text, base_url=base_url)
        if found:
            return found[0]
        path = _PAGE.match(text)
        return _in_range(path[1]) if path else None
    digits = "".join(str(unicodedata.digit(each, each)) for each in text)
    number = _NUMBER.fullmatch(digits)
    return _in_range(re.sub("[^0-9]", "", number[1])) if number else None


def find_pages(text: str, *, base_url: str) -> list[int]:
    """Return the numbers of the entries whose pages on our site a text links to."""
    site = re.escape(_SCHEME.sub("", base_url).rstrip("/"))
    # Not the end of a longer name, such as not-our.example behind our.example.
    pages = re.compile(rf"(?<![\w.@-]){site}{_PAGE.pattern}", re.IGNORECASE)
    numbers = (_in_range(each[1]) for each in pages.finditer(unquote(text)))
    return list(dict.fromkeys(each for each in numbers if each is not None))


def _in_range(digits: str) -> int | None:
    number = int(digits)
    return number if 0 < number <= NO_MAX else None
