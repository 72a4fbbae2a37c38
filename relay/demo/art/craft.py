"""Paper cuts, weaving, knots, fans and thread."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relay.demo.art.shapes import arc, closed, mix, placed, smooth

if TYPE_CHECKING:
    from relay.demo.art.canvas import Canvas
    from relay.demo.art.shapes import Colour, Point
    from relay.demo.art.sketch import Sketch

WHITE = (255, 255, 255)
WARM = (255, 214, 140)


TAU = 2 * math.pi


def papercut(c: Canvas, s: Sketch) -> None:
    """Draw a cut of `n` folds; `mode` one or layers."""
    p = s.colours
    c.gradient(mix(p.paper, WHITE, 0.3), mix(p.paper, p.low, 0.35))
    x, y, r = c.width / 2, c.height / 2, min(c.width, c.height) * 0.45
    layers = 4 if s.mode == "layers" else 1
    for layer in range(layers):
        size = r * (1 - 0.22 * layer)
        tone = p.hues[(layer * 2) % 5 if layers > 1 else 0]
        _cut_flower(
            c,
            x,
            y,
            size,
            s.n,
            tone,
            p.paper if layer == 0 else p.hues[(layer * 2 - 2) % 5],
        )


def _cut_flower(
    c: Canvas, x: float, y: float, r: float, n: int, tone: Colour, below: Colour
) -> None:
    rim: list[Point] = []
    lobes, steps = n * 2, 360
    for k in range(steps):
        a = TAU * k / steps
        reach = r * (
            0.88 + 0.09 * abs(math.sin(lobes * a / 2)) + 0.03 * math.cos(lobes * 2 * a)
        )
        rim.append((x + reach * math.cos(a), y + reach * math.sin(a)))
    c.shadow(lambda pen: pen.polygon(rim), shift=(5, 9), blur=8, alpha=110)
    c.polygon(rim, tone)
    bands = [(0.74, 0.19, 0.5), (0.53, 0.15, 0.42), (0.34, 0.12, 0.34)]
    for reach, long, wide in bands:
        shape = c.rng.randrange(4)
        for k in range(n):
            a = 360 * (k + (0.5 if reach < 0.6 else 0)) / n  # noqa: PLR2004 - the inner bands turn half a fold
            hole = _hole(shape, long, wide * TAU * reach / n)
            c.polygon(
                placed([(reach + u, v) for u, v in hole], x, y, scale=r, turn=a), below
            )
            dot = placed([(reach + long * 0.3, 0)], x, y, scale=r, turn=a + 180 / n)[0]
            c.disc(*dot, r * min(0.03, wide / n * 0.5), below)
    c.disc(x, y, r * 0.15, below)
    for k in range(n):
        petal = closed(
            placed(
                [(0, 0), (0.08, -0.035), (0.135, 0), (0.08, 0.035)],
                x,
                y,
                scale=r,
                turn=360 * k / n,
            ),
            steps=5,
        )
        c.polygon(petal, tone)


def _hole(shape: int, long: float, wide: float) -> list[Point]:
    half = wide / 2
    if shape == 0:
        return closed(
            [(-long * 0.6, 0), (0, -half), (long * 0.6, 0), (0, half)], steps=6
        )
    if shape == 1:
        return closed(
            [
                (-long * 0.6, 0),
                (long * 0.3, -half),
                (long * 0.12, 0),
                (long * 0.3, half),
            ],
            steps=6,
        )
    if shape == 2:  # noqa: PLR2004 - a crescent
        outer = smooth(
            [(-long * 0.3, -half), (long * 0.6, 0), (-long * 0.3, half)], steps=8
        )
        inner = smooth(
            [(-long * 0.3, half), (long * 0.15, 0), (-long * 0.3, -half)], steps=8
        )
        return [*outer, *inner]
    return closed(
        [
            (-long * 0.65, 0),
            (long * 0.1, -half * 0.9),
            (long * 0.55, -half * 0.3),
            (long * 0.55, half * 0.3),
            (long * 0.1, half * 0.9),
        ],
        steps=6,
    )


def weaving(c: Canvas, s: Sketch) -> None:
    """Draw a cloth of `n` warp threads; `mode` twill, diamond, ikat or stripes."""
    p = s.colours
    c.fill(mix(p.ink, p.hues[0], 0.3))
    c.grain = 0.09
    cell = c.width / s.n
    rows = math.ceil(c.height / cell)
    for row in range(rows):
        for col in range(s.n):
            x, y = col * cell, row * cell
            over = (row + col) % (4 if s.mode == "twill" else 2) < (
                2 if s.mode == "twill" else 1
            )
            tone = _yarn(s, col, row, rows) if over else _warp(s, col)
            tone = mix(tone, WHITE if c.chance(0.5) else p.ink, c.rng.uniform(0, 0.12))
            if over:
                c.round_rect(
                    x - cell * 0.1,
                    y + cell * 0.08,
                    cell * 1.2,
                    cell * 0.84,
                    cell * 0.3,
                    tone,
                )
                c.rect(x, y + cell * 0.2, cell, cell * 0.12, WHITE, 50)
            else:
                c.round_rect(
                    x + cell * 0.08,
                    y - cell * 0.1,
                    cell * 0.84,
                    cell * 1.2,
                    cell * 0.3,
                    tone,
                )
                c.rect(x + cell * 0.2, y, cell * 0.12, cell, WHITE, 40)


def _warp(s: Sketch, col: int) -> Colour:
    p = s.colours
    return (
        p.hues[col // 4 % 5]
        if s.mode in {"stripes", "twill"}
        else mix(p.hues[0], p.ink, 0.25)
    )


def _yarn(s: Sketch, col: int, row: int, rows: int) -> Colour:
    p = s.colours
    if s.mode == "diamond":
        return p.hues[(abs((col % 14) - 7) + abs((row % 14) - 7)) // 3 % 5]
    if s.mode == "ikat":
        edge = rows * (
            0.5 + 0.26 * math.sin(col * 0.21 + s.seed) + 0.1 * math.sin(col * 0.6)
        )
        return p.hues[int(abs(row - edge) / rows * 11) % 5]
    return p.hues[(row // 5 + 2) % 5]


def knots(c: Canvas, s: Sketch) -> None:
    """Draw one cord with `n` loops; `mode` star (twice round) or ring (thrice)."""
    p = s.colours
    c.gradient(p.high, p.low)
    unit, steps = min(c.width, c.height), 1440
    wide, turns = unit * 0.052, {"star": 2, "ring": 3}[s.mode]
    run: list[Point] = []
    for k in range(steps):
        t = TAU * k / steps
        r = unit * (0.28 + 0.14 * math.cos(s.n * t))
        run.append(
            (
                c.width / 2 + r * math.cos(turns * t),
                c.height / 2 + r * math.sin(turns * t),
            )
        )
    step = 8
    pieces = sorted(
        range(0, steps, step), key=lambda k: math.sin(s.n * TAU * k / steps)
    )
    for k in pieces:
        part = [run[i % steps] for i in range(k - 2, k + step + 3)]
        tone = p.hues[k * 5 // steps]
        c.band(part, wide * 1.42, mix(p.ink, p.low, 0.15))
        longer = [run[i % steps] for i in range(k - 7, k + step + 8)]
        c.band(longer, wide, tone)
        shine = [(x - wide * 0.17, y - wide * 0.17) for x, y in longer]
        c.band(shine, wide * 0.16, mix(tone, WHITE, 0.4))


def fans(c: Canvas, s: Sketch) -> None:
    """Draw `n` folding fans, open; `mode` sun, wave or stripes."""
    p = s.colours
    c.gradient(p.high, p.low)
    wide = c.width >= c.height
    for i in range(s.n):
        at = (i + 0.5) / s.n
        x = c.width * at if wide else c.width * (0.5 + 0.06 * (-1) ** i)
        y = c.height * (0.78 - 0.06 * (i % 2)) if wide else c.height * (at + 0.36 / s.n)
        r = min(
            c.width / (s.n if wide else 1) * 0.52,
            c.height / (1 if wide else s.n) * 0.78,
            c.height * 0.62,
        )
        _fan(c, x, y, r, 10 * (-1) ** i if s.n > 1 else 0, i, s)


def _fan(
    c: Canvas, x: float, y: float, r: float, turn: float, i: int, s: Sketch
) -> None:
    p, folds = s.colours, 18
    start, end = 198 + turn, 342 + turn
    leaf = [*arc(x, y, r, start, end), *reversed(arc(x, y, r * 0.42, start, end))]
    c.shadow(lambda pen: pen.polygon(leaf), shift=(8, 14), blur=12, alpha=100)
    for k in range(folds):
        a = math.radians(start + (end - start) * (k + 0.5) / folds)
        c.taper(
            [(x, y), (x + r * 0.5 * math.cos(a), y + r * 0.5 * math.sin(a))],
            r * 0.02,
            r * 0.035,
            mix(p.ink, p.hues[0], 0.3),
        )
    ground = mix(p.paper, p.hues[(i + 3) % 5], 0.25)
    c.polygon(leaf, ground)
    c.within(lambda pen: pen.polygon(leaf), lambda: _fan_picture(c, x, y, r, i, s))
    for k in range(folds):
        a, b = (
            start + (end - start) * k / folds,
            start + (end - start) * (k + 0.5) / folds,
        )
        strip = [*arc(x, y, r, a, b), *reversed(arc(x, y, r * 0.42, a, b))]
        c.polygon(strip, p.ink, 26)
    c.stroke(arc(x, y, r, start, end), r * 0.014, p.hues[i % 5])
    c.disc(x, y, r * 0.03, p.hues[2])


def _fan_picture(c: Canvas, x: float, y: float, r: float, i: int, s: Sketch) -> None:
    p = s.colours
    if s.mode == "sun":
        c.disc(x + r * 0.3, y - r * 0.72, r * 0.15, p.hues[(i + 1) % 5])
        for k in range(3):
            hill = [
                (x - r + r * 0.33 * j, y - r * (0.62 - 0.13 * k + 0.1 * c.rng.random()))
                for j in range(7)
            ]
            c.polygon(
                [*smooth(hill), (x + r, y), (x - r, y)],
                mix(p.hues[i % 5], p.paper, 0.5 - 0.22 * k),
            )
    elif s.mode == "wave":
        for k in range(9):
            line = [
                (
                    x - r + r * 0.1 * j,
                    y - r * (0.36 + 0.075 * k) + r * 0.03 * math.sin(j * 1.2 + k),
                )
                for j in range(21)
            ]
            c.stroke(smooth(line, steps=3), r * 0.028, p.hues[(i + k) % 5])
    else:
        for k in range(4):
            c.polygon(
                [
                    *arc(x, y, r * (0.94 - 0.13 * k), 180, 360),
                    *reversed(arc(x, y, r * (0.87 - 0.13 * k), 180, 360)),
                ],
                p.hues[(i + k) % 5],
            )


def thread(c: Canvas, s: Sketch) -> None:
    """Draw thread between `n` nails on a ring; `mode` 2, 3, 5 (times as fast), eye."""
    p = s.colours
    c.gradient(mix(p.high, p.ink, 0.0), p.low)
    x, y, r = c.width / 2, c.height / 2, min(c.width, c.height) * 0.44
    nails = [
        (
            x + r * math.cos(TAU * k / s.n - math.pi / 2),
            y + r * math.sin(TAU * k / s.n - math.pi / 2),
        )
        for k in range(s.n)
    ]
    for k in range(s.n):
        other = (
            (k + round(s.n * 0.38)) % s.n if s.mode == "eye" else k * int(s.mode) % s.n
        )
        c.stroke([nails[k], nails[other]], 1.7, p.hues[int(k / s.n * 4.99)], 215)
    for at in nails:
        c.disc(*at, 3, mix(p.ink, p.hues[2], 0.3))
    c.ring(x, y, r * 1.03, 2.4, p.hues[0])
