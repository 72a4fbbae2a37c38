"""Plain rules for strangers' words: cleaning, cutting, folding for search."""

from __future__ import annotations

import re
import unicodedata

# Controls that could turn the text around them; U+200C and U+200D are needed by
# Persian, Indic scripts and emoji and stay.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACES = re.compile(r"\s+")
_INNER_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean_text(text: str) -> str:
    """Return one line: NFC, no control characters, single spaces."""
    kept = _HARMFUL.sub("", unicodedata.normalize("NFC", _SPACES.sub(" ", text)))
    return _SPACES.sub(" ", kept).strip()


def clean_lines(text: str) -> str:
    """Return paragraphs: like `clean_text`, but line breaks stay (at most two)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = _HARMFUL.sub("", unicodedata.normalize("NFC", lines))
    trimmed = [_INNER_SPACES.sub(" ", each).strip() for each in kept.split("\n")]
    return _BLANK_LINES.sub("\n\n", "\n".join(trimmed)).strip()


def for_xml(text: str) -> str:
    """Return `text` without the characters that no XML may hold (XML 1.0, 2.2)."""
    return _NOT_XML.sub("", text)


def shorten(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters, cut at a word where there is one."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    at_word = cut.rsplit(" ", 1)[0]
    return (at_word if len(at_word) > limit // 2 else cut).rstrip() + "…"


def fold(text: str) -> str:
    """Return `text` for searching: no case, no accents, single spaces."""
    split = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each for each in split if not unicodedata.combining(each))
    return _SPACES.sub(" ", unicodedata.normalize("NFC", plain)).strip()
