"""Art for hands and ears: braille, reliefs, wheels and the shape of a voice."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relay.demo.art.shapes import arc, closed, mix, placed, smooth

if TYPE_CHECKING:
    from relay.demo.art.canvas import Canvas
    from relay.demo.art.pens import Pen
    from relay.demo.art.shapes import Point
    from relay.demo.art.sketch import Sketch

WHITE = (255, 255, 255)
WARM = (255, 214, 140)


# Which of the dots 1 to 6 each letter raises (uncontracted braille).
_BRAILLE = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        [
            "1",
            "12",
            "14",
            "145",
            "15",
            "124",
            "1245",
            "125",
            "24",
            "245",
            "13",
            "123",
            "134",
            "1345",
            "135",
            "1234",
            "12345",
            "1235",
            "234",
            "2345",
            "136",
            "1236",
            "2456",
            "1346",
            "13456",
            "1356",
        ],
        strict=True,
    )
)


def braille(c: Canvas, s: Sketch) -> None:
    """Emboss the words in `mode`; / begins a new line, `n` is unused."""
    p = s.colours
    ground = mix(p.paper, p.hues[s.seed % 5], 0.16 if s.seed % 2 else 0.5)
    c.gradient(mix(ground, WHITE, 0.16), mix(ground, p.ink, 0.06))
    c.grain = 0.08
    lines = s.mode.replace("_", " ").split("/")
    longest = max(len(line) for line in lines)
    cell = min(c.width * 0.86 / (longest - 0.3), c.height * 0.84 / (len(lines) * 1.5))
    dot = cell * 0.42
    top = (c.height - (len(lines) - 1) * cell * 1.55 - dot * 2) / 2
    for row, line in enumerate(lines):
        left = (c.width - (len(line) - 1) * cell - dot) / 2
        for col, letter in enumerate(line):
            for k in range(6):
                x = left + col * cell + dot * (k // 3)
                y = top + row * cell * 1.55 + dot * (k % 3)
                raised = str(k + 1) in _BRAILLE.get(letter, "")
                if raised:
                    _bump(c, x, y, dot * 0.36, s, row)
                elif letter != " ":
                    c.disc(x, y, dot * 0.1, mix(ground, p.ink, 0.16))


def _bump(c: Canvas, x: float, y: float, r: float, s: Sketch, row: int) -> None:
    p = s.colours
    tone = (
        mix(p.paper, WHITE, 0.4)
        if s.seed % 2
        else mix(p.hues[(s.seed + row + 1) % 5], WHITE, 0.1)
    )
    c.through(
        lambda pen: pen.disc(x + r * 0.3, y + r * 0.4, r * 1.04),
        p.ink,
        110,
        blur=r * 0.2,
    )
    c.disc(x, y, r, mix(tone, p.ink, 0.14))
    c.disc(x - r * 0.06, y - r * 0.08, r * 0.88, tone)
    c.disc(x - r * 0.3, y - r * 0.34, r * 0.32, WHITE, 150)


def relief(c: Canvas, s: Sketch) -> None:
    """Emboss `n` layers of one colour; `mode` leaf, hand, wave, sun or hills."""
    p = s.colours
    ground = mix(p.paper, p.hues[s.seed % 4], 0.3)
    c.gradient(mix(ground, WHITE, 0.12), mix(ground, p.ink, 0.05))
    c.grain = 0.08
    for k in range(s.n):
        shapes = _RELIEFS[s.mode](c, k / s.n)
        _raise(c, shapes, mix(ground, p.hues[s.seed % 4], 0.14 * k + 0.05), s)


def _raise(
    c: Canvas, shapes: list[list[Point]], tone: tuple[int, int, int], s: Sketch
) -> None:
    ink = s.colours.ink

    def cut(pen: Pen) -> None:
        for shape in shapes:
            pen.polygon(shape)

    c.through(cut, ink, 130, blur=8, shift=(9, 13))
    lit = mix(tone, WHITE, 0.75)
    for shape in shapes:
        c.polygon([(x - 2.6, y - 2.6) for x, y in shape], lit)
    for shape in shapes:
        c.polygon(shape, tone)


def _leaf_relief(c: Canvas, t: float) -> list[list[Point]]:
    x, y, r = c.width / 2, c.height * 0.97, c.height * 0.94
    out = (
        [
            closed(
                [
                    (x - 6, y),
                    (x - 3, y - r * 0.5),
                    (x, y - r * 0.96),
                    (x + 3, y - r * 0.5),
                    (x + 6, y),
                ],
                steps=6,
            )
        ]
        if t == 0
        else []
    )
    for i in range(7):
        at = y - r * (0.18 + 0.11 * i)
        size = min(c.width * 0.42, r * 0.34) * (1 - 0.08 * i) * (1 - t * 0.62)
        for flip in (False, True):
            leaf = [(0, 0), (0.4, -0.36), (1, -0.5), (0.62, 0.0)]
            out.append(closed(placed(leaf, x, at, scale=size, flip=flip), steps=7))
    return out


def _hand_relief(c: Canvas, t: float) -> list[list[Point]]:
    x, y, r = c.width / 2, c.height * 0.6, min(c.width, c.height) * 0.33 * (1 - 0.3 * t)
    out = [
        closed(
            placed(
                [
                    (-0.5, -0.3),
                    (0, -0.42),
                    (0.5, -0.3),
                    (0.5, 0.4),
                    (0.28, 0.8),
                    (-0.28, 0.8),
                    (-0.5, 0.4),
                ],
                x,
                y,
                scale=r,
            ),
            steps=6,
        )
    ]
    for a, b, w in (
        (-0.5, -1.05, 0.11),
        (-0.16, -1.36, 0.12),
        (0.19, -1.32, 0.12),
        (0.52, -1.0, 0.11),
        (0.96, -0.34, 0.12),
    ):
        w *= 1 - 0.45 * t  # noqa: PLW2901 - thinner on the upper layers
        foot = (a * 0.62, -0.1) if a < 0.9 else (0.34, 0.36)  # noqa: PLR2004 - the thumb
        dx, dy = a - foot[0], b - foot[1]
        length = math.hypot(dx, dy)
        nx, ny = -dy / length * w, dx / length * w
        tip = arc(
            a,
            b,
            w,
            math.degrees(math.atan2(ny, nx)),
            math.degrees(math.atan2(ny, nx)) - 180,
        )
        out.append(
            placed(
                [(foot[0] + nx, foot[1] + ny), *tip, (foot[0] - nx, foot[1] - ny)],
                x,
                y,
                scale=r,
            )
        )
    return out


def _wave_relief(c: Canvas, t: float) -> list[list[Point]]:
    base = c.height * (0.1 + 0.9 * t)
    line = [
        (
            c.width * i / 30,
            base
            + c.height * 0.05 * math.sin(i * 0.42 + t * 9)
            + c.height * 0.02 * math.sin(i * 0.9),
        )
        for i in range(-2, 33)
    ]
    return [
        [
            *smooth(line, steps=3),
            (c.width * 1.1, c.height * 1.1),
            (-c.width * 0.1, c.height * 1.1),
        ]
    ]


def _sun_relief(c: Canvas, t: float) -> list[list[Point]]:
    x, y, r = c.width / 2, c.height / 2, min(c.width, c.height) * 0.46 * (1 - 0.85 * t)
    teeth = 12
    rim = []
    for k in range(360):
        a = math.radians(k)
        rim.append(
            (
                x + r * (1 + 0.07 * math.sin(teeth * a + t * 9)) * math.cos(a),
                y + r * (1 + 0.07 * math.sin(teeth * a + t * 9)) * math.sin(a),
            )
        )
    return [rim]


def _hills_relief(c: Canvas, t: float) -> list[list[Point]]:
    out = []
    for cx, cy, size in ((0.32, 0.42, 1.0), (0.72, 0.62, 0.8), (0.62, 0.2, 0.5)):
        r = min(c.width, c.height) * 0.4 * size * (1 - t)
        out.append(
            [
                (
                    c.width * cx
                    + r
                    * (
                        1
                        + 0.16 * math.sin(3 * a + cx * 9)
                        + 0.07 * math.sin(5 * a + cy * 7)
                    )
                    * math.cos(a)
                    * 1.15,
                    c.height * cy
                    + r
                    * (
                        1
                        + 0.16 * math.sin(3 * a + cx * 9)
                        + 0.07 * math.sin(5 * a + cy * 7)
                    )
                    * math.sin(a),
                )
                for a in (math.radians(k) for k in range(0, 360, 3))
            ]
        )
    return out


_RELIEFS = {
    "leaf": _leaf_relief,
    "hand": _hand_relief,
    "wave": _wave_relief,
    "sun": _sun_relief,
    "hills": _hills_relief,
}


def wheels(c: Canvas, s: Sketch) -> None:
    """Draw `n` spoked wheels; `mode` dance or road."""
    p = s.colours
    c.gradient(p.high, p.low)
    unit = min(c.width, c.height)
    if s.mode == "road":
        y = c.height * 0.84
        c.rect(0, y, c.width, c.height, mix(p.hues[0], p.ink, 0.3))
        for i in range(s.n):
            r = unit * (0.13 + 0.19 * ((i * 0.618 + 0.2) % 1))
            _wheel(c, c.width * (i + 0.5) / s.n, y - r, r, i, s)
        return
    for i in range(s.n):
        x = c.width * (0.14 + 0.72 * ((i * 0.618 + 0.2) % 1))
        y = c.height * (0.16 + 0.68 * ((i * 0.382 + 0.1) % 1))
        _wheel(c, x, y, unit * (0.12 + 0.18 * ((i * 0.73) % 1)), i, s)


def _wheel(c: Canvas, x: float, y: float, r: float, i: int, s: Sketch) -> None:
    p = s.colours
    tone, spokes = p.hues[i % 5], 10 + 4 * (i % 3)
    c.disc(x, y, r, mix(tone, p.paper, 0.55), 90)
    for k in range(spokes):
        a = 2 * math.pi * k / spokes + i
        edge = (x + r * math.cos(a), y + r * math.sin(a))
        b = a + 0.5
        hub = (x + r * 0.1 * math.cos(b), y + r * 0.1 * math.sin(b))
        c.stroke([hub, edge], max(1.4, r * 0.014), mix(tone, p.ink, 0.35))
    c.ring(x, y, r * 1.04, r * 0.09, p.ink)
    c.ring(x, y, r * 0.93, r * 0.045, tone)
    if i % 2 == 0:
        c.ring(x, y, r * 0.78, r * 0.03, mix(tone, WHITE, 0.2))
    c.disc(x, y, r * 0.12, p.ink)
    c.disc(x, y, r * 0.06, mix(tone, WHITE, 0.5))


def voice(c: Canvas, s: Sketch) -> None:
    """Draw a spoken sentence of `n` beats; `mode` ring or line."""
    p = s.colours
    c.gradient(p.high, p.low)
    unit = min(c.width, c.height)
    loud = [
        abs(math.sin(k * 0.31 + s.seed)) * 0.5
        + abs(math.sin(k * 0.077 + s.seed * 2)) * 0.4
        + c.rng.random() * 0.18
        for k in range(s.n)
    ]
    if s.mode == "ring":
        x, y = c.width / 2, c.height / 2
        for k, level in enumerate(loud):
            a = 2 * math.pi * k / s.n - math.pi / 2
            start, end = unit * (0.2 - 0.05 * level), unit * (0.22 + 0.24 * level)
            tone = p.hues[int(k / s.n * 4.99)]
            c.stroke(
                [
                    (x + start * math.cos(a), y + start * math.sin(a)),
                    (x + end * math.cos(a), y + end * math.sin(a)),
                ],
                unit * 1.1 / s.n,
                tone,
            )
        c.glow(x, y, unit * 0.16, p.hues[3], 150)
        c.disc(x, y, unit * 0.05, p.hues[1])
        return
    step = c.width * 0.88 / s.n
    for k, level in enumerate(loud):
        fade = math.sin(math.pi * (k + 0.5) / s.n) ** 0.5
        half = c.height * 0.38 * level * fade + step * 0.3
        x = c.width * 0.06 + step * (k + 0.5)
        c.stroke(
            [(x, c.height / 2 - half), (x, c.height / 2 + half)],
            step * 0.56,
            p.hues[int(k / s.n * 4.99)],
        )
