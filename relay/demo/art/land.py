"""Mountains in mist, moon gates and bridges."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relay.demo.art.pens import filling
from relay.demo.art.plants import blossom
from relay.demo.art.shapes import arc, mix, placed, smooth

if TYPE_CHECKING:
    from relay.demo.art.canvas import Canvas
    from relay.demo.art.shapes import Colour, Point
    from relay.demo.art.sketch import Sketch

WHITE = (255, 255, 255)
WARM = (255, 214, 140)


def mountains(c: Canvas, s: Sketch) -> None:
    """Draw `n` ridges in mist; `mode` sun, moon, birds, lake or pines."""
    p = s.colours
    c.gradient(p.high, p.low)
    _heaven(c, s)
    lake = c.height * 0.74 if s.mode == "lake" else c.height
    for i in range(s.n):
        depth = (i + 1) / s.n
        base = lake * (0.36 + 0.5 * i / s.n)
        tone = mix(p.low, p.hues[0] if i % 2 else mix(p.hues[0], p.hues[1], 0.4), depth)
        ridge = _ridge(c, base, lake * (0.16 - 0.05 * depth), jagged=s.mode != "sun")
        c.polygon([*ridge, (c.width + 20, c.height), (-20, c.height)], tone)
        mist = mix(p.low, p.high, 0.3)
        level = base + lake * 0.15
        right, foot = c.width + 50, level + 150
        c.through(
            filling([(-50, level), (right, level), (right, foot), (-50, foot)]),
            mist,
            round(150 * (1 - depth) + 25),
            blur=40,
        )
        if s.mode == "pines" and i >= s.n - 2:
            for x, y in ridge[:: 3 if i == s.n - 1 else 2]:
                _pine(
                    c, x, y + 6, 26 + 46 * depth * c.rng.random(), mix(tone, p.ink, 0.4)
                )
    if s.mode == "lake":
        c.mirror_below(lake, fade=p.low, amount=0.35, squeeze=2.4)
        for _ in range(40):
            y = lake + (c.height - lake) * c.rng.random()
            x, w = c.rng.random() * c.width, c.rng.uniform(30, 150)
            c.stroke([(x, y), (x + w, y)], 1.4, p.paper, 90)


def _heaven(c: Canvas, s: Sketch) -> None:
    p, unit = s.colours, min(c.width, c.height)
    x, y = c.width * (0.3 + 0.4 * c.rng.random()), c.height * 0.24
    if s.mode in {"sun", "moon", "pines"}:
        tone = WARM if s.mode == "sun" else p.paper
        c.glow(x, y, unit * 0.42, tone, 130)
        c.disc(x, y, unit * 0.1, mix(tone, WHITE, 0.3))
    if s.mode == "birds":
        for i in range(9):
            bx, by = x + 46 * (i - 4), y * 0.45 + 11 * abs(i - 4)
            wing = [(-20, -8), (-8, -9), (0, 0), (8, -9), (20, -8)]
            c.stroke(smooth(placed(wing, bx, by, scale=0.9)), 2.6, p.ink)


def _ridge(c: Canvas, base: float, swing: float, *, jagged: bool) -> list[Point]:
    count = c.rng.randrange(8, 12) if jagged else 8
    phase = c.rng.random()
    rough = [
        (
            c.width * ((i + phase) / (count - 4) - 0.4),
            base - swing * (1.3 if i % 2 else -0.1) * c.rng.uniform(0.3, 1.25),
        )
        for i in range(count)
    ]
    if not jagged:
        return smooth(rough, steps=14)
    return [
        (x, y + c.rng.uniform(-1, 1) * swing * 0.06) for x, y in smooth(rough, steps=9)
    ]


def _pine(c: Canvas, x: float, y: float, h: float, tone: Colour) -> None:
    c.rect(x - h * 0.03, y - h * 0.4, h * 0.06, h * 0.5, tone)
    for k in range(4):
        top, half = y - h + h * 0.2 * k, h * (0.12 + 0.06 * k)
        c.polygon(
            [(x, top), (x - half, top + h * 0.36), (x + half, top + h * 0.36)], tone
        )


def gate(c: Canvas, s: Sketch) -> None:
    """Draw a view through a wall's opening; `mode` plum, sea, moon or path."""
    p = s.colours
    wall = mix(p.paper, p.hues[1], 0.16)
    c.gradient(mix(wall, WHITE, 0.2), wall)
    x, y = c.width / 2, c.height * 0.46
    r = min(c.width, c.height) * 0.37
    sides = s.n or 90
    opening = [
        (
            x + r * math.cos(2 * math.pi * (k + 0.5) / sides),
            y + r * math.sin(2 * math.pi * (k + 0.5) / sides),
        )
        for k in range(sides)
    ]
    frame = placed([(a - x, b - y) for a, b in opening], x, y, scale=1.09)
    c.shadow(lambda pen: pen.polygon(frame), shift=(0, 9), blur=12, alpha=80)
    c.polygon(frame, mix(p.ink, wall, 0.35))
    c.within(lambda pen: pen.polygon(opening), lambda: _view(c, s, x, y, r))
    floor = c.height * 0.86
    c.gradient(mix(wall, p.ink, 0.28), mix(wall, p.ink, 0.44), top=floor)
    for k in range(-7, 8):
        line = [(x + k * c.width * 0.07, floor), (x + k * c.width * 0.16, c.height)]
        c.stroke(line, 1.6, p.ink, 60)


