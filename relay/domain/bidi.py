"""The order in which letters stand on lines that hold both directions of writing.

The Unicode Bidirectional Algorithm (UAX #9, revision 50) for a paragraph, without its
explicit controls: those are taken out of strangers' words before they come here. A
browser does all this by itself; this is for the pictures that we draw.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Brackets that belong together (BidiBrackets.txt, the pairs that people type).
_PAIRS = "()[]{}⁅⁆⁽⁾₍₎〈〉《》「」『』【】〔〕〖〗〘〙〚〛⟨⟩⟪⟫（）［］｛｝｟｠｢｣"
_CLOSES = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
_OPENS = {closing: opening for opening, closing in _CLOSES.items()}
_OPEN_AT_MOST = 63  # brackets, as BD16 says

_STRONG = {"L": "L", "R": "R", "EN": "R", "AN": "R"}  # what numbers count as in N1
_NEUTRAL = frozenset({"B", "S", "WS", "ON"})
_TURNED = _PAIRS + "<>«»‹›≤≥"
_MIRRORED = str.maketrans(
    _TURNED, "".join(_TURNED[at ^ 1] for at in range(len(_TURNED)))
)


@dataclass(frozen=True)
class Run:
    """A piece of a line that is read in one direction."""

    text: str
    rtl: bool


def order_lines(lines: Sequence[str], *, rtl: bool) -> list[list[Run]]:
    """Return the runs of each line of a paragraph as they stand from left to right.

    `rtl` is the paragraph's own direction. The letters of each run stay in the order
    in which they are read.
    """
    base = int(rtl)
    levels = _levels("".join(lines), base)
    ordered, at = [], 0
    for line in lines:
        own = levels[at : at + len(line)]
        at += len(line)
        _reset_end(line, own, base)
        ordered.append(_order(line, own))
    return ordered


def mirror(text: str) -> str:
    """Return a right-to-left run as it stands from left to right, glyph by glyph.

    For who draws glyphs one after the other; marks stay behind their letters.
    """
    clusters: list[str] = []
    for each in text:
        if clusters and unicodedata.combining(each):
            clusters[-1] += each
        else:
            clusters.append(each)
    return "".join(reversed(clusters)).translate(_MIRRORED)


def is_rtl(text: str, *, otherwise: bool) -> bool:
    """Tell whether a text's first letter is written from right to left (P2, P3)."""
    for each in text:
        kind = unicodedata.bidirectional(each)
        if kind in {"L", "R", "AL"}:
            return kind != "L"
    return otherwise


def _order(line: str, levels: list[int]) -> list[Run]:
    """Return a line's runs in the order in which they are seen (L2)."""
    runs, at = [], 0
    for level, group in groupby(levels):
        size = sum(1 for _ in group)
        runs.append((level, line[at : at + size]))
        at += size
    for floor in range(max(levels, default=0), 0, -1):
        runs = _turn(runs, floor)
    return [Run(text, rtl=bool(level % 2)) for level, text in runs]


def _reset_end(line: str, levels: list[int], base: int) -> None:
    """Let the spaces at a line's end go the paragraph's way (L1)."""
    for at in range(len(line) - 1, -1, -1):
        if unicodedata.bidirectional(line[at]) not in {"WS", "S", "B", "BN"}:
            break
        levels[at] = base


def _turn(runs: list[tuple[int, str]], floor: int) -> list[tuple[int, str]]:
    turned: list[tuple[int, str]] = []
    for high, group in groupby(runs, key=lambda run: run[0] >= floor):
        together = list(group)
        turned += reversed(together) if high else together
    return turned


def _levels(text: str, base: int) -> list[int]:
    """Return the embedding level of each character of a paragraph."""
    start = "R" if base else "L"
    kinds = _weak([unicodedata.bidirectional(each) or "L" for each in text], start)
    _pair_brackets(text, kinds, start)
    _neutral(kinds, start)
    return [_level(kind, base) for kind in kinds]


def _level(kind: str, base: int) -> int:
    """Return the level of a resolved kind (I1, I2)."""
    if base:
        return 1 if kind == "R" else 2
    return {"L": 0, "R": 1}.get(kind, 2)


def _weak(kinds: list[str], start: str) -> list[str]:
    """Resolve marks, numbers and what stands among numbers (W1 to W7)."""
    before = strong = start
    for at, kind in enumerate(kinds):
        resolved = before if kind in {"NSM", "BN"} else kind  # W1
        before = resolved
        if resolved in {"L", "R", "AL"}:
            strong = resolved
        elif resolved == "EN" and strong == "AL":  # W2
            resolved = "AN"
        kinds[at] = resolved
    kinds = ["R" if kind == "AL" else kind for kind in kinds]  # W3
    _separators(kinds)
    _terminators(kinds)
    strong = start
    for at, kind in enumerate(kinds):
        if kind in {"ES", "ET", "CS"}:
            kinds[at] = "ON"  # W6
        elif kind in {"L", "R"}:
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[at] = "L"  # W7
    return kinds


def _separators(kinds: list[str]) -> None:
    """Let one separator between two numbers of a kind be part of them (W4)."""
    for at in range(1, len(kinds) - 1):
        before, after = kinds[at - 1], kinds[at + 1]
        joins = (kinds[at] in {"ES", "CS"} and before == "EN") or (
            kinds[at] == "CS" and before == "AN"
        )
        if joins and before == after:
            kinds[at] = before


def _terminators(kinds: list[str]) -> None:
    """Let signs of currency and percent beside a number be part of it (W5)."""
    at = 0
    while at < len(kinds):
        end = at
        while end < len(kinds) and kinds[end] == "ET":
            end += 1
        if end > at:
            beside = kinds[at - 1 : at] + kinds[end : end + 1]
            if "EN" in beside:
                kinds[at:end] = ["EN"] * (end - at)
        at = max(end, at + 1)


def _pair_brackets(line: str, kinds: list[str], start: str) -> None:
    """Give both brackets of a pair one direction (N0)."""
    for opening, closing in _find_pairs(line, kinds):
        inside = {_STRONG.get(kind) for kind in kinds[opening + 1 : closing]}
        other = "L" if start == "R" else "R"
        if start in inside:
            side = start
        elif other in inside:
            around = next(
                (
                    _STRONG[kind]
                    for kind in reversed(kinds[:opening])
                    if kind in _STRONG
                ),
                start,
            )
            side = other if around == other else start
        else:
            continue
        kinds[opening] = kinds[closing] = side


def _find_pairs(line: str, kinds: list[str]) -> list[tuple[int, int]]:
    """Return where brackets of a pair stand, in the order in which they open (BD16)."""
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    for at, each in enumerate(line):
        if kinds[at] != "ON":
            continue
        if each in _CLOSES:
            if len(opened) == _OPEN_AT_MOST:
                return []
            opened.append(at)
        elif each in _OPENS:
            found = [i for i, o in enumerate(opened) if line[o] == _OPENS[each]]
            if found:
                pairs.append((opened[found[-1]], at))
                del opened[found[-1] :]
    return sorted(pairs)


def _neutral(kinds: list[str], start: str) -> None:
    """Let spaces and signs go the way of what stands around them (N1, N2)."""
    at = 0
    before = start
    while at < len(kinds):
        if kinds[at] not in _NEUTRAL:
            before = _STRONG[kinds[at]]
            at += 1
            continue
        end = at
        while end < len(kinds) and kinds[end] in _NEUTRAL:
            end += 1
        after = _STRONG[kinds[end]] if end < len(kinds) else start
        kinds[at:end] = [before if before == after else start] * (end - at)
        at = end
