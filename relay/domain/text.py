"""Plain rules for strangers' words: cleaning, cutting, folding for search."""

from __future__ import annotations

import re
import unicodedata

# Controls that could turn the text around them, and tags that nobody sees unless they
# make a flag. U+200C and U+200D are needed by Persian, Indic scripts and emoji: they
# stay.
_HARMFUL = re.compile(
    "(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)|"
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
# What is drawn as nothing: Default_Ignorable_Code_Point, and the empty Braille cell.
_UNSEEN = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Hebrew with vowels and cantillation needs four above and below one letter; beyond
# that marks are drawn over the lines around them.
_MOST_MARKS = 4
_MARKS = frozenset({"Mn", "Me"})
_NO_BASES = frozenset({"Mc", "Cf"})
_NO_SHAPES = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co"})
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACES = re.compile(r"\s+")
_INNER_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean_text(text: str) -> str:
    """Return one line: NFC, no control characters, no piles of marks, single spaces."""
    return _SPACES.sub(" ", _drop_harmful(_SPACES.sub(" ", text))).strip()


def clean_lines(text: str) -> str:
    """Return paragraphs: like `clean_text`, but line breaks stay (at most two)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = _drop_harmful(lines)
    trimmed = [_INNER_SPACES.sub(" ", each).strip() for each in kept.split("\n")]
    return _BLANK_LINES.sub("\n\n", "\n".join(trimmed)).strip()


def is_visible(text: str) -> bool:
    """Tell whether anything of `text` can be seen: a letter, a sign, an emoji."""
    return any(
        unicodedata.category(each) not in _NO_SHAPES and not _is_nothing(each)
        for each in text
    )


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


def _drop_harmful(text: str) -> str:
    # Normalised last: what stood between a letter and its mark is gone by then.
    kept = _HARMFUL.sub(lambda found: found[1] or "", text)
    return _thin_marks(unicodedata.normalize("NFC", kept))


def _thin_marks(text: str) -> str:
    """Return `text` with at most so many marks in one place as any script needs."""
    if text.isascii():
        return text
    kept, marks = [], 0
    for each in text:
        category = unicodedata.category(each)
        if category in _MARKS:
            marks += 1
        elif category not in _NO_BASES and not _UNSEEN.match(each):
            marks = 0
        if category not in _MARKS or marks <= _MOST_MARKS:
            kept.append(each)
    return "".join(kept)


def _is_nothing(letter: str) -> bool:
    # The last two of each plane are no characters. What is merely newer than this
    # Python's tables may be an emoji, and counts.
    return bool(_UNSEEN.match(letter)) or ord(letter) & 0xFFFE == 0xFFFE  # noqa: PLR2004 - a mask
