"""Mountains in mist, moon gates, bridges, boats, lanterns, ripples and waves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relay.demo.art.canvas import (
    Canvas,
    Colour,
    Point,
    arc,
    closed,
    mix,
    placed,
    smooth,
)
from relay.demo.art.plants import blossom

if TYPE_CHECKING:
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
        c.through(
            lambda pen, y=level: pen.polygon(  # type: ignore[misc]
                [(-50, y), (c.width + 50, y), (c.width + 50, y + 150), (-50, y + 150)]
            ),
            mist,
            round(150 * (1 - depth) + 25),
            blur=40,
        )
        if s.mode == "pines" and i >= s.n - 2:
            for x, y in ridge[:: 3 if i == s.n - 1 else 2]:
                _pine(c, x, y + 6, 26 + 46 * depth * c.rng.random(), mix(tone, p.ink, 0.4))
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
        c.polygon([(x, top), (x - half, top + h * 0.36), (x + half, top + h * 0.36)], tone)


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
        c.disc(x + r * 0.3, y - r * 0.35, r * 0.22, WARM if s.mode == "sea" else p.paper)
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
        bends = [(x + r * 0.1, y + r * 0.3), (x - r * 0.3, y + r * 0.55), (x, y + r * 1.05)]
        c.taper(smooth(bends, steps=20), r * 0.03, r * 0.42, p.paper)
    if s.mode in {"plum", "moon"}:
        stem = [(x - r * 0.5, y + r * 1.1), (x - r * 0.3, y + r * 0.4), (x - r * 0.4, y)]
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
        c.stroke([(x - 14, y - 36), (x - 10, y - 18), (x + 10, y - 18), (x + 14, y - 4)], 4, dark)
        h = 44
    c.polygon(
        [(x - 9, y - h * 0.3), (x - 5, y - h * 0.8), (x + 5, y - h * 0.8), (x + 9, y - h * 0.3)],
        coat,
    )
    c.disc(x, y - h, 6, dark)
    if i != 3:  # noqa: PLR2004 - as above
        c.stroke([(x - 3, y - h * 0.3), (x - 4, y)], 3, dark)
        c.stroke([(x + 3, y - h * 0.3), (x + 5, y)], 3, dark)


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
            [(0, -0.08), (way * wide * 0.8, -0.18), (way * wide * 0.6, -height * 0.6), (0, -height)],
            steps=8,
        )
        c.polygon(
            placed(leaf, x + way * r * 0.02, y, scale=r), mix(tone, WHITE, 0.0 if way > 0 else 0.4)
        )
    hull = [(-0.48, -0.04), (0.56, -0.04), (0.4, 0.14), (-0.36, 0.14)]
    c.polygon(placed(hull, x, y, scale=r), p.ink)


def _paper_boat(c: Canvas, x: float, y: float, r: float, i: int, s: Sketch) -> None:
    p = s.colours
    tone = mix(p.hues[(i + 1) % 6], WHITE, 0.5)
    c.disc(x, y + r * 0.2, r * 0.55, p.ink, 70, ry=r * 0.07)
    c.polygon(placed([(-0.3, -0.1), (0, -0.55), (0.3, -0.1)], x, y, scale=r), tone)
    c.polygon(
        placed([(0, -0.55), (0.3, -0.1), (0, -0.1)], x, y, scale=r), mix(tone, p.ink, 0.16)
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
        c.round_rect(px - r * 0.07, y - r * 0.22, r * 0.14, r * 0.2, r * 0.05, p.hues[(i + k) % 5])
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
        (c.width * i / 14, shore - c.height * 0.1 * c.rng.random()) for i in range(-1, 17)
    ]
    c.polygon([*line, (c.width, shore + 4), (0, shore + 4)], p.ink)
    c.mirror_below(shore, fade=mix(p.low, p.ink, 0.5), amount=0.45)
    spots = sorted((c.rng.random() ** 1.6, c.rng.random()) for _ in range(s.n))
    for depth, across in spots:
        y = shore + 14 + (c.height - shore - 40) * depth
        x, r = c.width * (across * 1.06 - 0.03), 5 + 24 * depth
        c.glow(x, y, r * 4.2, p.hues[0], 110)
        for k in range(4):
            c.disc(x, y + r * (1 + 0.7 * k), r * (0.7 - 0.13 * k), p.hues[0], 60, ry=r * 0.14)
        petals = [(-1, 0.1), (-0.55, 0.55), (0.55, 0.55), (1, 0.1), (0.5, 0.25), (-0.5, 0.25)]
        c.polygon(placed(petals, x, y, scale=r), c.rng.choice((p.hues[1], p.hues[5])))
        flame = [(0, -1.05), (0.42, -0.2), (0.3, 0.3), (-0.3, 0.3), (-0.42, -0.2)]
        c.polygon(closed(placed(flame, x, y, scale=r), steps=4), WARM)
        c.disc(x, y, r * 0.2, WHITE, ry=r * 0.34)


def _in_sky(c: Canvas, s: Sketch) -> None:
    p = s.colours
    c.gradient(p.high, p.low)
    for _ in range(90):
        c.disc(c.rng.random() * c.width, c.rng.random() * c.height, 1.2, p.paper, 120)
    spots = sorted((c.rng.random() ** 2, c.rng.random(), c.rng.random()) for _ in range(s.n))
    for depth, across, height in spots:
        x, y = c.width * across, c.height * (0.03 + 0.84 * height)
        r = (0.014 + 0.05 * depth) * min(c.width, c.height) * 1.3
        c.glow(x, y, r * 2.6, WARM, 90)
        body = [(-0.62, -0.9), (0.62, -0.9), (0.78, -0.4), (0.5, 0.9), (-0.5, 0.9), (-0.78, -0.4)]
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
            (c.width * i / 40, top + sag * math.sin(math.pi * i / 40)) for i in range(41)
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
        c.round_rect(x - r * 0.4, y + way * r * 0.82 - r * 0.09, r * 0.8, r * 0.18, 3, ink)
    for k in range(-2, 3):
        c.stroke([(x + k * r * 0.06, y + r * 1.2), (x + k * r * 0.1, y + r * 1.8)], 2, tone)


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
        c.stroke(placed([(-2.1, 0), (1.3, -0.1)], x, y, scale=r * 1.3, turn=turn), 2, p.ink)
    else:
        for k in range(5):
            a = math.radians(72 * k - 90)
            c.disc(x + r * math.cos(a), y + r * 0.6 * math.sin(a), r * 0.66, p.hues[4], ry=r * 0.42)
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
        line = _wave_line(c, c.height * (0.36 + 0.62 * t), c.height * 0.045 * (1 + t), phase)
        phase += 1.3
        tone = mix(p.hues[2], p.hues[0], t)
        c.polygon([*line, (c.width + 30, c.height), (-30, c.height)], tone)
        c.stroke(line, 3 + 5 * t, mix(tone, WHITE, 0.75))
        lower = [(x, y + 12 + 16 * t) for x, y in line]
        c.stroke(lower, 2, mix(tone, WHITE, 0.35))

