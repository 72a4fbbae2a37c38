"""Which entry of the wall somebody means: by its number, or by its page's address."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

from relay.domain.text import clean_text

NO_MAX = 2**31 - 1  # as large as the number's column

# Of our own page: a language may stand before it, anything behind it.
_PAGE = re.compile(r"(?:/[A-Za-z]{2}(?:-[A-Za-z]{4})?)?/w/([0-9]{1,10})(?![0-9])")
# What may stand at a number: "No. 1,128", "#1128", "第 1128 号:", "(מס׳ 1128)". Any
# other word makes it a title ("Swan Lake 2"), which must not be taken for a number.
_BEFORE = (
    r"(?:\#|(?:no|nr|num|number|numéro|n[°o])\s?[.:]?|第|编号\s?:?|編號\s?:?"
    r"|מס['’׳]?|מספר)"
)
# Digits in threes are one number; "1, 2" are two.
_DIGITS = r"(?P<digits>[0-9]{1,3}(?:(?P<mark>[.,'’٬ ])[0-9]{3}(?:(?P=mark)[0-9]{3})*))"
_PLAIN = r"(?P<plain>[0-9]{1,16})"
_NUMBER = re.compile(
    rf"\(?\s?(?:{_BEFORE}\s?)?(?:{_DIGITS}|{_PLAIN})\s?[号號]?\s?\)?[.,:]?",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"[a-z]{1,8}://", re.IGNORECASE)


def read_no(typed: str, *, base_url: str) -> int | None:
    """Return the public number that is meant, or None when none can be.

    A number in any script's digits, grouped as people group them, which is all that
    was typed but for words such as "No."; or the address of an entry's page on our
    own site. Another site's addresses mean nothing here.
    """
    text = clean_text(unicodedata.normalize("NFKC", typed))
    if "/" in text:
        found = find_pages(text, base_url=base_url)
        if found:
            return found[0]
        path = _PAGE.match(text)
        return _in_range(path[1]) if path else None
    digits = "".join(str(unicodedata.digit(each, each)) for each in text)
    number = _NUMBER.fullmatch(digits)
    if number is None:
        return None
    return _in_range(number["plain"] or re.sub("[^0-9]", "", number["digits"]))


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
