"""The encoding that a body is sent in, of those that its reader takes."""

from __future__ import annotations

from functools import lru_cache

from werkzeug.http import parse_accept_header

# The first is taken of those that a reader likes equally.
ENCODINGS = ("br", "gzip")
IDENTITY = "identity"

_REMEMBERED = 256  # headers: there are few, one or two a browser
_LONGEST = 300  # characters: no browser's is so long


def choose_encoding(header: str) -> str:
    """Return the encoding for an Accept-Encoding header (RFC 9110, section 12.5.3).

    A quality of 0 refuses an encoding, and `*` means those that are not named.
    """
    return IDENTITY if len(header) > _LONGEST else _choose(header)


@lru_cache(_REMEMBERED)
def _choose(header: str) -> str:
    named: dict[str, float] = {}
    for name, quality in parse_accept_header(header):
        named.setdefault(name.lower(), quality)
    for_others = named.get("*", 0.0)
    best, best_quality = IDENTITY, 0.0
    for each in ENCODINGS:
        quality = named.get(each, for_others)
        if quality > best_quality:
            best, best_quality = each, quality
    return best if best_quality >= named.get(IDENTITY, 0.0) else IDENTITY
