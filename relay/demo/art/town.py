"""Brick walls, lit windows, streets of houses, and blocks with stairs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relay.demo.art.pens import filling
from relay.demo.art.shapes import arc, mix, smooth

if TYPE_CHECKING:
    from relay.demo.art.canvas import Canvas
    from relay.demo.art.shapes import Colour
    from relay.demo.art.sketch import Sketch

WHITE = (255, 255, 255)
WARM = (255, 209, 122)


def bricks(c: Canvas, s: Sketch) -> None:
    """Draw a wall of `n` courses; `mode` signed, sprout or heart."""
    p = s.colours
    c.grain = 0.09
    mortar = mix(p.ink, p.hues[0], 0.3)
    c.fill(mortar)
    high = c.height / s.n
    wide, gap = high * 2.7, high * 0.09
    for row in range(s.n):
        x = -wide * (0.5 if row % 2 else 0.02)
        while x < c.width:
            length = wide * c.rng.uniform(0.88, 1.12)
            tone = _brick_tone(c, s, x + length / 2, (row + 0.5) * high)
            y = row * high
            c.round_rect(
                x + gap, y + gap, length - gap * 2, high - gap * 2, high * 0.07, tone
            )
            c.rect(x + gap * 1.6, y + gap, length - gap * 3.2, gap * 0.7, WHITE, 40)
            c.rect(
                x + gap * 1.6,
                y + high - gap * 1.8,
                length - gap * 3.2,
                gap * 0.8,
                (0, 0, 0),
                40,
            )
            if s.mode == "signed" and c.chance(0.3):
                _mark(
                    c, x + length / 2, y + high / 2, high * 0.26, mix(tone, p.ink, 0.75)
                )
            x += length
    if s.mode == "sprout":
        _sprout(c, s, high)


def _brick_tone(c: Canvas, s: Sketch, x: float, y: float) -> Colour:
    p = s.colours
    base = mix(p.hues[c.rng.randrange(4)], (120, 112, 128), 0.55)
    tone = mix(base, WHITE if c.chance(0.5) else p.ink, c.rng.uniform(0, 0.22))
    if s.mode != "heart":
        return tone
    unit = min(c.width, c.height) * 0.36
    a, b = (x - c.width / 2) / unit, -(y - c.height * 0.47) / unit
    inside = (a * a + b * b - 0.7) ** 3 - a * a * b**3 < 0
    return (
        mix(p.hues[1], WARM, c.rng.uniform(0, 0.3))
        if inside
        else mix(tone, p.ink, 0.25)
    )


def _mark(c: Canvas, x: float, y: float, r: float, ink: Colour) -> None:
    for k in (-1.2, 0, 1.2):
        cx, width = x + k * r * 1.1, r * 0.16
        for _ in range(c.rng.randrange(2, 5)):
            if c.chance(0.5):
                at = y + r * c.rng.uniform(-0.7, 0.7)
                c.stroke([(cx - r * 0.45, at), (cx + r * 0.45, at)], width, ink)
            else:
                at = cx + r * c.rng.uniform(-0.4, 0.4)
                c.stroke([(at, y - r * 0.75), (at, y + r * 0.75)], width, ink)


def _sprout(c: Canvas, s: Sketch, high: float) -> None:
    p = s.colours
    green, light = mix(p.hues[3], (70, 140, 80), 0.7), (150, 196, 110)
    x, y = c.width * 0.52, c.height * 0.7
    crack = [
        (x + c.rng.uniform(-0.4, 0.4) * high, y + high * (k - 1) * 0.7)
        for k in range(5)
    ]
    c.taper(crack, high * 0.3, high * 0.06, p.ink)
    stem = smooth(
        [
            (x, y),
            (x - high * 0.5, y - high * 1.6),
            (x + high * 0.2, y - high * 3.4),
            (x, y - high * 5),
        ]
    )
    c.taper(stem, high * 0.2, high * 0.09, green)
    for i, k in enumerate((7, 12, 17, 22, 26)):
        ax, ay = stem[k]
        way = 1 if i % 2 else -1
        tip = (ax + way * high * (2.1 - 0.22 * i), ay - high * 0.75)
        upper = smooth(
            [(ax, ay), (ax + way * high * 0.7, ay - high * 1.1), tip], steps=8
        )
        lower = smooth(
            [tip, (ax + way * high * 1.1, ay + high * 0.1), (ax, ay)], steps=8
        )
        c.shadow(filling([*upper, *lower]), alpha=110)
        c.polygon([*upper, *lower], green)
        c.polygon(
            [*lower, *reversed(smooth([(ax, ay), tip], steps=6))],
            mix(green, light, 0.6),
        )
    tip = stem[-1]
    for k in range(6):
        a = 2 * math.pi * k / 6
        c.disc(
            tip[0] + high * 0.5 * math.cos(a),
            tip[1] + high * 0.5 * math.sin(a),
            high * 0.38,
            p.hues[1],
        )
    c.disc(*tip, high * 0.32, WARM)


def windows(c: Canvas, s: Sketch) -> None:
    """Draw `n` towers at night, or one house front; `mode` moon, rain or front."""
    if s.mode == "front":
        _front(c, s)
        return
    p = s.colours
    c.gradient(p.high, p.low)
    unit = min(c.width, c.height)
    if s.mode == "moon":
        x, y = c.width * 0.74, c.height * 0.18
        c.glow(x, y, unit * 0.3, WARM, 120)
        c.disc(x, y, unit * 0.075, (252, 236, 204))
    for row in range(3):
        for i in range(s.n):
            wide = c.width / s.n * c.rng.uniform(0.75, 1.15)
            x = c.width * (i + 0.12 * row) / s.n
            top = c.height * (c.rng.uniform(0.24, 0.62) + 0.1 * row)
            tone = mix(p.low, p.ink, 0.35 + 0.3 * row)
            c.rect(x, top, wide, c.height - top, tone)
            c.rect(x, top, wide * 0.1, c.height - top, WHITE, 14)
            if row:
                _lights(c, x, top, wide, s)
    if s.mode == "rain":
        for _ in range(260):
            x, y = c.rng.random() * c.width, c.rng.random() * c.height
            c.stroke([(x, y), (x - 7, y + 34)], 1.4, WHITE, 70)


def _lights(c: Canvas, x: float, top: float, wide: float, s: Sketch) -> None:
    p, columns = s.colours, max(2, int(wide / 24))
    cell = wide / columns
    for k in range(columns):
        y = top + cell * 0.6
        while y < c.height:
            if c.chance(0.42):
                tone = c.rng.choice((WARM, (255, 232, 180), p.hues[1], WARM))
                c.rect(x + k * cell + cell * 0.24, y, cell * 0.5, cell * 0.66, tone)
            y += cell * 1.25


def _front(c: Canvas, s: Sketch) -> None:
    p = s.colours
    c.gradient(mix(p.low, p.ink, 0.25), mix(p.low, p.ink, 0.45))
    columns = s.n
    cell = c.width / (columns + 0.5)
    rows = max(2, int(c.height / (cell * 1.25)))
    high = c.height / (rows + 0.25)
    for k in range(columns * rows):
        x = cell * (0.25 + k % columns) + cell * 0.14
        y = high * (0.2 + k // columns) + high * 0.06
        w, h = cell * 0.72, high * 0.74
        lit = c.chance(0.74)
        tone = mix(WARM, p.hues[k % 5], 0.25) if lit else mix(p.ink, p.low, 0.2)
        if lit:
            c.glow(x + w / 2, y + h / 2, w * 1.1, WARM, 60)
        c.round_rect(x - 6, y - 6, w + 12, h + 12, 5, mix(p.paper, p.low, 0.35))
        c.rect(x, y, w, h, tone)
        if lit:
            _scene(c, x, y, w, h, mix(tone, p.ink, 0.8), k + s.seed)
        c.rect(x + w / 2 - 2, y, 4, h, mix(p.paper, p.low, 0.35))
        c.rect(x - 14, y + h + 4, w + 28, 9, mix(p.paper, p.low, 0.15))


def _scene(
    c: Canvas, x: float, y: float, w: float, h: float, ink: Colour, k: int
) -> None:
    foot, mid = y + h, x + w * 0.5
    kind = k % 6
    if kind == 0:
        c.disc(x + w * 0.3, foot - h * 0.5, w * 0.12, ink)
        c.round_rect(x + w * 0.12, foot - h * 0.36, w * 0.36, h * 0.36, w * 0.1, ink)
    elif kind == 1:
        c.rect(x + w * 0.62, foot - h * 0.16, w * 0.24, h * 0.16, ink)
        for turn in (-50, -20, 10, 35):
            a = math.radians(turn - 90)
            px, py = x + w * 0.74, foot - h * 0.16
            tip = (px + w * 0.26 * math.cos(a), py + h * 0.32 * math.sin(a))
            c.taper([(px, py), tip], w * 0.09, w * 0.02, ink)
    elif kind == 2:  # noqa: PLR2004 - a cat
        c.disc(x + w * 0.28, foot - h * 0.13, w * 0.14, ink, ry=h * 0.14)
        c.disc(x + w * 0.28, foot - h * 0.3, w * 0.085, ink)
        for way in (-1, 1):
            c.polygon(
                [
                    (x + w * (0.28 + way * 0.08), foot - h * 0.3),
                    (x + w * (0.28 + way * 0.07), foot - h * 0.42),
                    (x + w * 0.28, foot - h * 0.34),
                ],
                ink,
            )
    elif kind == 3:  # noqa: PLR2004 - two at a window
        for at, r in ((0.28, 0.12), (0.68, 0.09)):
            c.disc(x + w * at, foot - h * r * 4, w * r, ink)
            c.round_rect(
                x + w * at - w * r * 1.4,
                foot - h * r * 2.9,
                w * r * 2.8,
                h * r * 3,
                w * 0.1,
                ink,
            )
    elif kind == 4:  # noqa: PLR2004 - curtains
        for side in (0, 1):
            c.polygon(
                [
                    (x + w * side, y),
                    (mid, y),
                    (x + w * (0.12 if side == 0 else 0.88), foot),
                    (x + w * side, foot),
                ],
                ink,
                120,
            )
    else:
        c.stroke([(mid + w * 0.2, y), (mid + w * 0.2, y + h * 0.24)], 2, ink)
        c.polygon(arc(mid + w * 0.2, y + h * 0.38, w * 0.18, 180, 360), ink)


def street(c: Canvas, s: Sketch) -> None:
    """Draw `n` houses in a row; `mode` day, night or canal."""
    p = s.colours
    c.gradient(p.high, p.low)
    ground = c.height * (0.7 if s.mode == "canal" else 0.86)
    wide = c.width / s.n
    for i in range(s.n):
        top = ground - c.height * c.rng.uniform(0.3, 0.5)
        tone = mix(p.hues[i % 5], p.paper, 0.12 * (i % 3))
        _town_house(c, i * wide, top, wide, ground, tone, s)
    c.rect(0, ground, c.width, c.height, mix(p.ink, p.low, 0.45))
    if s.mode == "canal":
        c.mirror_below(ground + 4, fade=mix(p.low, p.hues[5], 0.4), amount=0.4)
        for _ in range(50):
            y = ground + (c.height - ground) * c.rng.random()
            x, w = c.rng.random() * c.width, c.rng.uniform(20, 110)
            c.stroke([(x, y), (x + w, y)], 1.6, p.paper, 90)
    else:
        c.rect(0, ground, c.width, 7, mix(p.paper, p.ink, 0.2))


def _town_house(
    c: Canvas, x: float, top: float, w: float, ground: float, tone: Colour, s: Sketch
) -> None:
    p = s.colours
    roof = mix(tone, p.ink, 0.45)
    kind = c.rng.randrange(3)
    if kind == 0:
        c.polygon(
            [(x - 4, top + 2), (x + w / 2, top - w * 0.5), (x + w + 4, top + 2)], roof
        )
    elif kind == 1:
        steps = [
            (x, top),
            (x, top - w * 0.16),
            (x + w * 0.2, top - w * 0.16),
            (x + w * 0.2, top - w * 0.34),
            (x + w * 0.38, top - w * 0.34),
            (x + w * 0.38, top - w * 0.5),
        ]
        c.polygon([*steps, *[(2 * x + w - a, b) for a, b in reversed(steps)]], tone)
    else:
        c.polygon(arc(x + w / 2, top + 2, w / 2, 180, 360, ry=w * 0.4), roof)
    c.rect(x, top, w, ground - top, tone)
    c.rect(x + w * 0.93, top, w * 0.07, ground - top, p.ink, 40)
    glass = WARM if s.mode == "night" else mix(p.paper, p.hues[5], 0.18)
    rows = max(1, int((ground - top - w * 0.5) / (w * 0.42)))
    for row in range(rows):
        for col in (0.16, 0.56):
            wx, wy = x + w * col, top + w * (0.12 + 0.42 * row)
            c.rect(wx - 3, wy - 3, w * 0.26 + 6, w * 0.28 + 6, p.paper)
            lit = s.mode != "night" or c.chance(0.6)
            c.rect(wx, wy, w * 0.26, w * 0.28, glass if lit else mix(roof, p.ink, 0.4))
            c.rect(wx + w * 0.12, wy, w * 0.02, w * 0.28, p.paper)
            if c.chance(0.4):
                for k in range(5):
                    c.disc(
                        wx + w * 0.052 * (k + 0.5),
                        wy + w * 0.3,
                        w * 0.035,
                        p.hues[(k + row) % 4],
                    )
    door = x + w * 0.38
    c.polygon(
        [
            (door, ground),
            *arc(door + w * 0.13, ground - w * 0.34, w * 0.13, 180, 360),
            (door + w * 0.26, ground),
        ],
        roof,
    )
    c.disc(door + w * 0.21, ground - w * 0.2, w * 0.018, WARM)
    c.polygon(
        [
            (door - w * 0.02, ground - w * 0.06),
            (door + w * 0.28, ground - w * 0.06),
            (door + w * 0.56, ground + 1),
            (door - w * 0.02, ground + 1),
        ],
        mix(p.paper, p.ink, 0.2),
    )


def blocks(c: Canvas, s: Sketch) -> None:
    """Draw a hill of cubes seen from a corner, `n` wide; `mode` stairs or town."""
    p = s.colours
    c.gradient(p.high, p.low)
    half = c.width / (s.n * 2 + 1)
    thick = half * 0.58
    for total in range(2 * s.n - 1):
        for a in range(s.n):
            b = total - a
            if not 0 <= b < s.n:
                continue
            x = c.width / 2 + (a - b) * half
            base = c.height * 0.98 - (2 * s.n - 2 - total) * thick - thick * 2
            level = _level(c, s, a, b)
            tone = mix(p.hues[int(level * 1.3 + a * 0.3) % 5], p.paper, 0.1)
            _cube(
                c,
                x,
                base - level * half * 0.55,
                half,
                level * half * 0.55 + half,
                tone,
                p.ink,
            )
            if s.mode == "town" and (a * 7 + b * 3 + s.seed) % 3 == 0:
                _door(c, x, base - level * half * 0.55, half, p.ink)


def _level(c: Canvas, s: Sketch, a: int, b: int) -> float:
    if s.mode == "stairs":
        return (2 * s.n - 2 - a - b) * 0.42
    return c.rng.randrange(0, 4) * 0.8 + (s.n - 1 - max(a, b)) * 0.35


def _cube(
    c: Canvas, x: float, y: float, half: float, deep: float, tone: Colour, ink: Colour
) -> None:
    k = half * 0.58
    c.polygon(
        [(x, y - k), (x + half, y), (x, y + k), (x - half, y)], mix(tone, WHITE, 0.35)
    )
    c.polygon(
        [(x - half, y), (x, y + k), (x, y + k + deep), (x - half, y + deep)], tone
    )
    c.polygon(
        [(x + half, y), (x, y + k), (x, y + k + deep), (x + half, y + deep)],
        mix(tone, ink, 0.32),
    )


def _door(c: Canvas, x: float, y: float, half: float, ink: Colour) -> None:
    k = half * 0.58
    c.polygon(
        [
            (x - half * 0.7, y + k * 0.9),
            (x - half * 0.35, y + k * 1.25),
            (x - half * 0.35, y + k * 2.3),
            (x - half * 0.7, y + k * 1.95),
        ],
        ink,
    )
    c.polygon(
        [
            (x + half * 0.3, y + k * 1.2),
            (x + half * 0.62, y + k * 0.88),
            (x + half * 0.62, y + k * 1.5),
            (x + half * 0.3, y + k * 1.82),
        ],
        WARM,
    )
