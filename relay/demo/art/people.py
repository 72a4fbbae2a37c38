"""Hands, faces, children's drawings, people in a row, and a table for all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relay.demo.art.canvas import Canvas, Colour, Point, arc, closed, mix, placed, smooth

if TYPE_CHECKING:
    from relay.demo.art.sketch import Sketch

WHITE = (255, 255, 255)
DARK = (30, 24, 46)


def hands(c: Canvas, s: Sketch) -> None:
    """Draw `n` hands; `mode` ring, raised or tree."""
    {"ring": _ring_of_hands, "raised": _raised, "tree": _hand_tree}[s.mode](c, s)


def _hand(  # noqa: PLR0913, PLR0917 - where, how large, how turned
    c: Canvas, x: float, y: float, r: float, turn: float, tone: Colour, alpha: int = 255
) -> None:
    fingers = [(-0.42, -0.95, 0.19), (-0.13, -1.22, 0.2), (0.17, -1.18, 0.2), (0.44, -0.88, 0.18)]
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))

    def at(a: float, b: float) -> Point:
        return x + r * (a * cos - b * sin), y + r * (a * sin + b * cos)

    palm = closed(
        [at(-0.5, -0.3), at(0, -0.42), at(0.52, -0.28), at(0.5, 0.3), at(0.28, 0.62), at(-0.3, 0.62), at(-0.52, 0.2)],
        steps=6,
    )

    def shape(pen: object) -> None:
        pen.polygon(palm)  # type: ignore[attr-defined]
        for fx, fy, wide in fingers:
            pen.stroke([at(fx * 0.82, -0.2), at(fx, fy)], r * wide)  # type: ignore[attr-defined]
        thumb = smooth([at(0.3, 0.3), at(0.66, 0.05), at(0.92, -0.3)], steps=6)
        pen.stroke(thumb, r * 0.21)  # type: ignore[attr-defined]

    c.through(shape, tone, alpha)


def _ring_of_hands(c: Canvas, s: Sketch) -> None:
    p = s.colours
    c.fill(p.paper)
    x, y, unit = c.width / 2, c.height / 2, min(c.width, c.height)
    spread = unit * (0.14 + 0.014 * s.n)
    r = unit * min(0.2, 1.15 / s.n)
    for i in range(s.n):
        turn = 360 * i / s.n
        a = math.radians(turn - 90)
        tone = p.hues[i % 6]
        _hand(c, x + spread * math.cos(a), y + spread * math.sin(a), r, turn, tone, 205)


def _raised(c: Canvas, s: Sketch) -> None:
    p = s.colours
    c.gradient(p.high, p.low)
    for row in range(2):
        for i in range(s.n):
            x = c.width * (i + 0.5 + 0.25 * (row - 0.5) + c.rng.uniform(-0.12, 0.12)) / s.n
            r = c.width / s.n * (0.36 + 0.06 * row)
            y = c.height * (0.42 + 0.26 * row) + c.rng.uniform(-0.1, 0.1) * c.height
            tone = mix(p.hues[(i + row * 2) % 5], p.low, 0.35 * (1 - row))
            sleeve = p.hues[(i + 3 + row) % 5]
            lean = c.rng.uniform(-14, 14)
            end = (x - r * math.sin(math.radians(lean)) * 2, c.height + r)
            c.stroke([(x, y + r * 0.4), end], r * 0.62, tone)
            cuff = (x + (end[0] - x) * 0.5, y + (end[1] - y) * 0.5)
            c.stroke([cuff, end], r * 0.86, mix(sleeve, p.low, 0.3 * (1 - row)))
            _hand(c, x, y, r, lean, tone)


def _hand_tree(c: Canvas, s: Sketch) -> None:
    p = s.colours
    c.gradient(p.high, p.low)
    x, unit = c.width / 2, min(c.width, c.height)
    ground = c.height * 0.93
    c.disc(x, ground, unit * 0.6, mix(p.hues[0], p.low, 0.6), ry=unit * 0.05)
    c.taper(smooth([(x, ground), (x - 8, c.height * 0.7), (x, c.height * 0.42)]), unit * 0.085, unit * 0.03, p.ink)
    for i in range(s.n):
        turn = -100 + 200 * i / (s.n - 1)
        reach = unit * (0.27 + 0.12 * (i % 3))
        a = math.radians(turn - 90)
        fork = (x, c.height * (0.5 + 0.06 * (i % 3)))
        tip = (fork[0] + reach * math.cos(a), fork[1] + reach * math.sin(a) * 1.02)
        c.taper(smooth([fork, ((fork[0] + tip[0]) / 2, fork[1] - reach * 0.16 + (tip[1] - fork[1]) * 0.4), tip]), unit * 0.02, unit * 0.008, p.ink)
    for i in range(s.n):
        turn = -100 + 200 * i / (s.n - 1)
        reach = unit * (0.29 + 0.12 * (i % 3))
        a = math.radians(turn - 90)
        y = c.height * (0.5 + 0.06 * (i % 3))
        _hand(c, x + reach * math.cos(a), y + reach * math.sin(a), unit * 0.062, turn, p.hues[i % 5])


# Half a head seen from the side, from the crown to the chest; looks to the right.
_PROFILE = [
    (-0.1, -1.0), (0.2, -0.97), (0.42, -0.82), (0.5, -0.6), (0.5, -0.46), (0.56, -0.34),
    (0.7, -0.12), (0.67, -0.06), (0.55, -0.05), (0.57, 0.03), (0.63, 0.08), (0.59, 0.13),
    (0.61, 0.19), (0.54, 0.24), (0.55, 0.34), (0.48, 0.45), (0.28, 0.47), (0.12, 0.5),
    (0.08, 0.66), (0.16, 0.86), (0.44, 1.02), (0.6, 1.3),
]  # fmt: skip
_BACK = [(-0.95, 1.3), (-0.8, 1.02), (-0.5, 0.84), (-0.42, 0.5), (-0.62, 0.2), (-0.74, -0.3), (-0.56, -0.8)]


def faces(c: Canvas, s: Sketch) -> None:
    """Draw `n` profiles; `mode` row, pair or crowd."""
    p = s.colours
    c.gradient(p.high, p.low)
    if s.mode == "pair":
        r = min(c.width * 0.36, c.height * 0.44)
        c.glow(c.width / 2, c.height * 0.4, r, p.hues[3], 170)
        for flip in (False, True):
            x = c.width * (0.74 if flip else 0.26)
            _head(c, x, c.height * 0.5, r, p.hues[1 if flip else 0], flip=flip, s=s)
        return
    for i in range(s.n):
        t = i / max(1, s.n - 1)
        r = c.height * (0.36 if s.mode == "row" else 0.26 + 0.1 * t)
        x = c.width * (0.06 + 0.8 * t) if s.mode == "row" else c.width * ((0.2 + i * 0.618) % 1)
        y = c.height * (0.56 + 0.05 * (i % 2)) if s.mode == "row" else c.height * (0.4 + 0.35 * t)
        _head(c, x, y, r, p.hues[i % 5], flip=s.mode == "crowd" and i % 2 == 1, s=s, hair=i)


def _head(  # noqa: PLR0913 - where, how large, which way
    c: Canvas, x: float, y: float, r: float, tone: Colour, *, flip: bool, s: Sketch, hair: int = -1
) -> None:
    p = s.colours
    outline = [*smooth(_PROFILE, steps=5), *smooth(_BACK, steps=6)]
    shape = placed(outline, x, y, scale=r, flip=flip)
    c.polygon(shape, tone)
    foot = [(0.6, 1.28), (0.7, 4), (-1.1, 4), (-0.95, 1.28)]
    c.polygon(placed(foot, x, y, scale=r, flip=flip), tone)
    dark = mix(tone, p.ink, 0.55)
    if hair >= 0:
        tops = [(0.36, -0.86), (0.2, -0.62), (-0.1, -0.56), (-0.16, -0.1), (-0.34, 0.1), (-0.5, 0.3)]
        backs = [(-0.84, -0.2), (-0.66, -0.92), (-0.1, -1.12)]
        if hair % 3 == 1:
            tops[-1], backs[0] = (-0.4, 0.9), (-0.92, 0.5)
        cap = closed(placed([*tops, *backs], x, y, scale=r, flip=flip), steps=6)
        c.polygon(cap, mix(WHITE, dark, 0.25) if hair % 4 == 2 else dark)  # noqa: PLR2004
        if hair % 3 == 2:  # noqa: PLR2004 - every third wears a bun
            c.disc(*placed([(-0.72, -0.62)], x, y, scale=r, flip=flip)[0], r * 0.24, mix(WHITE, dark, 0.25) if hair % 4 == 2 else dark)  # noqa: PLR2004
    eye = placed(smooth([(0.26, -0.36), (0.36, -0.32), (0.46, -0.37)], steps=5), x, y, scale=r, flip=flip)
    c.stroke(eye, r * 0.022, dark)
    mouth = placed([(0.42, 0.12), (0.56, 0.13)], x, y, scale=r, flip=flip)
    c.stroke(mouth, r * 0.018, dark)
    if hair >= 0 and hair % 4 == 3:  # noqa: PLR2004 - every fourth wears a hearing aid
        ear = placed([(-0.08, -0.2)], x, y, scale=r, flip=flip)[0]
        c.ring(*ear, r * 0.1, r * 0.035, p.paper)


def child(c: Canvas, s: Sketch) -> None:
    """Draw like a child, with crayons; `n` people, `mode` house, rainbow, bus, sea or cat."""
    p = s.colours
    c.fill(p.paper)
    ground = c.height * 0.82
    hues = p.hues
    _sun(c, c.width * 0.86, c.height * 0.17, min(c.width, c.height) * 0.085, hues[2])
    if s.mode == "rainbow":
        for k in range(6):
            _crayon(c, arc(c.width * 0.42, ground, c.width * (0.36 - 0.022 * k), 182, 358, ry=c.height * (0.68 - 0.04 * k)), 11, hues[k])
    if s.mode == "sea":
        for k in range(6):
            y = ground - 24 + k * (c.height - ground + 24) / 5
            _crayon(c, [(x * c.width / 24, y + 9 * (-1) ** x) for x in range(25)], 7, hues[4])
        _ship(c, c.width * 0.46, ground, min(c.width, c.height) * 0.34, hues)
    else:
        _crayon(c, [(c.width * i / 8, ground + c.rng.uniform(-6, 6)) for i in range(9)], 12, hues[3])
        for _ in range(26):
            x = c.rng.random() * c.width
            y = ground + c.rng.uniform(14, c.height - ground - 10)
            _crayon(c, [(x, y), (x + 4, y - 16)], 4, hues[3])
    if s.mode == "house":
        _house(c, c.width * 0.2, ground, min(c.width * 0.3, c.height * 0.4), hues)
    if s.mode == "bus":
        _bus(c, c.width * 0.34, ground, c.width * 0.5, hues, s.n)
        return
    if s.mode == "cat":
        _cat(c, c.width * 0.26, ground, c.height * 0.22, hues)
    first = 0.48 if s.mode in {"house", "cat"} else 0.2
    if s.mode != "sea":
        for i in range(s.n):
            x = c.width * (first + (0.94 - first) * (i + 0.4) / s.n)
            _figure(c, x, ground, c.height * (0.3 if i % 3 else 0.24), hues[(i * 2 + 1) % 6], i)


def _crayon(c: Canvas, points: list[Point], width: float, tone: Colour) -> None:
    for _ in range(3):
        wobble = width * 0.22
        line = [(x + c.rng.uniform(-wobble, wobble), y + c.rng.uniform(-wobble, wobble)) for x, y in points]
        c.stroke(line, width * 0.62, tone, 170)
    for x, y in points[:: max(1, len(points) // 12)]:
        for _ in range(3):
            c.disc(x + c.rng.uniform(-width, width) * 0.5, y + c.rng.uniform(-width, width) * 0.5, width * 0.1, WHITE, 120)


def _scribble(c: Canvas, x: float, y: float, w: float, h: float, tone: Colour) -> None:
    steps = max(4, int(w / 7))
    line = [(x + w * i / steps, y + (h if i % 2 else 0) + c.rng.uniform(-4, 4)) for i in range(steps + 1)]
    c.stroke(line, 6, tone, 130)


def _sun(c: Canvas, x: float, y: float, r: float, tone: Colour) -> None:
    for k in range(5):
        _crayon(c, arc(x, y, r * (0.2 + 0.2 * k), 0, 360), r * 0.2, tone)
    for k in range(11):
        a = math.radians(360 * k / 11)
        _crayon(c, [(x + r * 1.3 * math.cos(a), y + r * 1.3 * math.sin(a)), (x + r * 1.9 * math.cos(a), y + r * 1.9 * math.sin(a))], 8, tone)


def _house(c: Canvas, x: float, y: float, r: float, hues: tuple[Colour, ...]) -> None:
    h = r * 0.8
    _scribble(c, x - r / 2, y - h, r, h, mix(hues[1], WHITE, 0.55))
    _crayon(c, [(x - r / 2, y), (x - r / 2, y - h), (x + r / 2, y - h), (x + r / 2, y)], 9, hues[0])
    _crayon(c, [(x - r * 0.62, y - h), (x, y - h * 1.7), (x + r * 0.62, y - h)], 11, hues[5])
    _crayon(c, [(x - r * 0.1, y), (x - r * 0.1, y - h * 0.5), (x + r * 0.16, y - h * 0.5), (x + r * 0.16, y)], 7, hues[4])
    _crayon(c, [(x - r * 0.38, y - h * 0.8), (x - r * 0.16, y - h * 0.8), (x - r * 0.16, y - h * 0.52), (x - r * 0.38, y - h * 0.52), (x - r * 0.38, y - h * 0.8)], 6, hues[4])
    _crayon(c, [(x + r * 0.16, y), (x + r * 0.62, y + r * 0.08), (x + r * 0.16, y + r * 0.08)], 6, hues[3])


def _figure(c: Canvas, x: float, y: float, h: float, tone: Colour, i: int) -> None:
    r, sits = h * 0.16, i % 4 == 2  # noqa: PLR2004 - every fourth sits in a wheelchair
    _crayon(c, arc(x, y - h, r, 0, 360), 6, tone)
    c.disc(x - r * 0.35, y - h - r * 0.1, 3.4, DARK)
    c.disc(x + r * 0.35, y - h - r * 0.1, 3.4, DARK)
    _crayon(c, arc(x, y - h + r * 0.1, r * 0.5, 20, 160), 3.6, DARK)
    hip = y - h * 0.36
    _crayon(c, [(x, y - h + r), (x, hip)], 8, tone)
    _crayon(c, [(x - h * 0.28, y - h * 0.72), (x, y - h * 0.66), (x + h * 0.28, y - h * 0.76)], 7, tone)
    if sits:
        _crayon(c, [(x, hip), (x + h * 0.24, hip), (x + h * 0.26, y - 8)], 7, tone)
        _crayon(c, arc(x, y - h * 0.2, h * 0.2, 0, 360), 6, DARK)
        _crayon(c, [(x - h * 0.18, y - h * 0.66), (x - h * 0.16, hip)], 5, DARK)
        return
    _crayon(c, [(x - h * 0.14, y - 4), (x, hip), (x + h * 0.14, y - 4)], 7, tone)
    if i % 4 == 1:
        _crayon(c, [(x + h * 0.28, y - h * 0.76), (x + h * 0.4, y - 2)], 5, DARK)
    if i % 4 == 3:  # noqa: PLR2004 - every fourth wears a skirt
        _scribble(c, x - h * 0.16, y - h * 0.5, h * 0.32, h * 0.22, tone)


def _bus(c: Canvas, x: float, y: float, w: float, hues: tuple[Colour, ...], n: int) -> None:  # noqa: PLR0913, PLR0917 - as _house, with its riders
    h = w * 0.42
    left = x - w / 2
    _scribble(c, left, y - h, w, h * 0.86, mix(hues[2], WHITE, 0.25))
    _crayon(c, [(left, y - h * 0.14), (left, y - h), (left + w, y - h), (left + w, y - h * 0.14), (left, y - h * 0.14)], 10, hues[0])
    for i in range(n):
        cx = left + w * (i + 0.5) / n
        half = w / n * 0.32
        top, low = y - h * 0.86, y - h * 0.48
        c.polygon([(cx - half, top), (cx + half, top), (cx + half, low), (cx - half, low)], WHITE)
        _crayon(c, [(cx - half, top), (cx + half, top), (cx + half, low), (cx - half, low), (cx - half, top)], 6, hues[4])
        _crayon(c, arc(cx, low - half * 0.6, half * 0.5, 0, 360), 5, hues[(i + 5) % 6])
        c.disc(cx - half * 0.18, low - half * 0.65, 3, DARK)
        c.disc(cx + half * 0.18, low - half * 0.65, 3, DARK)
        _crayon(c, arc(cx, low - half * 0.55, half * 0.24, 20, 160), 3, DARK)
    for k in (0.22, 0.78):
        c.disc(left + w * k, y - h * 0.1, h * 0.17, WHITE)
        _crayon(c, arc(left + w * k, y - h * 0.1, h * 0.16, 0, 360), 10, DARK)
    _crayon(c, [(left + w, y - h * 0.14), (left + w * 1.22, y)], 9, hues[3])
    _figure(c, left + w * 1.4, y, h * 0.78, hues[5], 2)


def _cat(c: Canvas, x: float, y: float, r: float, hues: tuple[Colour, ...]) -> None:
    for k in range(4):
        _crayon(c, arc(x, y - r * 0.6, r * (0.14 + 0.14 * k), 0, 360), r * 0.14, hues[1])
    _crayon(c, arc(x, y - r * 1.5, r * 0.42, 0, 360), 9, hues[1])
    for way in (-1, 1):
        _crayon(c, [(x + way * r * 0.38, y - r * 1.66), (x + way * r * 0.36, y - r * 2.1), (x + way * r * 0.1, y - r * 1.9)], 8, hues[1])
        c.disc(x + way * r * 0.16, y - r * 1.56, 5, DARK)
        for k in (-1, 0, 1):
            _crayon(c, [(x + way * r * 0.14, y - r * 1.38), (x + way * r * 0.7, y - r * (1.38 + 0.1 * k))], 3, DARK)
    _crayon(c, arc(x, y - r * 1.42, r * 0.12, 10, 170), 4, DARK)
    _crayon(c, smooth([(x - r * 0.5, y - r * 0.3), (x - r * 1.0, y - r * 0.5), (x - r * 0.9, y - r * 1.2)]), 10, hues[1])


def _ship(c: Canvas, x: float, y: float, r: float, hues: tuple[Colour, ...]) -> None:
    _crayon(c, [(x - r, y - r * 0.4), (x - r * 0.66, y), (x + r * 0.66, y), (x + r, y - r * 0.4), (x - r, y - r * 0.4)], 11, hues[0])
    _scribble(c, x - r * 0.7, y - r * 0.36, r * 1.4, r * 0.32, mix(hues[1], WHITE, 0.2))
    _crayon(c, [(x, y - r * 0.4), (x, y - r * 1.7)], 9, DARK)
    _crayon(c, [(x + 8, y - r * 1.66), (x + r * 0.8, y - r * 0.7), (x + 8, y - r * 0.62), (x + 8, y - r * 1.66)], 8, hues[5])
    _crayon(c, [(x - 8, y - r * 1.5), (x - r * 0.6, y - r * 0.7), (x - 8, y - r * 0.62), (x - 8, y - r * 1.5)], 8, hues[3])


def dolls(c: Canvas, s: Sketch) -> None:
    """Draw `n` people of paper hand in hand; `mode` row or circle."""
    p = s.colours
    c.gradient(p.high, p.low)
    if s.mode == "circle":
        x, y, unit = c.width / 2, c.height / 2, min(c.width, c.height)
        c.ring(x, y, unit * 0.19, unit * 0.012, p.hues[3])
        c.disc(x, y, unit * 0.1, p.hues[3])
        for i in range(s.n):
            turn = 360 * i / s.n
            a = math.radians(turn - 90)
            _doll(c, x + unit * 0.23 * math.cos(a), y + unit * 0.23 * math.sin(a), unit * 0.23, turn, p.hues[i % 5], i)
        return
    for row in range(2):
        y = c.height * (0.58 + 0.36 * row)
        for i in range(s.n):
            x = c.width * (i + 0.5) / s.n
            h = min(c.width / s.n * 1.5, c.height * 0.4)
            tone = mix(p.hues[(i + row) % 5], p.low, 0.5 * (1 - row))
            _doll(c, x, y, h * (0.8 + 0.2 * row), 0, tone, i + row)


def _doll(  # noqa: PLR0913, PLR0917 - where, how tall, how turned, who
    c: Canvas, x: float, y: float, h: float, turn: float, tone: Colour, who: int
) -> None:
    kind = who % 4

    def at(points: list[Point]) -> list[Point]:
        return placed(points, x, y, scale=h, turn=turn)

    tall = (1.0, 0.86, 0.94, 0.72)[kind]
    arms = [(-0.36, -tall * 0.5), (-0.12, -tall * 0.68), (0.12, -tall * 0.68), (0.36, -tall * 0.5)]
    parts: list[list[Point]] = [
        [(-0.1, -tall * 0.74), (0.1, -tall * 0.74), (0.15, -tall * 0.36), (-0.15, -tall * 0.36)]
    ]
    if kind in {1, 3}:
        parts.append([(-0.1, -tall * 0.5), (0.1, -tall * 0.5), (0.24, -tall * 0.16), (-0.24, -tall * 0.16)])

    def shape(pen: object) -> None:
        head = at([(0, -tall * 0.87)])[0]
        pen.disc(*head, h * 0.105)  # type: ignore[attr-defined]
        pen.stroke(at(arms), h * 0.075)  # type: ignore[attr-defined]
        for part in parts:
            pen.polygon(at(part))  # type: ignore[attr-defined]
        if kind == 2:  # noqa: PLR2004 - sits
            pen.stroke(at([(0, -0.36), (0.2, -0.34), (0.24, -0.06)]), h * 0.085)  # type: ignore[attr-defined]
        else:
            for way in (-1, 1):
                pen.stroke(at([(way * 0.07, -tall * 0.4), (way * 0.08, -0.03)]), h * 0.085)  # type: ignore[attr-defined]

    c.shadow(shape, shift=(5, 7), blur=6, alpha=70)
    c.through(shape, tone)
    if kind == 2:  # noqa: PLR2004 - sits
        hub = at([(-0.02, -0.17)])[0]
        c.ring(*hub, h * 0.17, h * 0.028, mix(tone, DARK, 0.6))
        c.stroke(at([(-0.17, -0.62), (-0.14, -0.32), (0.1, -0.3)]), h * 0.028, mix(tone, DARK, 0.6))
    if kind == 0 and who % 8 == 0:
        c.stroke(at([(0.3, -tall * 0.5), (0.34, 0)]), h * 0.024, mix(tone, DARK, 0.6))


def table(c: Canvas, s: Sketch) -> None:
    """Draw a table from above, laid for `n`; `mode` round or long."""
    p = s.colours
    c.gradient(mix(p.low, p.ink, 0.1), mix(p.low, p.ink, 0.24))
    x, y = c.width / 2, c.height / 2
    if s.mode == "round":
        r = min(c.width, c.height) * 0.4
        c.shadow(lambda pen: pen.disc(x, y, r), shift=(10, 16), blur=18, alpha=120)
        c.disc(x, y, r, mix(p.hues[5], p.paper, 0.55))
        c.ring(x, y, r * 0.97, 4, p.hues[0])
        seats = [(x + r * 0.73 * math.cos(2 * math.pi * k / s.n), y + r * 0.73 * math.sin(2 * math.pi * k / s.n)) for k in range(s.n)]
        size = r * min(0.16, 1.6 / s.n)
    else:
        w, h = c.width * 0.86, c.height * 0.52
        c.shadow(lambda pen: pen.round_rect(x - w / 2, y - h / 2, w, h, 18), shift=(10, 16), blur=18, alpha=120)
        c.round_rect(x - w / 2, y - h / 2, w, h, 18, mix(p.hues[5], p.paper, 0.55))
        for k in range(9):
            c.rect(x - w / 2 + w * (k + 0.4) / 9, y - h * 0.1, w / 18, h * 0.2, p.hues[0], 60)
        half = math.ceil(s.n / 2)
        seats = [(x - w / 2 + w * (k % half + 0.5) / half, y + h * (0.32 if k < half else -0.32)) for k in range(s.n)]
        size = min(w / half * 0.3, h * 0.15)
    for k, (sx, sy) in enumerate(seats):
        _plate(c, sx, sy, size, p.hues[k % 5], p.paper, s)
    for k in range(5):
        a = 2 * math.pi * k / 5 + 0.5
        reach = (min(c.width, c.height) * 0.15, min(c.width, c.height) * 0.15)
        if s.mode != "round":
            a, reach = 0, (c.width * (0.16 * k - 0.32), 0)
        _dish(c, x + reach[0] * math.cos(a), y + reach[1] * math.sin(a), size * 0.8, p.hues[(k + 1) % 5], p.paper)


def _plate(c: Canvas, x: float, y: float, r: float, tone: Colour, paper: Colour, s: Sketch) -> None:  # noqa: PLR0913, PLR0917 - as _dish
    c.shadow(lambda pen: pen.disc(x, y, r), shift=(3, 6), blur=7, alpha=90)
    c.disc(x, y, r, paper)
    c.ring(x, y, r * 0.92, r * 0.06, tone)
    c.disc(x, y, r * 0.62, mix(paper, tone, 0.12))
    for k in range(5):
        a = math.radians(72 * k + s.seed * 31)
        c.disc(x + r * 0.28 * math.cos(a), y + r * 0.28 * math.sin(a), r * 0.16, mix(tone, paper, 0.12 * k))
    c.stroke([(x + r * 1.16, y - r * 0.7), (x + r * 1.16, y + r * 0.7)], r * 0.06, mix(tone, DARK, 0.4))
    c.stroke([(x + r * 1.3, y - r * 0.7), (x + r * 1.3, y + r * 0.7)], r * 0.06, mix(tone, DARK, 0.4))


def _dish(c: Canvas, x: float, y: float, r: float, tone: Colour, paper: Colour) -> None:  # noqa: PLR0913, PLR0917 - where, how large, two colours
    c.shadow(lambda pen: pen.disc(x, y, r), shift=(3, 7), blur=7, alpha=110)
    c.disc(x, y, r, mix(tone, DARK, 0.2))
    c.disc(x, y, r * 0.84, mix(tone, paper, 0.45))
    for _ in range(12):
        a, d = c.rng.uniform(0, 6.28), r * 0.6 * c.rng.random() ** 0.5
        c.disc(x + d * math.cos(a), y + d * math.sin(a), r * 0.13, mix(tone, paper, c.rng.random() * 0.7))
