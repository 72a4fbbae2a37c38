"""Where a line of text may end, in the scripts that our makers write.

A small part of the Unicode line breaking algorithm (UAX #14) with the rules that
typesetters of Chinese and Japanese call kinsoku: no line begins with a closing mark
or a small kana, and none ends with an opening one. Korean breaks at its spaces.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

_NOT_FIRST = frozenset(
    "!%),.:;?]}¢°·’”†‡›℃∶、。〃々〆〉》」』】〕〗〙〛〞〟〻！＂％＇），．／：；？］｝～｠｡｣､･"
    "‥…—–‐‼⁇⁈⁉゛゜ゝゞヽヾーァィゥェォッャュョヮヵヶぁぃぅぇぉっゃゅょゎゕゖㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
)
_NOT_LAST = frozenset("([{£¥‘“‹«〈《「『【〔〖〘〚〝（［｛｟｢＄￡￥#＃$")
# After these a long word of letters may be taken apart.
_AFTER = frozenset("-‐–—/_")
_JOINERS = frozenset("\u200c\u200d")
_WIDE = (
    (0x2E80, 0x312F),  # radicals, punctuation, kana, bopomofo
    (0x3190, 0x4DBF),
    (0x4E00, 0xA4CF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x1B000, 0x1B16F),
    (0x20000, 0x3FFFF),
)
_REGIONS = range(0x1F1E6, 0x1F200)
_SKINS = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)


def split_words(text: str) -> list[str]:
    """Return the pieces of a text between which a line may end, spaces behind them."""
    pieces: list[str] = []
    for cluster in split_clusters(text):
        if pieces and not _may_end_between(pieces[-1], cluster):
            pieces[-1] += cluster
        else:
            pieces.append(cluster)
    return pieces


def split_clusters(text: str) -> list[str]:
    """Return what a reader takes for one letter each: marks stay with their letter."""
    clusters = list(text[:1])
    for before, each in pairwise(text):
        if _joins(before, each, clusters[-1]):
            clusters[-1] += each
        else:
            clusters.append(each)
    return clusters


def is_wide(letter: str) -> bool:
    """Tell whether a letter is of those that stand in a square, without spaces."""
    code = ord(letter)
    return any(first <= code <= last for first, last in _WIDE)


def _joins(before: str, each: str, cluster: str) -> bool:
    if unicodedata.category(each) in {"Mn", "Mc", "Me"}:
        return True
    if ord(each) in _SKINS or ord(each) in _TAGS:
        return True
    if each in _JOINERS or before in _JOINERS:
        return True
    both = ord(before) in _REGIONS and ord(each) in _REGIONS
    return both and len(cluster) == 1


def _may_end_between(before: str, after: str) -> bool:
    if after.isspace():
        return False
    last, first = before[-1], after[0]
    if first in _NOT_FIRST or last in _NOT_LAST:
        return last == " " and first not in _NOT_FIRST
    return last.isspace() or last in _AFTER or is_wide(last) or is_wide(first)
