"""Boats, lanterns, ripples and waves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relay.demo.art.shapes import closed, mix, placed, smooth

if TYPE_CHECKING:
    from relay.demo.art.canvas import Canvas
    from relay.demo.art.shapes import Colour, Point
    from relay.demo.art.sketch import Sketch

WHITE = (255, 255, 255)
WARM = (255, 214, 140)


def boats(c: Canvas, s: Sketch) -> None:
    """Draw `n` boats; `mode` sails, paper or rowers."""
    p = s.colours
    shore = c.height * 0.38
    c.gradient(p.high, p.low, bottom=shore)
    c.gradient(mix(p.hues[1], p.low, 0.45), mix(p.hues[0], p.ink, 0.2), top=shore)
    c.glow(c.width * 0.72, shore, c.width * 0.3, WARM, 130)
    for k in range(26):
        y = shore + (c.height - shore) * (k / 26) ** 1.4
        for _ in range(5):
            x, w = c.rng.random() * c.width, 20 + 5 * k
            bow = smooth([(x, y), (x + w / 2, y - k * 0.16), (x + w, y)], steps=5)
            c.stroke(bow, 0.8 + k * 0.09, p.paper, 60)
    spots = sorted(
        (shore + (c.height - shore) * (0.1 + 0.75 * ((i * 0.618 + 0.3) % 1)), i)
        for i in range(s.n)
    )
    for y, i in spots:
        size = 0.25 + 0.9 * (y - shore) / (c.height - shore)
        x = c.width * (0.12 + 0.76 * ((i * 0.382 + 0.21) % 1))
        _BOATS[s.mode](c, x, y, size * min(c.width, c.height) * 0.3, i, s)


def _sail(c: Canvas, x: float, y: float, r: float, i: int, s: Sketch) -> None:
    p = s.colours
    c.disc(x, y + r * 0.14, r * 0.5, p.ink, 60, ry=r * 0.05)
    tone = p.hues[(i * 2 + 2) % 6]
    for way, height, wide in ((1, 1.0, 0.5), (-1, 0.8, 0.34)):
        leaf = smooth(
            [
                (0, -0.08),
                (way * wide * 0.8, -0.18),
                (way * wide * 0.6, -height * 0.6),
                (0, -height),
            ],
            steps=8,
        )
        c.polygon(
            placed(leaf, x + way * r * 0.02, y, scale=r),
            mix(tone, WHITE, 0.0 if way > 0 else 0.4),
        )
    hull = [(-0.48, -0.04), (0.56, -0.04), (0.4, 0.14), (-0.36, 0.14)]
    c.polygon(placed(hull, x, y, scale=r), p.ink)


def _paper_boat(c: Canvas, x: float, y: float, r: float, i: int, s: Sketch) -> None:
    p = s.colours
    tone = mix(p.hues[(i + 1) % 6], WHITE, 0.5)
    c.disc(x, y + r * 0.2, r * 0.55, p.ink, 70, ry=r * 0.07)
    c.polygon(placed([(-0.3, -0.1), (0, -0.55), (0.3, -0.1)], x, y, scale=r), tone)
    c.polygon(
        placed([(0, -0.55), (0.3, -0.1), (0, -0.1)], x, y, scale=r),
        mix(tone, p.ink, 0.16),
    )
    hull = [(-0.62, -0.16), (-0.3, 0.2), (0.3, 0.2), (0.62, -0.16), (0, -0.02)]
    c.polygon(placed(hull, x, y, scale=r), mix(tone, WHITE, 0.35))
    c.polygon(
        placed([(0, -0.02), (0.62, -0.16), (0.3, 0.2), (0, 0.2)], x, y, scale=r),
        mix(tone, p.ink, 0.08),
    )


def _rowers(c: Canvas, x: float, y: float, r: float, i: int, s: Sketch) -> None:
    p = s.colours
    c.disc(x, y + r * 0.12, r * 0.9, p.ink, 60, ry=r * 0.06)
    for k in range(5):
        px = x - r * 0.56 + r * 0.27 * k
        c.stroke([(px, y - r * 0.1), (px - r * 0.2, y + r * 0.2)], r * 0.03, p.ink)
        c.round_rect(
            px - r * 0.07,
            y - r * 0.22,
            r * 0.14,
            r * 0.2,
            r * 0.05,
            p.hues[(i + k) % 5],
        )
        c.disc(px + r * 0.02, y - r * 0.28, r * 0.07, p.ink)
    hull = smooth([(-0.95, -0.22), (-0.6, 0.0), (0.6, 0.0), (0.95, -0.22)], steps=8)
    keel = smooth([(0.95, -0.22), (0.62, 0.14), (-0.62, 0.14), (-0.95, -0.22)], steps=8)
    c.polygon(placed([*hull, *keel], x, y, scale=r), p.hues[(i + 3) % 5])


_BOATS = {"sails": _sail, "paper": _paper_boat, "rowers": _rowers}


def lanterns(c: Canvas, s: Sketch) -> None:
    """Draw `n` lanterns; `mode` river, sky or strings."""
    {"river": _on_river, "sky": _in_sky, "strings": _on_strings}[s.mode](c, s)


def _on_river(c: Canvas, s: Sketch) -> None:
    p = s.colours
    c.gradient(p.high, p.low, mix(p.high, p.ink, 0.6))
    shore = c.height * 0.34
    line = [
        (c.width * i / 14, shore - c.height * 0.1 * c.rng.random())
        for i in range(-1, 17)
    ]
    c.polygon([*line, (c.width, shore + 4), (0, shore + 4)], p.ink)
    c.mirror_below(shore, fade=mix(p.low, p.ink, 0.5), amount=0.45)
    spots = sorted((c.rng.random() ** 1.6, c.rng.random()) for _ in range(s.n))
    for depth, across in spots:
        y = shore + 14 + (c.height - shore - 40) * depth
        x, r = c.width * (across * 1.06 - 0.03), 5 + 24 * depth
        c.glow(x, y, r * 4.2, p.hues[0], 110)
        for k in range(4):
            c.disc(
                x,
                y + r * (1 + 0.7 * k),
                r * (0.7 - 0.13 * k),
                p.hues[0],
                60,
                ry=r * 0.14,
            )
        petals = [
            (-1, 0.1),
            (-0.55, 0.55),
            (0.55, 0.55),
            (1, 0.1),
            (0.5, 0.25),
            (-0.5, 0.25),
        ]
        c.polygon(placed(petals, x, y, scale=r), c.rng.choice((p.hues[1], p.hues[5])))
        flame = [(0, -1.05), (0.42, -0.2), (0.3, 0.3), (-0.3, 0.3), (-0.42, -0.2)]
        c.polygon(closed(placed(flame, x, y, scale=r), steps=4), WARM)
        c.disc(x, y, r * 0.2, WHITE, ry=r * 0.34)


def _in_sky(c: Canvas, s: Sketch) -> None:
    p = s.colours
    c.gradient(p.high, p.low)
    for _ in range(90):
        c.disc(c.rng.random() * c.width, c.rng.random() * c.height, 1.2, p.paper, 120)
    spots = sorted(
        (c.rng.random() ** 2, c.rng.random(), c.rng.random()) for _ in range(s.n)
    )
    for depth, across, height in spots:
        x, y = c.width * across, c.height * (0.03 + 0.84 * height)
        r = (0.014 + 0.05 * depth) * min(c.width, c.height) * 1.3
        c.glow(x, y, r * 2.6, WARM, 90)
        body = [
            (-0.62, -0.9),
            (0.62, -0.9),
            (0.78, -0.4),
            (0.5, 0.9),
            (-0.5, 0.9),
            (-0.78, -0.4),
        ]
        shape = closed(placed(body, x, y, scale=r, turn=c.rng.uniform(-9, 9)), steps=4)
        c.polygon(shape, mix(p.hues[2], WARM, 0.35 + 0.5 * depth))
        c.glow(x, y + r * 0.45, r * 0.62, (255, 250, 225), 220)
        c.round_rect(x - r * 0.3, y + r * 0.82, r * 0.6, r * 0.1, 2, p.ink, 150)


def _on_strings(c: Canvas, s: Sketch) -> None:
    p = s.colours
    c.gradient(p.high, p.low)
    rows = 3
    for row in range(rows):
        top = c.height * (0.02 + 0.24 * row)
        sag = c.height * 0.12
        rope = [
            (c.width * i / 40, top + sag * math.sin(math.pi * i / 40))
            for i in range(41)
        ]
        c.stroke(rope, 2.5, p.ink)
        each = s.n // rows
        for i in range(each):
            x, y = rope[round((i + 0.5) / each * 40)]
            r = c.width / each * (0.2 + 0.05 * row)
            _round_lantern(c, x, y + r * 1.3, r, p.hues[(i + row) % 4], p.ink)


def _round_lantern(
    c: Canvas, x: float, y: float, r: float, tone: Colour, ink: Colour
) -> None:
    c.glow(x, y, r * 2.4, tone, 120)
    c.stroke([(x, y - r * 1.3), (x, y + r * 1.7)], 2, ink)
    c.disc(x, y, r, tone, ry=r * 0.84)
    for k in (0.66, 0.3):
        c.ring(x, y, r * k, max(1.2, r * 0.04), mix(tone, ink, 0.35), ry=r * 0.84)
    c.glow(x, y, r * 0.8, (255, 240, 190), 170)
    for way in (-1, 1):
        c.round_rect(
            x - r * 0.4, y + way * r * 0.82 - r * 0.09, r * 0.8, r * 0.18, 3, ink
        )
    for k in range(-2, 3):
        c.stroke(
            [(x + k * r * 0.06, y + r * 1.2), (x + k * r * 0.1, y + r * 1.8)], 2, tone
        )


def ripples(c: Canvas, s: Sketch) -> None:
    """Draw the rings of `n` drops; `mode` petal, leaf or rain."""
    p = s.colours
    c.gradient(p.high, p.low)
    unit = min(c.width, c.height)
    for i in range(s.n):
        x = c.width * (0.5 if s.n == 1 else 0.16 + 0.68 * ((i * 0.618 + 0.1) % 1))
        y = c.height * (0.52 if s.n == 1 else 0.2 + 0.62 * ((i * 0.382 + 0.15) % 1))
        rings = 13 if s.n == 1 else 9
        reach = unit * (0.92 if s.n == 1 else 0.4) * c.rng.uniform(0.8, 1.1)
        for k in range(rings, 0, -1):
            r = reach * (k / rings) ** 1.25
            fade = round(225 * (1 - k / (rings + 1)) ** 1.1) + 14
            c.ring(x, y, r, unit * (0.011 - 0.0006 * k), WHITE, fade, ry=r * 0.5)
            c.ring(x, y + unit * 0.009, r, unit * 0.004, p.ink, fade // 4, ry=r * 0.5)
        _dropped(c, x, y, unit * 0.03, s)


def _dropped(c: Canvas, x: float, y: float, r: float, s: Sketch) -> None:
    p = s.colours
    if s.mode == "rain":
        c.stroke([(x, y - r * 6), (x, y - r * 1.2)], r * 0.1, WHITE, 170)
        c.disc(x, y - r * 0.5, r * 0.3, WHITE, ry=r * 0.5)
    elif s.mode == "leaf":
        leaf = [(-1.6, 0), (-0.4, -0.6), (1.5, -0.1), (-0.3, 0.5)]
        turn = c.rng.uniform(-40, 40)
        c.polygon(closed(placed(leaf, x, y, scale=r * 1.3, turn=turn)), p.hues[3])
        c.stroke(
            placed([(-2.1, 0), (1.3, -0.1)], x, y, scale=r * 1.3, turn=turn), 2, p.ink
        )
    else:
        for k in range(5):
            a = math.radians(72 * k - 90)
            c.disc(
                x + r * math.cos(a),
                y + r * 0.6 * math.sin(a),
                r * 0.66,
                p.hues[4],
                ry=r * 0.42,
            )
        c.disc(x, y, r * 0.3, (250, 224, 150), ry=r * 0.2)


def waves(c: Canvas, s: Sketch) -> None:
    """Draw `n` bands of water; `mode` ribbons, scales or swell."""
    {"ribbons": _ribbons, "scales": _scales, "swell": _swell}[s.mode](c, s)


def _wave_line(c: Canvas, y: float, swing: float, phase: float) -> list[Point]:
    return [
        (
            c.width * i / 60,
            y
            + swing * math.sin(i * 0.17 + phase)
            + swing * 0.5 * math.sin(i * 0.31 + phase * 2.3),
        )
        for i in range(-2, 63)
    ]


def _ribbons(c: Canvas, s: Sketch) -> None:
    p = s.colours
    c.fill(p.paper)
    gap = c.height / s.n
    phase = c.rng.uniform(0, 6)
    for i in range(-1, s.n + 2):
        phase += c.rng.uniform(0.1, 0.5)
        line = _wave_line(c, gap * (i + 0.5), gap * 0.55, phase)
        c.stroke(line, gap * c.rng.uniform(0.28, 0.62), p.hues[i % 5])


def _scales(c: Canvas, s: Sketch) -> None:
    p = s.colours
    c.fill(p.hues[0])
    r = c.width / s.n / 2
    rows = int(c.height / (r * 0.5)) + 4
    for row in range(rows):
        for i in range(-1, s.n + 1):
            x = (i * 2 + (1 if row % 2 else 0) + 0.5) * r
            y = row * r * 0.5
            tone = p.hues[int(abs(math.sin(row * 0.5 + i * 0.9 + s.seed)) * 4.99)]
            for k, size in enumerate((1.0, 0.8, 0.6, 0.4, 0.2)):
                c.disc(x, y, r * size, p.paper if k % 2 else tone)


def _swell(c: Canvas, s: Sketch) -> None:
    p = s.colours
    c.gradient(p.high, p.low)
    c.disc(c.width * 0.28, c.height * 0.26, min(c.width, c.height) * 0.13, p.hues[4])
    phase = c.rng.uniform(0, 6)
    for i in range(s.n):
        t = i / s.n
        line = _wave_line(
            c, c.height * (0.36 + 0.62 * t), c.height * 0.045 * (1 + t), phase
        )
        phase += 1.3
        tone = mix(p.hues[2], p.hues[0], t)
        c.polygon([*line, (c.width + 30, c.height), (-30, c.height)], tone)
        c.stroke(line, 3 + 5 * t, mix(tone, WHITE, 0.75))
        lower = [(x, y + 12 + 16 * t) for x, y in line]
        c.stroke(lower, 2, mix(tone, WHITE, 0.35))
