"""Quilts, tiles, mosaics and leaded glass."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relay.demo.art.shapes import arc, closed, mix, placed

if TYPE_CHECKING:
    from relay.demo.art.canvas import Canvas
    from relay.demo.art.palettes import Palette
    from relay.demo.art.shapes import Colour, Point
    from relay.demo.art.sketch import Sketch

WHITE = (255, 255, 255)
WARM = (255, 214, 140)


TAU = 2 * math.pi


def quilt(c: Canvas, s: Sketch) -> None:
    """Draw patchwork of `n` patches across; `mode` sampler, star or pinwheel."""
    p = s.colours
    c.fill(p.paper)
    c.grain = 0.08
    cell = c.width / s.n
    for row in range(math.ceil(c.height / cell)):
        for col in range(s.n):
            kind = {"star": 0, "pinwheel": 1}.get(s.mode, c.rng.randrange(6))
            tones = [
                p.hues[(row + col * 2 + k * 2 + c.rng.randrange(2)) % 6]
                for k in range(3)
            ]
            _patch(c, col * cell, row * cell, cell, kind, tones, p.paper)
            _stitches(c, col * cell, row * cell, cell, p.paper)


def _patch(  # the patch's box, and what is on it
    c: Canvas,
    x: float,
    y: float,
    w: float,
    kind: int,
    tones: list[Colour],
    paper: Colour,
) -> None:
    c.rect(x, y, w + 1, w + 1, tones[0])
    _PATCHES[kind](c, x, y, w, [*tones, paper])


def _star_patch(c: Canvas, x: float, y: float, w: float, tones: list[Colour]) -> None:
    cx, cy, r = x + w / 2, y + w / 2, w * 0.45

    def at(turn: float, reach: float) -> Point:
        return cx + reach * math.cos(turn), cy + reach * math.sin(turn)

    for k in range(8):
        a = TAU * k / 8
        c.polygon([(cx, cy), at(a, r), at(a + TAU / 16, r * 0.47)], tones[1])
        c.polygon([(cx, cy), at(a, r), at(a - TAU / 16, r * 0.47)], tones[3])


def _pinwheel(c: Canvas, x: float, y: float, w: float, tones: list[Colour]) -> None:
    m = w / 2
    for k in range(4):
        corner, blade = (
            [(0, 0), (0, -m), (m, -m)],
            [(0, 0), (m / 2, -m / 2), (m, -m), (m, 0)],
        )
        c.polygon(placed(corner, x + m, y + m, turn=90 * k), tones[1])
        c.polygon(placed(blade, x + m, y + m, turn=90 * k), tones[2])


def _log_cabin(c: Canvas, x: float, y: float, w: float, tones: list[Colour]) -> None:
    for k, tone in enumerate((tones[0], tones[1], tones[3], tones[2])):
        inset = w * 0.125 * k
        c.rect(x + inset, y + inset, w - 2 * inset, w - 2 * inset, tone)


def _geese(c: Canvas, x: float, y: float, w: float, tones: list[Colour]) -> None:
    for k in range(4):
        top, foot = y + w * k / 4, y + w * (k + 1) / 4
        c.polygon([(x, foot), (x + w / 2, top), (x + w, foot)], tones[1 + k % 2])


def _moons(c: Canvas, x: float, y: float, w: float, tones: list[Colour]) -> None:
    for k, (u, v) in enumerate(((x, y), (x + w, y), (x + w, y + w), (x, y + w))):
        c.polygon([(u, v), *arc(u, v, w * 0.4, 90 * k, 90 * k + 90)], tones[1 + k % 2])


def _bars(c: Canvas, x: float, y: float, w: float, tones: list[Colour]) -> None:
    for k in range(5):
        c.rect(x + w * k / 5, y, w / 10, w, tones[1])


_PATCHES = (_star_patch, _pinwheel, _log_cabin, _geese, _moons, _bars)


def _stitches(c: Canvas, x: float, y: float, w: float, paper: Colour) -> None:
    step = w / 11
    for k in range(11):
        at = step * (k + 0.2)
        c.stroke([(x + at, y + 5), (x + at + step * 0.5, y + 5)], 2.2, paper, 190)
        c.stroke([(x + 5, y + at), (x + 5, y + at + step * 0.5)], 2.2, paper, 190)


def tiles(c: Canvas, s: Sketch) -> None:
    """Draw `n` tiles across; `mode` arcs, petals or stars."""
    p = s.colours
    c.fill(p.paper)
    cell = c.width / s.n
    for row in range(math.ceil(c.height / cell)):
        for col in range(s.n):
            x, y = col * cell, row * cell
            tone, other = p.hues[(row + col) % 5], p.hues[(row * 2 + col + 2) % 5]
            ground = mix(p.paper, tone, 0.12)
            c.rect(x, y, cell + 1, cell + 1, ground)
            if s.mode == "arcs":
                _arcs(c, x, y, cell, tone, ground)
            elif s.mode == "petals":
                _petals(c, x, y, cell, tone, other)
            else:
                _star_tile(c, x, y, cell, tone, other)
            c.rect(x, y, cell, 2, p.ink, 40)
            c.rect(x, y, 2, cell, p.ink, 40)


def _arcs(
    c: Canvas, x: float, y: float, w: float, tone: Colour, ground: Colour
) -> None:
    flip = c.chance(0.5)
    for (u, v), turn in (
        (((x, y), 0), ((x + w, y + w), 180))
        if flip
        else (((x + w, y), 90), ((x, y + w), 270))
    ):
        for k, r in enumerate((0.84, 0.66, 0.5, 0.34, 0.18)):
            c.polygon(
                [(u, v), *arc(u, v, w * r, turn, turn + 90)], ground if k % 2 else tone
            )


def _petals(
    c: Canvas, x: float, y: float, w: float, tone: Colour, other: Colour
) -> None:
    cx, cy = x + w / 2, y + w / 2
    for k in range(4):
        petal = [(0.02, 0), (0.3, -0.16), (0.68, 0), (0.3, 0.16)]
        c.polygon(
            closed(placed(petal, cx, cy, scale=w, turn=45 + 90 * k), steps=6), tone
        )
        c.polygon(
            closed(
                placed(
                    [(0.03, 0), (0.22, -0.07), (0.42, 0), (0.22, 0.07)],
                    cx,
                    cy,
                    scale=w,
                    turn=90 * k,
                ),
                steps=6,
            ),
            other,
        )
    c.disc(cx, cy, w * 0.08, mix(tone, WHITE, 0.6))
    for u, v in ((x, y), (x + w, y), (x, y + w), (x + w, y + w)):
        c.disc(u, v, w * 0.09, other)


def _star_tile(
    c: Canvas, x: float, y: float, w: float, tone: Colour, other: Colour
) -> None:
    cx, cy = x + w / 2, y + w / 2
    for r, shade in ((0.5, tone), (0.36, mix(tone, WHITE, 0.7)), (0.27, other)):
        for turn in (0, 45):
            square = [
                (-r * 0.7, -r * 0.7),
                (r * 0.7, -r * 0.7),
                (r * 0.7, r * 0.7),
                (-r * 0.7, r * 0.7),
            ]
            c.polygon(placed(square, cx, cy, scale=w, turn=turn), shade)
    c.disc(cx, cy, w * 0.07, mix(other, WHITE, 0.7))
    for u, v in ((x, y), (x + w, y), (x, y + w), (x + w, y + w)):
        square = [(0, -0.16), (0.16, 0), (0, 0.16), (-0.16, 0)]
        c.polygon(placed(square, u, v, scale=w), other)


def mosaic(c: Canvas, s: Sketch) -> None:
    """Draw a mosaic `n` stones wide; `mode` sun, wave, heart or flower."""
    p = s.colours
    c.fill(mix(p.ink, p.hues[5], 0.15))
    c.grain = 0.07
    cell = c.width / s.n
    rows = math.ceil(c.height / cell)
    nodes = {
        (i, j): (
            (i + c.rng.uniform(-0.13, 0.13)) * cell,
            (j + c.rng.uniform(-0.13, 0.13)) * cell,
        )
        for i in range(s.n + 1)
        for j in range(rows + 1)
    }
    for j in range(rows):
        for i in range(s.n):
            u = (i + 0.5) / s.n * 2 - 1
            v = (j + 0.5) / rows * 2 - 1
            ratio = c.width / c.height
            tone = _stone(s, u * max(1, ratio), v * max(1, 1 / ratio))
            tone = mix(tone, WHITE if c.chance(0.5) else p.ink, c.rng.uniform(0, 0.2))
            corners = [
                nodes[i, j],
                nodes[i + 1, j],
                nodes[i + 1, j + 1],
                nodes[i, j + 1],
            ]
            mx, my = sum(a for a, _ in corners) / 4, sum(b for _, b in corners) / 4
            stone = [(mx + (a - mx) * 0.86, my + (b - my) * 0.86) for a, b in corners]
            c.polygon(stone, tone)
            c.polygon([stone[0], stone[1], (mx, my)], WHITE, 26)


def _stone(s: Sketch, u: float, v: float) -> Colour:
    return _PICTURES[s.mode](s.colours, u, v, math.hypot(u, v))


def _sun_stone(p: Palette, u: float, v: float, far: float) -> Colour:
    if far < 0.42:  # noqa: PLR2004 - the disc
        return p.hues[2] if far < 0.26 else p.hues[3]  # noqa: PLR2004 - its heart
    if far < 0.82:  # noqa: PLR2004 - the rays
        ray = math.cos(12 * math.atan2(v, u)) > 0
        return p.hues[1] if ray else mix(p.hues[3], p.paper, 0.4)
    return mix(p.hues[0], p.hues[4], min(1, far - 0.82))


def _wave_stone(p: Palette, u: float, v: float, far: float) -> Colour:
    del far
    crest = 0.35 * math.sin(u * 3.4) + 0.12 * math.sin(u * 8)
    if v < crest - 0.25:
        return mix(p.high, p.hues[3], 0.25)
    return p.hues[int((v - crest + 0.3) * 5) % 3]


def _heart_stone(p: Palette, u: float, v: float, far: float) -> Colour:
    a, b = u * 1.35, -v * 1.35 + 0.12
    if (a * a + b * b - 0.62) ** 3 - a * a * b**3 < 0:
        return mix(p.hues[1], p.hues[2], far)
    return mix(p.hues[4], p.paper, 0.45 + 0.2 * math.cos(far * 14))


def _flower_stone(p: Palette, u: float, v: float, far: float) -> Colour:
    if far < 0.56 + 0.26 * math.cos(6 * math.atan2(v, u)):
        heart = 0.2
        return p.hues[2] if far < heart else mix(p.hues[1], p.hues[3], far / 0.82)
    return mix(p.hues[0], p.hues[5], 0.5 + 0.5 * math.sin(far * 9))


_PICTURES = {
    "sun": _sun_stone,
    "wave": _wave_stone,
    "heart": _heart_stone,
    "flower": _flower_stone,
}


def glass(c: Canvas, s: Sketch) -> None:
    """Draw a leaded window, a rose of `n` lights; `mode` is not read."""
    p = s.colours
    lead = mix(p.ink, (0, 0, 0), 0.4)
    c.fill(lead)
    x, y = c.width / 2, c.height * 0.5
    reach = math.hypot(c.width, c.height) / 2
    bands = 7
    for band in range(bands, 0, -1):
        r = reach * band / bands
        count = s.n * (2 if band > bands // 2 else 1)
        for k in range(count):
            a, b = (
                360 * k / count + 180 / count * (band % 2),
                360 * (k + 1) / count + 180 / count * (band % 2),
            )
            tone = mix(
                p.hues[(k % 2 + band * (2 if k % 2 else 1)) % 6],
                WHITE,
                c.rng.uniform(0.0, 0.3),
            )
            light = [(x, y), *arc(x, y, r, a, b)]
            c.polygon(light, tone)
            c.stroke([(x, y), light[1]], 7, lead)
        c.ring(x, y, r + 4, 8, lead)
        if band > 1:
            c.disc(x, y, reach * (band - 1) / bands + 3, lead)
    c.glow(x, y, reach * 0.9, (255, 244, 214), 110)
