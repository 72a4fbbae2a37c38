"""Kites, constellations, paper cranes, umbrellas, rainbows and a lighthouse."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relay.demo.art.shapes import arc, mix, placed, smooth

if TYPE_CHECKING:
    from relay.demo.art.canvas import Canvas
    from relay.demo.art.pens import Pen
    from relay.demo.art.shapes import Colour, Point
    from relay.demo.art.sketch import Sketch

WHITE = (255, 255, 255)
WARM = (255, 214, 140)


def kites(c: Canvas, s: Sketch) -> None:
    """Draw `n` kites; `mode` diamond, swallow or fish."""
    p = s.colours
    c.gradient(p.high, p.low)
    for _ in range(5):
        x, y = c.rng.random() * c.width, c.height * c.rng.uniform(0.05, 0.8)
        _cloud(c, x, y, min(c.width, c.height) * c.rng.uniform(0.1, 0.2), WHITE, 70)
    for i in range(s.n):
        x = c.width * (0.19 + 0.62 * ((i * 0.618 + 0.1) % 1))
        y = c.height * (0.17 + 0.5 * ((i * 0.382 + 0.2) % 1))
        r = min(c.width, c.height) * c.rng.uniform(0.1, 0.2)
        turn = c.rng.uniform(-8, 34)
        tone, other = p.hues[i % 4], mix(p.hues[(i + 2) % 5], WHITE, 0.35)
        _KITES[s.mode](c, x, y, r, turn, (tone, other))


def _cloud(c: Canvas, x: float, y: float, r: float, tone: Colour, alpha: int) -> None:
    def puffs(pen: Pen) -> None:
        for k, up, size in (
            (-1.3, 0, 0.4),
            (-0.7, 0.16, 0.6),
            (0, 0.3, 0.75),
            (0.7, 0.12, 0.6),
            (1.3, 0, 0.42),
            (0, 0, 0.9),
        ):
            pen.disc(x + r * k, y - r * up, r * size, r * size * 0.62)

    c.through(puffs, tone, alpha, blur=4)


def _tail(c: Canvas, at: Point, r: float, tone: Colour) -> None:
    bend = [
        (at[0] - r * 0.24 * k + r * 0.3 * math.sin(k * 1.7), at[1] + r * 0.62 * k)
        for k in range(6)
    ]
    line = smooth(bend)
    c.stroke(line, r * 0.022, tone)
    for k in (14, 26, 38):
        x, y = line[k]
        for way in (-1, 1):
            bow = [(0, 0), (way * 0.22, -0.1), (way * 0.22, 0.1)]
            c.polygon(placed(bow, x, y, scale=r, turn=20), tone)


def _diamond(
    c: Canvas, x: float, y: float, r: float, turn: float, tones: tuple[Colour, Colour]
) -> None:
    _tail(c, placed([(0, 1.2)], x, y, scale=r, turn=turn)[0], r, tones[0])
    top, left, right, foot = (0, -0.95), (-0.72, -0.1), (0.72, -0.1), (0, 1.2)
    for corners, tone in (
        ([top, left, (0, -0.1)], tones[0]),
        ([top, right, (0, -0.1)], tones[1]),
        ([foot, left, (0, -0.1)], tones[1]),
        ([foot, right, (0, -0.1)], tones[0]),
    ):
        c.polygon(placed(corners, x, y, scale=r, turn=turn), tone)


def _swallow(
    c: Canvas, x: float, y: float, r: float, turn: float, tones: tuple[Colour, Colour]
) -> None:
    _tail(c, (x, y + r * 0.9), r, tones[0])
    for flip in (False, True):
        wing = smooth([(0, -0.4), (0.6, -0.72), (1.25, -0.5), (1.5, 0.0)], steps=6)
        wing += smooth([(1.5, 0.0), (0.9, -0.06), (0.4, 0.02), (0, 0.3)], steps=6)
        tail = [(0, 0.2), (0.2, 0.3), (0.62, 1.25), (0.22, 0.85), (0, 0.5)]
        c.polygon(placed(wing, x, y, scale=r, turn=turn, flip=flip), tones[0])
        c.polygon(placed(tail, x, y, scale=r, turn=turn, flip=flip), tones[0])
        inner = smooth([(0.16, -0.3), (0.6, -0.52), (1.1, -0.38)], steps=6)
        inner += smooth([(1.1, -0.38), (0.6, -0.2), (0.18, 0.0)], steps=6)
        c.polygon(placed(inner, x, y, scale=r, turn=turn, flip=flip), tones[1])
        spot = placed([(0.72, -0.34)], x, y, scale=r, turn=turn, flip=flip)[0]
        c.disc(*spot, r * 0.09, tones[0])
    head = placed([(0, -0.46)], x, y, scale=r, turn=turn)[0]
    c.disc(*head, r * 0.2, tones[0])
    c.disc(*head, r * 0.08, WHITE)


def _fish(
    c: Canvas, x: float, y: float, r: float, turn: float, tones: tuple[Colour, Colour]
) -> None:
    half = r * 0.42
    body = [
        (x + r * 2.6 * (t / 12), y + half * 0.5 * math.sin(t * 0.7 + turn))
        for t in range(13)
    ]
    upper = [(a, b - half * (1 - 0.055 * k)) for k, (a, b) in enumerate(body)]
    lower = [(a, b + half * (1 - 0.055 * k)) for k, (a, b) in enumerate(body)]
    tail = [
        (body[-1][0] + half, body[-1][1] - half),
        (body[-1][0] + half * 0.4, body[-1][1]),
    ]
    tail.append((body[-1][0] + half, body[-1][1] + half))
    c.polygon(
        [*smooth(upper, steps=4), *tail, *reversed(smooth(lower, steps=4))], tones[0]
    )
    for k in range(2, 11, 2):
        a, b = body[k]
        edge = half * (1 - 0.055 * k)
        c.stroke(arc(a, b, edge * 0.5, 90, 270, ry=edge * 0.94), r * 0.06, tones[1])
    c.disc(x + r * 0.1, y - half * 0.1, half * 0.36, WHITE)
    c.disc(x + r * 0.1, y - half * 0.1, half * 0.18, (20, 16, 34))
    c.stroke([(x, y), (x - r * 0.7, c.height)], 1.4, tones[0], 150)


_KITES = {"diamond": _diamond, "swallow": _swallow, "fish": _fish}


def _around(count: int, r: float, first: float, *, at: Point = (0, 0)) -> list[Point]:
    return [
        (at[0] + r * math.cos(a), at[1] + r * math.sin(a))
        for a in (math.radians(first + 360 * k / count) for k in range(count))
    ]


# Star pictures in a square of 2 by 2: points, then which of them are joined.
FIGURES: dict[str, tuple[list[Point], list[tuple[int, int]]]] = {
    "hand": (
        [
            (-0.5, 0.9), (0.4, 0.9), (0.6, 0.1), (1, -0.3), (0.45, -0.2), (0.5, -0.9),
            (0.2, -0.25), (0.1, -1), (-0.1, -0.25), (-0.3, -0.9), (-0.35, -0.1),
            (-0.8, -0.5), (-0.6, 0.2),
        ],
        [(i, (i + 1) % 13) for i in range(13)],
    ),
    "crane": (
        [
            (-1, 0.1), (-0.4, -0.1), (-0.2, -0.9), (0.2, 0), (0.5, -0.7), (0.5, 0.2),
            (1, 0.6), (0, 0.4),
        ],
        [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (5, 7), (7, 1), (1, 3)],
    ),
    "chair": (
        [
            (-0.6, -1), (-0.5, 0.05), (0.3, 0.05), (0.5, 0.7), (0.85, 0.7),
            *_around(8, 0.62, 0, at=(-0.2, 0.42)),
            (-0.35, -0.75), (0.2, -0.3),
        ],
        [
            (0, 1), (1, 2), (2, 3), (3, 4),
            *[(5 + k, 5 + (k + 1) % 8) for k in range(8)],
            (13, 1), (13, 14),
        ],
    ),
    "boat": (
        [
            (-1, 0.3), (-0.6, 0.8), (0.6, 0.8), (1, 0.3), (0, 0.3), (0, -1),
            (0.75, 0.1), (-0.6, 0.1),
        ],
        [
            (0, 1), (1, 2), (2, 3), (3, 4), (4, 0), (4, 5), (5, 6), (6, 4), (5, 7),
            (7, 4),
        ],
    ),
    "flower": (
        [(0, 0), *_around(5, 0.5, -90), *_around(5, 1, -54)],
        [
            *[(0, k) for k in range(1, 6)],
            *[(k, 5 + k) for k in range(1, 6)],
            *[(5 + k, 1 + k % 5) for k in range(1, 6)],
        ],
    ),
}  # fmt: skip


def constellations(c: Canvas, s: Sketch) -> None:
    """Draw star pictures named in `mode` (joined by +) over hills."""
    p = s.colours
    c.gradient(p.high, mix(p.high, p.low, 0.5), p.low)
    for _ in range(260):
        x, y = c.rng.random() * c.width, c.rng.random() * c.height
        c.disc(x, y, c.rng.choice((0.8, 1.1, 1.6)), WHITE, c.rng.randrange(60, 190))
    names = s.mode.split("+")
    wide = c.width >= c.height
    for i, name in enumerate(names):
        at = (i + 0.5) / len(names)
        x, y = (
            (c.width * at, c.height * (0.44 - 0.08 * (i % 2)))
            if wide
            else (c.width * (0.45 + 0.1 * (i % 2)), c.height * 0.86 * at)
        )
        room = min(
            c.width / (len(names) if wide else 1),
            c.height * 0.84 / (1 if wide else len(names)),
        )
        _figure(c, name, x, y, room * 0.36, s)
    for k in range(2):
        y = c.height * (0.86 + 0.06 * k)
        line = [(c.width * i / 5, y + c.rng.uniform(-26, 26)) for i in range(-1, 8)]
        c.polygon(
            [*smooth(line), (c.width * 1.4, c.height), (-c.width * 0.2, c.height)],
            mix(p.low, p.ink, 0.5 + 0.4 * k),
        )


def _figure(c: Canvas, name: str, x: float, y: float, r: float, s: Sketch) -> None:
    p = s.colours
    points, joins = FIGURES[name]
    stars = placed(points, x, y, scale=r, turn=c.rng.uniform(-8, 8))
    for a, b in joins:
        c.stroke([stars[a], stars[b]], 2.2, WHITE, 120)
    for i, (sx, sy) in enumerate(stars):
        c.glow(sx, sy, 24, p.hues[i % 2], 170)
        c.disc(sx, sy, 4.6 if i % 3 else 6.4, mix(p.hues[0], WHITE, 0.7))


def cranes(c: Canvas, s: Sketch) -> None:
    """Draw `n` folded paper cranes; `mode` flight or strings."""
    p = s.colours
    c.gradient(p.high, p.low)
    if s.mode == "strings":
        columns = max(4, round(c.width / 120))
        each = math.ceil(s.n / columns)
        for i in range(columns):
            x = c.width * (i + 0.5) / columns
            low = c.height * (0.62 + 0.3 * abs(math.sin(i * 1.7 + s.seed)))
            c.stroke([(x, 0), (x, low)], 1.6, p.ink)
            for k in range(each):
                y = low * (k + 0.8) / each
                _crane(
                    c, x, y, c.width / columns * 0.42, p.hues[(i + k) % 5], i % 2 == 0
                )
        return
    unit = min(c.width, c.height)
    c.disc(c.width * 0.7, c.height * 0.3, unit * 0.17, mix(p.hues[3], WHITE, 0.25))
    for i in range(s.n):
        x = c.width * (0.1 + 0.8 * ((i * 0.618 + 0.3) % 1))
        y = c.height * (0.14 + 0.72 * ((i * 0.2764 + 0.15) % 1))
        tone = mix(p.hues[i % 5], WHITE, 0.35 if i % 3 else 0.7)
        _crane(c, x, y, unit * c.rng.uniform(0.08, 0.17), tone, s.seed % 2 == 0)


def _crane(
    c: Canvas,
    x: float,
    y: float,
    r: float,
    tone: Colour,
    flip: bool,  # noqa: FBT001
) -> None:
    dark, light = mix(tone, (24, 18, 44), 0.28), mix(tone, WHITE, 0.32)
    for shape, shade in (
        ([(0.1, 0.1), (0.35, -0.95), (0.42, 0.2)], dark),
        ([(-0.3, 0.3), (-1.15, -0.5), (-0.1, 0.05)], dark),
        ([(0.3, 0.3), (1.25, -0.35), (0.2, 0.05)], tone),
        ([(-1.15, -0.5), (-1.42, -0.28), (-0.98, -0.34)], tone),
        ([(-0.42, 0.2), (0, 0.5), (0.42, 0.2), (0, -0.02)], mix(tone, dark, 0.5)),
        ([(-0.3, 0.22), (-0.5, -0.9), (0.18, 0.05), (0.1, 0.3)], light),
    ):
        c.polygon(placed(shape, x, y, scale=r, flip=flip), shade)


def umbrellas(c: Canvas, s: Sketch) -> None:
    """Draw `n` umbrellas from above in the rain; `mode` crowd or one."""
    p = s.colours
    c.gradient(mix(p.low, p.ink, 0.12), mix(p.low, p.ink, 0.3))
    for _ in range(60):
        x, y = c.rng.random() * c.width, c.rng.random() * c.height
        r = c.rng.uniform(5, 20)
        c.ring(x, y, r, 1.4, WHITE, 60, ry=r * 0.6)
    unit = math.sqrt(c.width * c.height / s.n)
    columns = max(1, round(c.width / unit))
    rows = math.ceil(s.n / columns)
    spots = [
        (
            c.width * (k % columns + 0.5 + c.rng.uniform(-0.16, 0.16)) / columns,
            c.height * (k // columns + 0.5 + c.rng.uniform(-0.16, 0.16)) / rows,
        )
        for k in range(columns * rows)
    ]
    for k, (x, y) in enumerate(spots):
        tone = p.hues[k % 5]
        if s.mode == "one":
            tone = p.hues[4] if k == len(spots) // 2 else mix(p.low, p.ink, 0.55)
        _umbrella(c, x, y, unit * c.rng.uniform(0.42, 0.55), tone)
    for _ in range(110):
        x, y = c.rng.random() * c.width, c.rng.random() * c.height
        c.stroke([(x, y), (x - 5, y + 26)], 1.3, WHITE, 110)


def _umbrella(c: Canvas, x: float, y: float, r: float, tone: Colour) -> None:
    turn, sides = c.rng.uniform(0, 45), 8
    corners = [
        (
            x + r * math.cos(math.radians(turn + 360 * k / sides)),
            y + r * math.sin(math.radians(turn + 360 * k / sides)),
        )
        for k in range(sides)
    ]
    c.shadow(lambda pen: pen.polygon(corners), shift=(12, 18), blur=12, alpha=120)
    for k in range(sides):
        a, b = corners[k], corners[(k + 1) % sides]
        dip = ((a[0] + b[0]) / 2 * 0.94 + x * 0.06, (a[1] + b[1]) / 2 * 0.94 + y * 0.06)
        light = (
            0.3 * (1 + math.cos(math.radians(turn + 360 * (k + 0.5) / sides + 130))) / 2
        )
        shade = mix(mix(tone, (20, 14, 40), 0.14), WHITE, light)
        c.polygon([(x, y), a, dip, b], shade)
        c.stroke([(x, y), a], max(1.2, r * 0.015), mix(tone, (20, 14, 40), 0.45))
    c.disc(x, y, r * 0.055, mix(tone, WHITE, 0.6))


def rainbow(c: Canvas, s: Sketch) -> None:
    """Draw `n` concentric arches; `mode` hill, sun or town."""
    p = s.colours
    c.gradient(p.high, p.low)
    x, y = c.width / 2, c.height * (0.94 if s.mode == "hill" else 0.62)
    reach = min(c.width * 0.48, y * 0.92)
    for k in range(s.n):
        r = reach * (1 - k / (s.n + 1.5))
        tone = p.hues[k % 5]
        if s.mode == "sun":
            c.disc(x, y, r, mix(tone, p.paper, 0.15 * (k % 2)))
        else:
            c.polygon(arc(x, y, r, 180, 360), tone)
            c.polygon(
                arc(x, y, r * (1 - 0.16 / s.n * 4), 180, 360), mix(tone, p.paper, 0.82)
            )
    if s.mode == "sun":
        for k in range(28):
            a = math.radians(360 * k / 28)
            start, end = reach * 1.07, reach * (1.2 if k % 2 else 1.32)
            c.stroke(
                [
                    (x + start * math.cos(a), y + start * math.sin(a)),
                    (x + end * math.cos(a), y + end * math.sin(a)),
                ],
                8,
                p.hues[k % 4],
            )
        c.gradient(mix(p.hues[0], p.ink, 0.1), mix(p.hues[0], p.ink, 0.5), top=y)
        for k in range(24):
            half = reach * (1.1 - k / 30) * c.rng.uniform(0.5, 1)
            at = y + (c.height - y) * (k + 0.6) / 24
            c.stroke([(x - half, at), (x + half, at)], 3, p.hues[k % 4], 200)
        return
    line = [(c.width * i / 5, y - 20 * c.rng.random()) for i in range(-1, 8)]
    edge = [*smooth(line), (c.width * 1.4, c.height), (-c.width * 0.2, c.height)]
    c.polygon(edge, mix(p.hues[3], p.ink, 0.35))


def lighthouse(c: Canvas, s: Sketch) -> None:
    """Draw a lighthouse and its beams over `n` small boats; `mode` left or right."""
    p = s.colours
    c.gradient(p.high, p.low)
    sea = c.height * 0.72
    x = c.width * (0.24 if s.mode == "left" else 0.76)
    top, unit = c.height * 0.26, min(c.width, c.height)
    way = 1 if s.mode == "left" else -1
    for spread, alpha in ((0.2, 46), (0.12, 60), (0.05, 90)):
        far = c.width * 1.2
        for turn in (way, -way * 0.9):
            beam = [
                (x, top),
                (x + turn * far, top - far * spread),
                (x + turn * far, top + far * spread),
            ]
            c.polygon(beam, (255, 226, 150), alpha)
    c.gradient(mix(p.hues[5], p.ink, 0.3), p.ink, top=sea)
    for k in range(70):
        y = sea + (c.height - sea) * c.rng.random()
        at, w = c.rng.random() * c.width, c.rng.uniform(20, 90)
        c.stroke([(at, y), (at + w, y)], 1.5, p.hues[0] if k % 3 else p.paper, 110)
    rock = [
        (x + unit * a, sea + unit * b)
        for a, b in (
            (-0.34, 0.09),
            (-0.2, -0.03),
            (-0.08, -0.09),
            (0.1, -0.08),
            (0.2, 0),
            (0.32, 0.09),
        )
    ]
    c.polygon(smooth(rock), mix(p.ink, p.low, 0.2))
    for k in range(6):
        a, b = k / 6, (k + 1) / 6
        y1, y2 = top + (sea - top) * a, top + (sea - top) * b
        w1, w2 = unit * (0.035 + 0.03 * a), unit * (0.035 + 0.03 * b)
        tone = p.paper if k % 2 else p.hues[1]
        c.polygon(
            [(x - w1, y1), (x + w1, y1), (x + w2, y2), (x - w2, y2)],
            mix(tone, p.low, 0.15),
        )
    c.rect(
        x - unit * 0.03, top - unit * 0.06, unit * 0.06, unit * 0.06, (255, 236, 180)
    )
    c.polygon(
        [
            (x - unit * 0.045, top - unit * 0.06),
            (x, top - unit * 0.12),
            (x + unit * 0.045, top - unit * 0.06),
        ],
        p.hues[1],
    )
    c.rect(x - unit * 0.055, top, unit * 0.11, unit * 0.016, p.ink)
    c.glow(x, top - unit * 0.03, unit * 0.3, (255, 236, 170), 220)
    for i in range(s.n):
        bx = c.width * ((0.5 + i * 0.618) % 1)
        by = sea + (c.height - sea) * (0.25 + 0.6 * ((i * 0.382) % 1))
        size = unit * 0.05 * (0.6 + (by - sea) / (c.height - sea))
        c.polygon(
            placed(
                [(-1, -0.1), (1, -0.1), (0.6, 0.4), (-0.6, 0.4)], bx, by, scale=size
            ),
            p.hues[i % 4],
        )
        c.polygon(
            placed([(0.05, -0.2), (0.05, -1.5), (0.8, -0.2)], bx, by, scale=size),
            p.paper,
        )
