"""Hands, faces, and people in a row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relay.demo.art.shapes import closed, mix, placed, smooth

if TYPE_CHECKING:
    from relay.demo.art.canvas import Canvas
    from relay.demo.art.pens import Pen
    from relay.demo.art.shapes import Colour, Point
    from relay.demo.art.sketch import Sketch

WHITE = (255, 255, 255)
WARM = (255, 214, 140)


DARK = (30, 24, 46)


def hands(c: Canvas, s: Sketch) -> None:
    """Draw `n` hands; `mode` ring, raised or tree."""
    {"ring": _ring_of_hands, "raised": _raised, "tree": _hand_tree}[s.mode](c, s)


def _hand(
    c: Canvas, x: float, y: float, r: float, turn: float, tone: Colour, alpha: int = 255
) -> None:
    fingers = [
        (-0.42, -0.95, 0.19),
        (-0.13, -1.22, 0.2),
        (0.17, -1.18, 0.2),
        (0.44, -0.88, 0.18),
    ]
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))

    def at(a: float, b: float) -> Point:
        return x + r * (a * cos - b * sin), y + r * (a * sin + b * cos)

    palm = closed(
        [
            at(-0.5, -0.3),
            at(0, -0.42),
            at(0.52, -0.28),
            at(0.5, 0.3),
            at(0.28, 0.62),
            at(-0.3, 0.62),
            at(-0.52, 0.2),
        ],
        steps=6,
    )

    def shape(pen: Pen) -> None:
        pen.polygon(palm)
        for fx, fy, wide in fingers:
            pen.stroke([at(fx * 0.82, -0.2), at(fx, fy)], r * wide)
        thumb = smooth([at(0.3, 0.3), at(0.66, 0.05), at(0.92, -0.3)], steps=6)
        pen.stroke(thumb, r * 0.21)

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
            x = (
                c.width
                * (i + 0.5 + 0.25 * (row - 0.5) + c.rng.uniform(-0.12, 0.12))
                / s.n
            )
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
    c.taper(
        smooth([(x, ground), (x - 8, c.height * 0.7), (x, c.height * 0.42)]),
        unit * 0.085,
        unit * 0.03,
        p.ink,
    )
    for i in range(s.n):
        turn = -100 + 200 * i / (s.n - 1)
        reach = unit * (0.27 + 0.12 * (i % 3))
        a = math.radians(turn - 90)
        fork = (x, c.height * (0.5 + 0.06 * (i % 3)))
        tip = (fork[0] + reach * math.cos(a), fork[1] + reach * math.sin(a) * 1.02)
        c.taper(
            smooth(
                [
                    fork,
                    (
                        (fork[0] + tip[0]) / 2,
                        fork[1] - reach * 0.16 + (tip[1] - fork[1]) * 0.4,
                    ),
                    tip,
                ]
            ),
            unit * 0.02,
            unit * 0.008,
            p.ink,
        )
    for i in range(s.n):
        turn = -100 + 200 * i / (s.n - 1)
        reach = unit * (0.29 + 0.12 * (i % 3))
        a = math.radians(turn - 90)
        y = c.height * (0.5 + 0.06 * (i % 3))
        _hand(
            c,
            x + reach * math.cos(a),
            y + reach * math.sin(a),
            unit * 0.062,
            turn,
            p.hues[i % 5],
        )


# Half a head seen from the side, from the crown to the chest; looks to the right.
_PROFILE = [
    (-0.1, -1.0), (0.2, -0.97), (0.42, -0.82), (0.5, -0.6), (0.5, -0.46),
    (0.56, -0.34), (0.7, -0.12), (0.67, -0.06), (0.55, -0.05), (0.57, 0.03),
    (0.63, 0.08), (0.59, 0.13), (0.61, 0.19), (0.54, 0.24), (0.55, 0.34), (0.48, 0.45),
    (0.28, 0.47), (0.12, 0.5), (0.08, 0.66), (0.16, 0.86), (0.44, 1.02), (0.6, 1.3),
]  # fmt: skip


_BACK = [
    (-0.95, 1.3),
    (-0.8, 1.02),
    (-0.5, 0.84),
    (-0.42, 0.5),
    (-0.62, 0.2),
    (-0.74, -0.3),
    (-0.56, -0.8),
]


def faces(c: Canvas, s: Sketch) -> None:
    """Draw `n` profiles; `mode` row, pair or crowd."""
    p = s.colours
    c.gradient(p.high, p.low)
    if s.mode == "pair":
        r = min(c.width * 0.33, c.height * 0.44)
        c.glow(c.width / 2, c.height * 0.4, r, p.hues[3], 170)
        for flip in (False, True):
            x = c.width * (0.77 if flip else 0.23)
            _head(c, x, c.height * 0.5, r, p.hues[1 if flip else 0], flip=flip, s=s)
        return
    for i in range(s.n):
        t = i / max(1, s.n - 1)
        r = c.height * (0.36 if s.mode == "row" else 0.26 + 0.1 * t)
        x = (
            c.width * (0.06 + 0.8 * t)
            if s.mode == "row"
            else c.width * ((0.2 + i * 0.618) % 1)
        )
        y = (
            c.height * (0.56 + 0.05 * (i % 2))
            if s.mode == "row"
            else c.height * (0.4 + 0.35 * t)
        )
        _head(
            c,
            x,
            y,
            r,
            p.hues[i % 5],
            flip=s.mode == "crowd" and i % 2 == 1,
            s=s,
            hair=i,
        )


def _head(
    c: Canvas,
    x: float,
    y: float,
    r: float,
    tone: Colour,
    *,
    flip: bool,
    s: Sketch,
    hair: int = -1,
) -> None:
    p = s.colours
    outline = [*smooth(_PROFILE, steps=5), *smooth(_BACK, steps=6)]
    shape = placed(outline, x, y, scale=r, flip=flip)
    c.polygon(shape, tone)
    foot = [(0.6, 1.28), (0.7, 4), (-1.1, 4), (-0.95, 1.28)]
    c.polygon(placed(foot, x, y, scale=r, flip=flip), tone)
    dark = mix(tone, p.ink, 0.55)
    if hair >= 0:
        tops = [
            (0.36, -0.86),
            (0.2, -0.62),
            (-0.1, -0.56),
            (-0.16, -0.1),
            (-0.34, 0.1),
            (-0.5, 0.3),
        ]
        backs = [(-0.84, -0.2), (-0.66, -0.92), (-0.1, -1.12)]
        if hair % 3 == 1:
            tops[-1], backs[0] = (-0.4, 0.9), (-0.92, 0.5)
        cap = closed(placed([*tops, *backs], x, y, scale=r, flip=flip), steps=6)
        # Every fourth has grey hair.
        shade = mix(WHITE, dark, 0.25) if hair % 4 == 2 else dark  # noqa: PLR2004 - as said
        c.polygon(cap, shade)
        if hair % 3 == 2:  # noqa: PLR2004 - every third wears a bun
            bun = placed([(-0.72, -0.62)], x, y, scale=r, flip=flip)[0]
            c.disc(*bun, r * 0.24, shade)
    eye = placed(
        smooth([(0.26, -0.36), (0.36, -0.32), (0.46, -0.37)], steps=5),
        x,
        y,
        scale=r,
        flip=flip,
    )
    c.stroke(eye, r * 0.022, dark)
    mouth = placed([(0.42, 0.12), (0.56, 0.13)], x, y, scale=r, flip=flip)
    c.stroke(mouth, r * 0.018, dark)
    if hair >= 0 and hair % 4 == 3:  # noqa: PLR2004 - every fourth has a hearing aid
        ear = placed([(-0.08, -0.2)], x, y, scale=r, flip=flip)[0]
        c.ring(*ear, r * 0.1, r * 0.035, p.paper)


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
            _doll(
                c,
                x + unit * 0.23 * math.cos(a),
                y + unit * 0.23 * math.sin(a),
                unit * 0.23,
                turn,
                p.hues[i % 5],
                i,
            )
        return
    for row in range(2):
        y = c.height * (0.58 + 0.36 * row)
        for i in range(s.n):
            x = c.width * (i + 0.5) / s.n
            h = min(c.width / s.n * 1.5, c.height * 0.4)
            tone = mix(p.hues[(i + row) % 5], p.low, 0.5 * (1 - row))
            _doll(c, x, y, h * (0.8 + 0.2 * row), 0, tone, i + row)


def _doll(
    c: Canvas, x: float, y: float, h: float, turn: float, tone: Colour, who: int
) -> None:
    kind = who % 4

    def at(points: list[Point]) -> list[Point]:
        return placed(points, x, y, scale=h, turn=turn)

    tall = (1.0, 0.86, 0.94, 0.72)[kind]
    arms = [
        (-0.36, -tall * 0.5),
        (-0.12, -tall * 0.68),
        (0.12, -tall * 0.68),
        (0.36, -tall * 0.5),
    ]
    parts: list[list[Point]] = [
        [
            (-0.1, -tall * 0.74),
            (0.1, -tall * 0.74),
            (0.15, -tall * 0.36),
            (-0.15, -tall * 0.36),
        ]
    ]
    if kind in {1, 3}:
        parts.append(
            [
                (-0.1, -tall * 0.5),
                (0.1, -tall * 0.5),
                (0.24, -tall * 0.16),
                (-0.24, -tall * 0.16),
            ]
        )

    def shape(pen: Pen) -> None:
        head = at([(0, -tall * 0.87)])[0]
        pen.disc(*head, h * 0.105)
        pen.stroke(at(arms), h * 0.075)
        for part in parts:
            pen.polygon(at(part))
        if kind == 2:  # noqa: PLR2004 - sits
            pen.stroke(at([(0, -0.36), (0.2, -0.34), (0.24, -0.06)]), h * 0.085)
        else:
            for way in (-1, 1):
                pen.stroke(
                    at([(way * 0.07, -tall * 0.4), (way * 0.08, -0.03)]), h * 0.085
                )

    c.shadow(shape, shift=(5, 7), blur=6, alpha=70)
    c.through(shape, tone)
    if kind == 2:  # noqa: PLR2004 - sits
        hub = at([(-0.02, -0.17)])[0]
        c.ring(*hub, h * 0.17, h * 0.028, mix(tone, DARK, 0.6))
        c.stroke(
            at([(-0.17, -0.62), (-0.14, -0.32), (0.1, -0.3)]),
            h * 0.028,
            mix(tone, DARK, 0.6),
        )
    if kind == 0 and who % 8 == 0:
        c.stroke(at([(0.3, -tall * 0.5), (0.34, 0)]), h * 0.024, mix(tone, DARK, 0.6))
