"""A table for all, tea bowls and painted plates."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relay.demo.art.pens import tracing
from relay.demo.art.shapes import arc, closed, mix, placed, smooth

if TYPE_CHECKING:
    from relay.demo.art.canvas import Canvas
    from relay.demo.art.shapes import Colour
    from relay.demo.art.sketch import Sketch

WHITE = (255, 255, 255)
WARM = (255, 214, 140)


DARK = (30, 24, 46)


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
        seats = [
            (
                x + r * 0.73 * math.cos(2 * math.pi * k / s.n),
                y + r * 0.73 * math.sin(2 * math.pi * k / s.n),
            )
            for k in range(s.n)
        ]
        size = r * min(0.16, 1.6 / s.n)
    else:
        w, h = c.width * 0.86, c.height * 0.52
        c.shadow(
            lambda pen: pen.round_rect(x - w / 2, y - h / 2, w, h, 18),
            shift=(10, 16),
            blur=18,
            alpha=120,
        )
        c.round_rect(x - w / 2, y - h / 2, w, h, 18, mix(p.hues[5], p.paper, 0.55))
        for k in range(9):
            c.rect(
                x - w / 2 + w * (k + 0.4) / 9,
                y - h * 0.1,
                w / 18,
                h * 0.2,
                p.hues[0],
                60,
            )
        half = math.ceil(s.n / 2)
        seats = [
            (
                x - w / 2 + w * (k % half + 0.5) / half,
                y + h * (0.32 if k < half else -0.32),
            )
            for k in range(s.n)
        ]
        size = min(w / half * 0.3, h * 0.15)
    for k, (sx, sy) in enumerate(seats):
        _plate(c, sx, sy, size, p.hues[k % 5], p.paper, s)
    for k in range(5):
        a = 2 * math.pi * k / 5 + 0.5
        reach = (min(c.width, c.height) * 0.15, min(c.width, c.height) * 0.15)
        if s.mode != "round":
            a, reach = 0, (c.width * (0.16 * k - 0.32), 0)
        _dish(
            c,
            x + reach[0] * math.cos(a),
            y + reach[1] * math.sin(a),
            size * 0.8,
            p.hues[(k + 1) % 5],
            p.paper,
        )


def _plate(
    c: Canvas, x: float, y: float, r: float, tone: Colour, paper: Colour, s: Sketch
) -> None:
    c.shadow(lambda pen: pen.disc(x, y, r), shift=(3, 6), blur=7, alpha=90)
    c.disc(x, y, r, paper)
    c.ring(x, y, r * 0.92, r * 0.06, tone)
    c.disc(x, y, r * 0.62, mix(paper, tone, 0.12))
    for k in range(5):
        a = math.radians(72 * k + s.seed * 31)
        c.disc(
            x + r * 0.28 * math.cos(a),
            y + r * 0.28 * math.sin(a),
            r * 0.16,
            mix(tone, paper, 0.12 * k),
        )
    c.stroke(
        [(x + r * 1.16, y - r * 0.7), (x + r * 1.16, y + r * 0.7)],
        r * 0.06,
        mix(tone, DARK, 0.4),
    )
    c.stroke(
        [(x + r * 1.3, y - r * 0.7), (x + r * 1.3, y + r * 0.7)],
        r * 0.06,
        mix(tone, DARK, 0.4),
    )


def _dish(c: Canvas, x: float, y: float, r: float, tone: Colour, paper: Colour) -> None:
    c.shadow(lambda pen: pen.disc(x, y, r), shift=(3, 7), blur=7, alpha=110)
    c.disc(x, y, r, mix(tone, DARK, 0.2))
    c.disc(x, y, r * 0.84, mix(tone, paper, 0.45))
    for _ in range(12):
        a, d = c.rng.uniform(0, 6.28), r * 0.6 * c.rng.random() ** 0.5
        c.disc(
            x + d * math.cos(a),
            y + d * math.sin(a),
            r * 0.13,
            mix(tone, paper, c.rng.random() * 0.7),
        )


def bowls(c: Canvas, s: Sketch) -> None:
    """Draw `n` tea bowls on a table; `mode` steam or plain."""
    p = s.colours
    shelf = c.height * 0.7
    c.gradient(p.high, p.low, bottom=shelf)
    c.gradient(mix(p.hues[5], p.ink, 0.25), mix(p.hues[5], p.ink, 0.45), top=shelf)
    room = c.width / (s.n + 0.3)
    for i in range(s.n):
        x = room * (i + 0.65)
        r = min(room * 0.42, c.height * 0.27) * c.rng.uniform(0.78, 1.05)
        y = shelf + c.height * (0.1 + 0.07 * (i % 2))
        _bowl(c, x, y, r, p.hues[i % 5], s)


def _bowl(c: Canvas, x: float, y: float, r: float, tone: Colour, s: Sketch) -> None:
    p = s.colours
    deep = r * c.rng.uniform(0.85, 1.15)
    top = y - deep
    c.through(
        lambda pen: pen.disc(x + r * 0.2, y + r * 0.05, r * 1.0, r * 0.16),
        p.ink,
        120,
        blur=8,
    )
    side = smooth(
        [(x - r, top), (x - r * 0.9, y - deep * 0.35), (x - r * 0.38, y)], steps=10
    )
    shape = [*side, *[(2 * x - a, b) for a, b in reversed(side)]]
    c.polygon(shape, tone)
    drip = [
        (
            x + r * (k / 8 - 1),
            top + deep * (0.3 + 0.16 * math.sin(k * 1.9 + x) + 0.1 * c.rng.random()),
        )
        for k in range(17)
    ]
    glaze = [(x - r, top), *smooth(drip, steps=5), (x + r, top)]
    c.within(
        lambda pen: pen.polygon(shape),
        lambda: c.polygon(glaze, mix(tone, p.paper, 0.55)),
    )
    c.polygon(
        [
            *smooth(
                [(x + r * 0.42, y), (x + r * 0.93, y - deep * 0.35), (x + r, top)],
                steps=8,
            ),
            (x + r * 0.72, top),
            (x + r * 0.5, y - deep * 0.4),
        ],
        p.ink,
        40,
    )
    c.disc(x, top, r, mix(tone, p.ink, 0.3), ry=r * 0.23)
    c.disc(x, top + r * 0.05, r * 0.88, mix(p.hues[3], p.ink, 0.15), ry=r * 0.17)
    c.rect(x - r * 0.38, y - 3, r * 0.76, r * 0.09, mix(tone, p.ink, 0.45))
    if s.mode == "steam":
        for k in (-0.3, 0.25):
            rise = [
                (x + r * (k + 0.14 * math.sin(j * 1.5 + k * 9)), top - r * 0.3 * j)
                for j in range(6)
            ]
            c.through(tracing(smooth(rise), r * 0.12), WHITE, 150, blur=7)


def plates(c: Canvas, s: Sketch) -> None:
    """Draw painted plates, `n` of them; `mode` one colour or many."""
    p = s.colours
    c.gradient(mix(p.low, p.ink, 0.06), mix(p.low, p.ink, 0.2))
    columns = 1 if s.n == 1 else round(math.sqrt(s.n * c.width / c.height))
    rows = math.ceil(s.n / columns)
    r = min(c.width / columns, c.height / rows) * 0.44
    for k in range(s.n):
        x = c.width * (k % columns + 0.5) / columns
        y = c.height * (k // columns + 0.5) / rows
        tone = p.hues[k % 5] if s.mode == "many" else p.hues[0]
        _painted_plate(
            c,
            x,
            y,
            r,
            tone,
            p.hues[(k + 2) % 5] if s.mode == "many" else p.hues[1],
        )


def _painted_plate(
    c: Canvas, x: float, y: float, r: float, tone: Colour, other: Colour
) -> None:
    glaze = (250, 250, 247)
    c.shadow(lambda pen: pen.disc(x, y, r), shift=(8, 14), blur=12, alpha=120)
    c.disc(x, y, r, glaze)
    c.ring(x, y, r * 0.98, r * 0.03, tone)
    c.ring(x, y, r * 0.72, r * 0.016, tone)
    c.ring(x, y, r * 0.68, r * 0.008, tone)
    count = c.rng.choice((12, 16, 20))
    for k in range(count):
        turn = 360 * k / count
        petal = [(0.76, 0), (0.84, -0.06), (0.94, 0), (0.84, 0.06)]
        c.polygon(
            closed(placed(petal, x, y, scale=r, turn=turn), steps=5),
            other if k % 2 else tone,
        )
    folds = c.rng.choice((5, 6, 8))
    for k in range(folds):
        turn = 360 * k / folds
        for petal, shade in (
            ([(0.1, 0), (0.34, -0.17), (0.62, 0), (0.34, 0.17)], tone),
            ([(0.14, 0), (0.33, -0.1), (0.5, 0), (0.33, 0.1)], glaze),
            ([(0.18, 0), (0.32, -0.05), (0.43, 0), (0.32, 0.05)], other),
        ):
            c.polygon(closed(placed(petal, x, y, scale=r, turn=turn), steps=6), shade)
        c.disc(
            *placed([(0.56, 0)], x, y, scale=r, turn=turn + 180 / folds)[0],
            r * 0.03,
            other,
        )
    c.disc(x, y, r * 0.1, tone)
    c.disc(x, y, r * 0.05, glaze)
    c.polygon(
        [*arc(x, y, r * 0.93, 200, 290), *reversed(arc(x, y, r * 0.8, 200, 290))],
        WHITE,
        60,
    )
