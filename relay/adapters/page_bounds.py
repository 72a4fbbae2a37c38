"""How much of a stranger's markup may be parsed before its shape becomes a weapon.

The HTML standard lets 80 kB of markup cost a minute and 8 GB: an open formatting
element is repeated in each block after it, each new block looks through everything
open, each attribute is compared with those before it. Real pages are far below
the limits here; a page above them is read up to that place, where its metadata
has long been said.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Browsers stop at 512; templates that nest sloppily need some room.
_DEEPEST = 1_500
# Open formatting elements times tags: what would be repeated, at 400 bytes each.
_MOST_REPEATED = 200_000
_MOST_ROOTS = 50
_MOST_ATTRIBUTES = 400
_SLICE_TAGS = 500
_FINE_SLICE_TAGS = 20
# Whatever the shape of so few, it costs a few hundredths of a second at most.
_FEW_TAGS = 1_000
_FEW_CHARS = 16_000
# Each hidden tag hides one attribute; this many cost a fifth of a second.
_MOST_SIGNS = 8_000

_TAG_NAME = re.compile(r"<(/?[A-Za-z][A-Za-z0-9]{0,15})")
_FORMATTING = frozenset(
    {
        *("b", "big", "code", "em", "font", "i"),
        *("s", "small", "strike", "strong", "tt", "u"),
    }
)
_FORMATTING_TAG = re.compile(
    r"</?(?:b|big|code|em|font|i|s|small|strike|strong|tt|u)(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)
_ROOTS = frozenset({"html", "body"})
# An end tag inside these does not reach out: they can hide what stays open.
_BARRIERS = frozenset(
    {
        *("applet", "marquee", "object", "table", "template"),
        *("annotation", "desc", "foreignobject", "title"),
        *("mi", "mn", "mo", "ms", "mtext"),
    }
)
# Closed by what follows them, or never open: they do not nest by themselves.
_FLAT = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"),
        *("param", "path", "source", "track", "wbr"),
        *("a", "body", "dd", "dt", "head", "html", "li", "nobr", "p", "rp", "rt"),
        *("caption", "colgroup", "optgroup", "option"),
        *("tbody", "td", "tfoot", "th", "thead", "tr"),
    }
)
# How far tags are apart where one is worth a look; a script's text is no attribute.
_LONG_CHARS = 1_000
_RAW_TEXT = ("script", "style", "textarea", "title", "noscript", "xmp", "iframe")
_ATTRIBUTE = re.compile(
    r"[\s/]*[^\s/>=]+(?:\s*=\s*(?:\"[^\"]*(?:\"|\Z)|'[^']*(?:'|\Z)|[^\s>]*))?"
)
_TAG_IN_VALUE = re.compile(r"=\s?(?:\"[^\"<]{0,99}<|'[^'<]{0,99}<)")


def bounded(markup: str) -> str:
    """Return as much of `markup` as can be parsed in time and memory linear in it."""
    signs = markup.count("<")
    if signs <= _FEW_TAGS and len(markup) <= _FEW_CHARS:
        return markup
    markup = _before_too_many_attributes(markup)
    names: list[str] = _TAG_NAME.findall(markup)
    if _is_small(names):
        return markup
    balance = _Balance(names, step=_SLICE_TAGS)
    if balance.fine_tags < len(names):
        balance = _Balance(names, step=_FINE_SLICE_TAGS)
        cut = next(islice(_TAG_NAME.finditer(markup), balance.fine_tags, None))
        markup = markup[: cut.start()]
    # Bold and italic carry no facts: rather lose those than the words in them.
    return _FORMATTING_TAG.sub("", markup) if balance.repeats else markup


def _is_small(names: list[str]) -> bool:
    """Whether so few tags open that no order of them could go beyond a limit."""
    opened: Counter[str] = Counter()
    for name, count in Counter(names).items():
        if name[0] != "/":
            opened[name.lower()] += count
    marks = sum(opened[name] for name in _FORMATTING)
    hidden = sum(opened[name] for name in _BARRIERS)
    nests = opened.total() - marks - sum(opened[name] for name in _FLAT)
    return (
        nests + hidden <= _DEEPEST
        and 2 * marks * len(names) <= _MOST_REPEATED
        and sum(opened[name] for name in _ROOTS) <= _MOST_ROOTS
    )


class _Balance:
    """How deep the tags of a page nest, and how much its formatting would repeat.

    `fine_tags` is the number of tags before nesting goes beyond its limit.
    """

    def __init__(self, names: list[str], *, step: int) -> None:
        self._open: Counter[str] = Counter()
        self._seen: Counter[str] = Counter()
        self.repeats = False
        self.fine_tags = len(names)
        for start in range(0, len(names), step):
            self._add(names[start : start + step])
            self.repeats = self.repeats or self._marks() * len(names) > _MOST_REPEATED
            if self._is_too_deep():
                self.fine_tags = start
                return

    def _add(self, names: list[str]) -> None:
        for name, count in Counter(names).items():
            lower = name.lower()
            if lower[0] == "/":
                self._open[lower[1:]] -= count
            else:
                self._open[lower] += count
                self._seen[lower] += count

    def _hidden(self) -> int:
        return sum(self._seen[name] for name in _BARRIERS)

    def _marks(self) -> int:
        unclosed = sum(max(0, self._open[name]) for name in _FORMATTING)
        ever = sum(self._seen[name] for name in _FORMATTING)
        return unclosed + min(self._hidden(), ever)

    def _is_too_deep(self) -> bool:
        nests = self._open.keys() - _FLAT - _FORMATTING
        depth = sum(max(0, self._open[name]) for name in nests)
        roots = sum(self._seen[name] for name in _ROOTS)
        return depth + self._hidden() > _DEEPEST or roots > _MOST_ROOTS


def _before_too_many_attributes(markup: str) -> str:
    """Cut at the first tag that has more attributes than any honest one."""
    for start in _long_tags(markup):
        if _attributes(markup, start + 1) > _MOST_ATTRIBUTES:
            return markup[:start]
    if markup.count("<") <= _MOST_SIGNS:
        return markup
    values = list(islice(_TAG_IN_VALUE.finditer(markup), _MOST_ATTRIBUTES + 1))
    return markup[: values[0].start()] if len(values) > _MOST_ATTRIBUTES else markup


def _long_tags(markup: str) -> Iterator[int]:
    """Yield where tags begin after which no other does for long; not scripts."""
    at = 0
    while at < len(markup):
        if markup.find("<", at, at + _LONG_CHARS) < 0:
            start = markup.rfind("<", 0, at)
            name = markup[start + 1 : start + 10].lstrip("/").lower()
            if start >= 0 and name[:1].isalpha() and not name.startswith(_RAW_TEXT):
                yield start
            following = markup.find("<", at)
            at = following if following >= 0 else len(markup)
        at += _LONG_CHARS


def _attributes(markup: str, start: int) -> int:
    """Count the attributes of the tag that starts here, as far as it matters."""
    position = start
    for count in range(_MOST_ATTRIBUTES + 2):
        # Matched here, not looked for: that begins anew at every space of a long run.
        attribute = _ATTRIBUTE.match(markup, position)
        if attribute is None:
            return count
        position = attribute.end()
    return _MOST_ATTRIBUTES + 1
