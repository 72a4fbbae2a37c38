"""Drawings as children make them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relay.demo.art.shapes import arc, mix, smooth

if TYPE_CHECKING:
    from relay.demo.art.canvas import Canvas
    from relay.demo.art.shapes import Colour, Point
    from relay.demo.art.sketch import Sketch

WHITE = (255, 255, 255)
WARM = (255, 214, 140)


DARK = (30, 24, 46)


def child(c: Canvas, s: Sketch) -> None:
    """Draw with crayons; `n` people, `mode` house, rainbow, bus, sea or cat."""
    hues = s.colours.hues
    c.fill(s.colours.paper)
    ground = c.height * 0.82
    unit = min(c.width, c.height)
    _sun(c, c.width * 0.86, c.height * 0.17, unit * 0.085, hues[2])
    if s.mode == "sea":
        _sea(c, ground, hues[4])
        _ship(c, c.width * 0.46, ground, unit * 0.34, hues)
        return
    if s.mode == "rainbow":
        _bow(c, ground, hues)
    _lawn(c, ground, hues[3])
    if s.mode == "bus":
        _bus(c, c.width * 0.34, ground, c.width * 0.5, hues, s.n)
        return
    first = 0.2
    if s.mode == "house":
        _house(c, c.width * 0.2, ground, min(c.width * 0.3, c.height * 0.4), hues)
        first = 0.48
    if s.mode == "cat":
        _cat(c, c.width * 0.26, ground, c.height * 0.22, hues)
        first = 0.48
    for i in range(s.n):
        x = c.width * (first + (0.94 - first) * (i + 0.4) / s.n)
        tall = c.height * (0.3 if i % 3 else 0.24)
        _figure(c, x, ground, tall, hues[(i * 2 + 1) % 6], i)


def _bow(c: Canvas, ground: float, hues: tuple[Colour, ...]) -> None:
    for k in range(6):
        r, high = c.width * (0.36 - 0.022 * k), c.height * (0.68 - 0.04 * k)
        _crayon(c, arc(c.width * 0.42, ground, r, 182, 358, ry=high), 11, hues[k])


def _sea(c: Canvas, ground: float, tone: Colour) -> None:
    for k in range(6):
        y = ground - 24 + k * (c.height - ground + 24) / 5
        zigzag = [(x * c.width / 24, y + 9 * (-1) ** x) for x in range(25)]
        _crayon(c, zigzag, 7, tone)


def _lawn(c: Canvas, ground: float, tone: Colour) -> None:
    line = [(c.width * i / 8, ground + c.rng.uniform(-6, 6)) for i in range(9)]
    _crayon(c, line, 12, tone)
    for _ in range(26):
        x = c.rng.random() * c.width
        y = ground + c.rng.uniform(14, c.height - ground - 10)
        _crayon(c, [(x, y), (x + 4, y - 16)], 4, tone)


def _crayon(c: Canvas, points: list[Point], width: float, tone: Colour) -> None:
    for _ in range(3):
        wobble = width * 0.22
        line = [
            (x + c.rng.uniform(-wobble, wobble), y + c.rng.uniform(-wobble, wobble))
            for x, y in points
        ]
        c.stroke(line, width * 0.62, tone, 170)
    for x, y in points[:: max(1, len(points) // 12)]:
        for _ in range(3):
            c.disc(
                x + c.rng.uniform(-width, width) * 0.5,
                y + c.rng.uniform(-width, width) * 0.5,
                width * 0.1,
                WHITE,
                120,
            )


def _scribble(c: Canvas, x: float, y: float, w: float, h: float, tone: Colour) -> None:
    steps = max(4, int(w / 7))
    line = [
        (x + w * i / steps, y + (h if i % 2 else 0) + c.rng.uniform(-4, 4))
        for i in range(steps + 1)
    ]
    c.stroke(line, 6, tone, 130)


def _sun(c: Canvas, x: float, y: float, r: float, tone: Colour) -> None:
    for k in range(5):
        _crayon(c, arc(x, y, r * (0.2 + 0.2 * k), 0, 360), r * 0.2, tone)
    for k in range(11):
        a = math.radians(360 * k / 11)
        _crayon(
            c,
            [
                (x + r * 1.3 * math.cos(a), y + r * 1.3 * math.sin(a)),
                (x + r * 1.9 * math.cos(a), y + r * 1.9 * math.sin(a)),
            ],
            8,
            tone,
        )


def _house(c: Canvas, x: float, y: float, r: float, hues: tuple[Colour, ...]) -> None:
    h = r * 0.8
    _scribble(c, x - r / 2, y - h, r, h, mix(hues[1], WHITE, 0.55))
    _crayon(
        c,
        [(x - r / 2, y), (x - r / 2, y - h), (x + r / 2, y - h), (x + r / 2, y)],
        9,
        hues[0],
    )
    _crayon(
        c, [(x - r * 0.62, y - h), (x, y - h * 1.7), (x + r * 0.62, y - h)], 11, hues[5]
    )
    _crayon(
        c,
        [
            (x - r * 0.1, y),
            (x - r * 0.1, y - h * 0.5),
            (x + r * 0.16, y - h * 0.5),
            (x + r * 0.16, y),
        ],
        7,
        hues[4],
    )
    _crayon(
        c,
        [
            (x - r * 0.38, y - h * 0.8),
            (x - r * 0.16, y - h * 0.8),
            (x - r * 0.16, y - h * 0.52),
            (x - r * 0.38, y - h * 0.52),
            (x - r * 0.38, y - h * 0.8),
        ],
        6,
        hues[4],
    )
    _crayon(
        c,
        [(x + r * 0.16, y), (x + r * 0.62, y + r * 0.08), (x + r * 0.16, y + r * 0.08)],
        6,
        hues[3],
    )


def _figure(c: Canvas, x: float, y: float, h: float, tone: Colour, i: int) -> None:
    r, sits = h * 0.16, i % 4 == 2  # noqa: PLR2004 - every fourth sits in a wheelchair
    _crayon(c, arc(x, y - h, r, 0, 360), 6, tone)
    c.disc(x - r * 0.35, y - h - r * 0.1, 3.4, DARK)
    c.disc(x + r * 0.35, y - h - r * 0.1, 3.4, DARK)
    _crayon(c, arc(x, y - h + r * 0.1, r * 0.5, 20, 160), 3.6, DARK)
    hip = y - h * 0.36
    _crayon(c, [(x, y - h + r), (x, hip)], 8, tone)
    _crayon(
        c,
        [(x - h * 0.28, y - h * 0.72), (x, y - h * 0.66), (x + h * 0.28, y - h * 0.76)],
        7,
        tone,
    )
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


def _bus(
    c: Canvas, x: float, y: float, w: float, hues: tuple[Colour, ...], n: int
) -> None:
    h = w * 0.42
    left = x - w / 2
    _scribble(c, left, y - h, w, h * 0.86, mix(hues[2], WHITE, 0.25))
    _crayon(
        c,
        [
            (left, y - h * 0.14),
            (left, y - h),
            (left + w, y - h),
            (left + w, y - h * 0.14),
            (left, y - h * 0.14),
        ],
        10,
        hues[0],
    )
    for i in range(n):
        cx = left + w * (i + 0.5) / n
        half = w / n * 0.32
        top, low = y - h * 0.86, y - h * 0.48
        c.polygon(
            [(cx - half, top), (cx + half, top), (cx + half, low), (cx - half, low)],
            WHITE,
        )
        _crayon(
            c,
            [
                (cx - half, top),
                (cx + half, top),
                (cx + half, low),
                (cx - half, low),
                (cx - half, top),
            ],
            6,
            hues[4],
        )
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
        _crayon(
            c, arc(x, y - r * 0.6, r * (0.14 + 0.14 * k), 0, 360), r * 0.14, hues[1]
        )
    _crayon(c, arc(x, y - r * 1.5, r * 0.42, 0, 360), 9, hues[1])
    for way in (-1, 1):
        _crayon(
            c,
            [
                (x + way * r * 0.38, y - r * 1.66),
                (x + way * r * 0.36, y - r * 2.1),
                (x + way * r * 0.1, y - r * 1.9),
            ],
            8,
            hues[1],
        )
        c.disc(x + way * r * 0.16, y - r * 1.56, 5, DARK)
        for k in (-1, 0, 1):
            _crayon(
                c,
                [
                    (x + way * r * 0.14, y - r * 1.38),
                    (x + way * r * 0.7, y - r * (1.38 + 0.1 * k)),
                ],
                3,
                DARK,
            )
    _crayon(c, arc(x, y - r * 1.42, r * 0.12, 10, 170), 4, DARK)
    _crayon(
        c,
        smooth(
            [
                (x - r * 0.5, y - r * 0.3),
                (x - r * 1.0, y - r * 0.5),
                (x - r * 0.9, y - r * 1.2),
            ]
        ),
        10,
        hues[1],
    )


def _ship(c: Canvas, x: float, y: float, r: float, hues: tuple[Colour, ...]) -> None:
    _crayon(
        c,
        [
            (x - r, y - r * 0.4),
            (x - r * 0.66, y),
            (x + r * 0.66, y),
            (x + r, y - r * 0.4),
            (x - r, y - r * 0.4),
        ],
        11,
        hues[0],
    )
    _scribble(c, x - r * 0.7, y - r * 0.36, r * 1.4, r * 0.32, mix(hues[1], WHITE, 0.2))
    _crayon(c, [(x, y - r * 0.4), (x, y - r * 1.7)], 9, DARK)
    _crayon(
        c,
        [
            (x + 8, y - r * 1.66),
            (x + r * 0.8, y - r * 0.7),
            (x + 8, y - r * 0.62),
            (x + 8, y - r * 1.66),
        ],
        8,
        hues[5],
    )
    _crayon(
        c,
        [
            (x - 8, y - r * 1.5),
            (x - r * 0.6, y - r * 0.7),
            (x - 8, y - r * 0.62),
            (x - 8, y - r * 1.5),
        ],
        8,
        hues[3],
    )