def _view(c: Canvas, s: Sketch, x: float, y: float, r: float) -> None:
    p = s.colours
    c.gradient(p.high, p.low, top=y - r, bottom=y + r)
    if s.mode in {"moon", "sea"}:
        c.glow(x + r * 0.3, y - r * 0.35, r * 0.8, p.paper, 150)
        c.disc(
            x + r * 0.3, y - r * 0.35, r * 0.22, WARM if s.mode == "sea" else p.paper
        )
    for k in range(3):
        base = y + r * (0.1 + 0.22 * k)
        line = [
            (x - r * 1.1 + r * 0.37 * i, base - r * 0.3 * c.rng.random())
            for i in range(7)
        ]
        tone = mix(p.low, p.hues[0], 0.35 + 0.3 * k)
        c.polygon([*smooth(line), (x + r * 1.1, y + r), (x - r * 1.1, y + r)], tone)
    if s.mode == "sea":
        c.mirror_below(y + r * 0.42, fade=p.hues[0], amount=0.3)
    if s.mode == "path":
        bends = [
            (x + r * 0.1, y + r * 0.3),
            (x - r * 0.3, y + r * 0.55),
            (x, y + r * 1.05),
        ]
        c.taper(smooth(bends, steps=20), r * 0.03, r * 0.42, p.paper)
    if s.mode in {"plum", "moon"}:
        stem = [
            (x - r * 0.5, y + r * 1.1),
            (x - r * 0.3, y + r * 0.4),
            (x - r * 0.4, y),
        ]
        tip = (x + r * 0.35, y - r * 0.55)
        branch = smooth([*stem, (x - r * 0.1, y - r * 0.3), tip])
        c.taper(branch, r * 0.07, r * 0.02, p.ink)
        for _ in range(20):
            px, py = c.rng.choice(branch[20:])
            spread = r * 0.11
            blossom(
                c,
                px + c.rng.uniform(-spread, spread),
                py + c.rng.uniform(-spread, spread),
                r * c.rng.uniform(0.04, 0.075),
                p.hues,
            )


def bridge(c: Canvas, s: Sketch) -> None:
    """Draw a stone bridge of `n` arches and its reflection; `mode` people or quiet."""
    p = s.colours
    water = c.height * 0.62
    c.gradient(p.high, p.low, bottom=water)
    if s.mode == "moon":
        c.disc(c.width * 0.78, c.height * 0.16, min(c.width, c.height) * 0.08, p.paper)
    for k in range(2):
        line = [
            (c.width * i / 6, water - c.height * (0.2 - 0.08 * k) * c.rng.random())
            for i in range(-1, 8)
        ]
        c.polygon(
            [*smooth(line), (c.width * 1.2, water), (-c.width * 0.2, water)],
            mix(p.low, p.hues[1], 0.25 + 0.25 * k),
        )
    left, right, rise = -c.width * 0.04, c.width * 1.04, c.height * 0.3

    def deck(t: float) -> Point:
        return left + (right - left) * t, water - 26 - rise * math.sin(math.pi * t)

    stone = mix(p.hues[0], p.ink, 0.25)
    top = [deck(i / 60) for i in range(61)]
    c.polygon([*top, (right, water + 4), (left, water + 4)], stone)
    for i in range(s.n):
        t = (i + 0.5) / s.n
        x = left + (right - left) * (0.1 + 0.8 * t)
        r = (right - left) * 0.36 / s.n
        tall = min(r * 1.25, (water - deck(0.1 + 0.8 * t)[1]) * 0.74)
        hole = [*arc(x, water + 5, r, 180, 360, ry=tall)]
        c.polygon(hole, mix(p.low, p.hues[1], 0.3))
        c.stroke(hole, 5, mix(stone, WHITE, 0.3))
    c.stroke([(x, y - 14) for x, y in top], 4, mix(stone, p.ink, 0.4))
    for x, y in top[::4]:
        c.stroke([(x, y), (x, y - 16)], 4, mix(stone, p.ink, 0.4))
    if s.mode == "people":
        for i in range(7):
            _walker(c, *deck(0.2 + 0.1 * i), p.hues[(i + 2) % 6], i)
    c.mirror_below(water + 3, fade=mix(p.low, p.hues[0], 0.35), amount=0.5)
    for _ in range(60):
        y = water + (c.height - water) * c.rng.random()
        x, w = c.rng.random() * c.width, c.rng.uniform(20, 130)
        c.stroke([(x, y), (x + w, y)], 1.5, p.low, 80)


def _walker(c: Canvas, x: float, y: float, coat: Colour, i: int) -> None:
    dark = (26, 20, 40)
    h = 46 if i % 3 else 32
    if i == 3:  # noqa: PLR2004 - the one in the middle rolls
        c.ring(x, y - 12, 12, 3, dark)
        c.stroke(
            [(x - 14, y - 36), (x - 10, y - 18), (x + 10, y - 18), (x + 14, y - 4)],
            4,
            dark,
        )
        h = 44
    c.polygon(
        [
            (x - 9, y - h * 0.3),
            (x - 5, y - h * 0.8),
            (x + 5, y - h * 0.8),
            (x + 9, y - h * 0.3),
        ],
        coat,
    )
    c.disc(x, y - h, 6, dark)
    if i != 3:  # noqa: PLR2004 - as above
        c.stroke([(x - 3, y - h * 0.3), (x - 4, y)], 3, dark)
        c.stroke([(x + 3, y - h * 0.3), (x + 5, y)], 3, dark)
