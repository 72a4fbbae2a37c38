"""What strangers' words must go through before we show them: clean, plain, bounded."""

from __future__ import annotations

import html
import re
import unicodedata

TITLE_CHARS = 300
DESCRIPTION_CHARS = 1_000
NAME_CHARS = 200

# Longer raw text is cut before any rule looks at it, so that no rule's time
# depends on how much a stranger sends.
_RAW_CHARS = 20_000

# Embeddings, overrides and isolates can turn the words of our own page around;
# the zero-width and soft-hyphen characters only hide. ZWJ and ZWNJ stay: Persian,
# Indic scripts and emoji need them.
_INVISIBLE = dict.fromkeys(
    [
        *(0x00AD, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *(0xFEFF, 0xFFFD),
        *range(0xFFF9, 0xFFFC),
        *range(0xE0000, 0xE0080),
    ]
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_NOT_LETTERS = re.compile(r"[\W_]+")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,400}>")


def plain(text: str | None, *, limit: int) -> str | None:
    """Return `text` as one clean line of at most `limit` characters, or None."""
    if not text:
        return None
    line = _unescape(text[:_RAW_CHARS])
    if "<" in line:
        line = _TAG.sub(" ", line)
    line = _CONTROLS.sub(" ", line)
    if not line.isascii():
        line = unicodedata.normalize("NFC", line.translate(_INVISIBLE))
    line = " ".join(line.split())
    return shorten(line, limit=limit) or None


def shorten(line: str, *, limit: int) -> str:
    """Cut at a word's end where one is near, and show that it was cut."""
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    space = cut.rfind(" ", limit * 4 // 5)
    return (cut[:space] if space > 0 else cut).rstrip(" ,;:.-–—") + "…"


def letters(text: str) -> str:
    """Return only the letters and digits, in one case: what two texts share."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    folded = text.casefold()
    return _NOT_LETTERS.sub("", folded)


def _unescape(text: str) -> str:
    """Undo entities; again, because many pages escape what was escaped already."""
    for _ in range(3):
        if "&" not in text:
            break
        text = html.unescape(text)
    return text
