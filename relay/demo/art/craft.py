"""Paper cuts, weaving, quilts, tiles, mosaics, knots, bowls, fans, plates and thread."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relay.demo.art.canvas import Canvas, Colour, Point, arc, closed, mix, placed, smooth

if TYPE_CHECKING:
    from relay.demo.art.sketch import Sketch

WHITE = (255, 255, 255)
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
        _cut_flower(c, x, y, size, s.n, tone, p.paper if layer == 0 else p.hues[(layer * 2 - 2) % 5])


def _cut_flower(c: Canvas, x: float, y: float, r: float, n: int, tone: Colour, below: Colour) -> None:  # noqa: PLR0913, PLR0917 - where, how large, two colours
    rim: list[Point] = []
    lobes, steps = n * 2, 360
    for k in range(steps):
        a = TAU * k / steps
        reach = r * (0.88 + 0.09 * abs(math.sin(lobes * a / 2)) + 0.03 * math.cos(lobes * 2 * a))
        rim.append((x + reach * math.cos(a), y + reach * math.sin(a)))
    c.shadow(lambda pen: pen.polygon(rim), shift=(5, 9), blur=8, alpha=110)
    c.polygon(rim, tone)
    bands = [(0.74, 0.19, 0.5), (0.53, 0.15, 0.42), (0.34, 0.12, 0.34)]
    for reach, long, wide in bands:
        shape = c.rng.randrange(4)
        for k in range(n):
            a = 360 * (k + (0.5 if reach < 0.6 else 0)) / n  # noqa: PLR2004 - the inner bands turn half a fold
            hole = _hole(shape, long, wide * TAU * reach / n)
            c.polygon(placed([(reach + u, v) for u, v in hole], x, y, scale=r, turn=a), below)
            dot = placed([(reach + long * 0.3, 0)], x, y, scale=r, turn=a + 180 / n)[0]
            c.disc(*dot, r * min(0.03, wide / n * 0.5), below)
    c.disc(x, y, r * 0.15, below)
    for k in range(n):
        petal = closed(placed([(0, 0), (0.08, -0.035), (0.135, 0), (0.08, 0.035)], x, y, scale=r, turn=360 * k / n), steps=5)
        c.polygon(petal, tone)


def _hole(shape: int, long: float, wide: float) -> list[Point]:
    half = wide / 2
    if shape == 0:
        return closed([(-long * 0.6, 0), (0, -half), (long * 0.6, 0), (0, half)], steps=6)
    if shape == 1:
        return closed([(-long * 0.6, 0), (long * 0.3, -half), (long * 0.12, 0), (long * 0.3, half)], steps=6)
    if shape == 2:  # noqa: PLR2004 - a crescent
        outer = smooth([(-long * 0.3, -half), (long * 0.6, 0), (-long * 0.3, half)], steps=8)
        inner = smooth([(-long * 0.3, half), (long * 0.15, 0), (-long * 0.3, -half)], steps=8)
        return [*outer, *inner]
    return closed([(-long * 0.65, 0), (long * 0.1, -half * 0.9), (long * 0.55, -half * 0.3), (long * 0.55, half * 0.3), (long * 0.1, half * 0.9)], steps=6)


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
            over = (row + col) % (4 if s.mode == "twill" else 2) < (2 if s.mode == "twill" else 1)
            tone = _yarn(s, col, row, rows) if over else _warp(s, col)
            tone = mix(tone, WHITE if c.rng.random() < 0.5 else p.ink, c.rng.uniform(0, 0.12))  # noqa: PLR2004 - evens
            if over:
                c.round_rect(x - cell * 0.1, y + cell * 0.08, cell * 1.2, cell * 0.84, cell * 0.3, tone)
                c.rect(x, y + cell * 0.2, cell, cell * 0.12, WHITE, 50)
            else:
                c.round_rect(x + cell * 0.08, y - cell * 0.1, cell * 0.84, cell * 1.2, cell * 0.3, tone)
                c.rect(x + cell * 0.2, y, cell * 0.12, cell, WHITE, 40)


def _warp(s: Sketch, col: int) -> Colour:
    p = s.colours
    return p.hues[col // 4 % 5] if s.mode in {"stripes", "twill"} else mix(p.hues[0], p.ink, 0.25)


def _yarn(s: Sketch, col: int, row: int, rows: int) -> Colour:
    p = s.colours
    if s.mode == "diamond":
        return p.hues[(abs((col % 14) - 7) + abs((row % 14) - 7)) // 3 % 5]
    if s.mode == "ikat":
        edge = rows * (0.5 + 0.26 * math.sin(col * 0.21 + s.seed) + 0.1 * math.sin(col * 0.6))
        return p.hues[int(abs(row - edge) / rows * 11) % 5]
    return p.hues[(row // 5 + 2) % 5]


def quilt(c: Canvas, s: Sketch) -> None:
    """Draw patchwork of `n` patches across; `mode` sampler, star or pinwheel."""
    p = s.colours
    c.fill(p.paper)
    c.grain = 0.08
    cell = c.width / s.n
    for row in range(math.ceil(c.height / cell)):
        for col in range(s.n):
            kind = {"star": 0, "pinwheel": 1}.get(s.mode, c.rng.randrange(6))
            tones = [p.hues[(row + col * 2 + k * 2 + c.rng.randrange(2)) % 6] for k in range(3)]
            _patch(c, col * cell, row * cell, cell, kind, tones, p.paper)
            _stitches(c, col * cell, row * cell, cell, p.paper)


def _patch(c: Canvas, x: float, y: float, w: float, kind: int, tones: list[Colour], paper: Colour) -> None:  # noqa: PLR0913, PLR0917 - the patch's box
    c.rect(x, y, w + 1, w + 1, tones[0])
    m = w / 2
    cx, cy = x + m, y + m
    if kind == 0:
        for k in range(8):
            a, b = TAU * k / 8, TAU * (k + 0.5) / 8
            c.polygon([(cx, cy), (cx + m * 0.9 * math.cos(a), cy + m * 0.9 * math.sin(a)), (cx + m * 0.42 * math.cos(b), cy + m * 0.42 * math.sin(b))], tones[1])
            d = TAU * (k - 0.5) / 8
            c.polygon([(cx, cy), (cx + m * 0.9 * math.cos(a), cy + m * 0.9 * math.sin(a)), (cx + m * 0.42 * math.cos(d), cy + m * 0.42 * math.sin(d))], paper)
    elif kind == 1:
        for k in range(4):
            corner = placed([(0, 0), (0, -m), (m, -m)], cx, cy, turn=90 * k)
            c.polygon(corner, tones[1])
            c.polygon(placed([(0, 0), (m * 0.5, -m * 0.5), (m, -m), (m, 0)], cx, cy, turn=90 * k), tones[2])
    elif kind == 2:  # noqa: PLR2004 - log cabin
        for k in range(4):
            inset = w * 0.125 * k
            c.rect(x + inset, y + inset, w - 2 * inset, w - 2 * inset, (tones[0], tones[1], paper, tones[2])[k])
    elif kind == 3:  # noqa: PLR2004 - flying geese
        for k in range(4):
            c.polygon([(x, y + w * (k + 1) / 4), (cx, y + w * k / 4), (x + w, y + w * (k + 1) / 4)], tones[1 + k % 2])
    elif kind == 4:  # noqa: PLR2004 - quarter moons
        for a, (u, v) in enumerate(((x, y), (x + w, y), (x + w, y + w), (x, y + w))):
            c.polygon([(u, v), *arc(u, v, m * 0.8, 90 * a, 90 * a + 90)], tones[1 + a % 2])
    else:
        for k in range(5):
            c.polygon([(x + w * k / 5, y), (x + w * (k + 0.5) / 5, y), (x + w * (k + 0.5) / 5, y + w), (x + w * k / 5, y + w)], tones[1])


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


def _arcs(c: Canvas, x: float, y: float, w: float, tone: Colour, ground: Colour) -> None:  # noqa: PLR0913, PLR0917 - the tile's box
    flip = c.rng.random() < 0.5  # noqa: PLR2004 - evens
    for (u, v), turn in (
        (((x, y), 0), ((x + w, y + w), 180)) if flip else (((x + w, y), 90), ((x, y + w), 270))
    ):
        for k, r in enumerate((0.84, 0.66, 0.5, 0.34, 0.18)):
            c.polygon([(u, v), *arc(u, v, w * r, turn, turn + 90)], ground if k % 2 else tone)


def _petals(c: Canvas, x: float, y: float, w: float, tone: Colour, other: Colour) -> None:  # noqa: PLR0913, PLR0917 - the tile's box
    cx, cy = x + w / 2, y + w / 2
    for k in range(4):
        petal = [(0.02, 0), (0.3, -0.16), (0.68, 0), (0.3, 0.16)]
        c.polygon(closed(placed(petal, cx, cy, scale=w, turn=45 + 90 * k), steps=6), tone)
        c.polygon(closed(placed([(0.03, 0), (0.22, -0.07), (0.42, 0), (0.22, 0.07)], cx, cy, scale=w, turn=90 * k), steps=6), other)
    c.disc(cx, cy, w * 0.08, mix(tone, WHITE, 0.6))
    for u, v in ((x, y), (x + w, y), (x, y + w), (x + w, y + w)):
        c.disc(u, v, w * 0.09, other)


def _star_tile(c: Canvas, x: float, y: float, w: float, tone: Colour, other: Colour) -> None:  # noqa: PLR0913, PLR0917 - the tile's box
    cx, cy = x + w / 2, y + w / 2
    for r, shade in ((0.5, tone), (0.36, mix(tone, WHITE, 0.7)), (0.27, other)):
        for turn in (0, 45):
            square = [(-r * 0.7, -r * 0.7), (r * 0.7, -r * 0.7), (r * 0.7, r * 0.7), (-r * 0.7, r * 0.7)]
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
        (i, j): ((i + c.rng.uniform(-0.13, 0.13)) * cell, (j + c.rng.uniform(-0.13, 0.13)) * cell)
        for i in range(s.n + 1)
        for j in range(rows + 1)
    }
    for j in range(rows):
        for i in range(s.n):
            u = (i + 0.5) / s.n * 2 - 1
            v = ((j + 0.5) / rows * 2 - 1)
            ratio = c.width / c.height
            tone = _stone(s, u * max(1, ratio), v * max(1, 1 / ratio))
            tone = mix(tone, WHITE if c.rng.random() < 0.5 else p.ink, c.rng.uniform(0, 0.2))  # noqa: PLR2004 - evens
            corners = [nodes[i, j], nodes[i + 1, j], nodes[i + 1, j + 1], nodes[i, j + 1]]
            mx, my = sum(a for a, _ in corners) / 4, sum(b for _, b in corners) / 4
            stone = [(mx + (a - mx) * 0.86, my + (b - my) * 0.86) for a, b in corners]
            c.polygon(stone, tone)
            c.polygon([stone[0], stone[1], (mx, my)], WHITE, 26)


def _stone(s: Sketch, u: float, v: float) -> Colour:
    p = s.colours
    far = math.hypot(u, v)
    if s.mode == "sun":
        ray = math.cos(12 * math.atan2(v, u)) > 0
        if far < 0.42:  # noqa: PLR2004 - the disc
            return p.hues[2] if far < 0.26 else p.hues[3]  # noqa: PLR2004 - its heart
        return (p.hues[1] if ray else mix(p.hues[3], p.paper, 0.4)) if far < 0.82 else mix(p.hues[0], p.hues[4], min(1, far - 0.82))  # noqa: PLR2004 - the rays
    if s.mode == "wave":
        crest = 0.35 * math.sin(u * 3.4) + 0.12 * math.sin(u * 8)
        return mix(p.high, p.hues[3], 0.25) if v < crest - 0.25 else p.hues[int((v - crest + 0.3) * 5) % 3]
    if s.mode == "heart":
        a, b = u * 1.35, -v * 1.35 + 0.12
        inside = (a * a + b * b - 0.62) ** 3 - a * a * b**3 < 0
        return mix(p.hues[1], p.hues[2], far) if inside else mix(p.hues[4], p.paper, 0.45 + 0.2 * math.cos(far * 14))
    petals = 0.56 + 0.26 * math.cos(6 * math.atan2(v, u))
    if far < petals:
        return p.hues[2] if far < 0.2 else mix(p.hues[1], p.hues[3], far / 0.82)  # noqa: PLR2004 - the heart of the flower
    return mix(p.hues[0], p.hues[5], 0.5 + 0.5 * math.sin(far * 9))


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
        run.append((c.width / 2 + r * math.cos(turns * t), c.height / 2 + r * math.sin(turns * t)))
    step = 8
    pieces = sorted(range(0, steps, step), key=lambda k: math.sin(s.n * TAU * k / steps))
    for k in pieces:
        part = [run[i % steps] for i in range(k - 2, k + step + 3)]
        tone = p.hues[k * 5 // steps]
        c.band(part, wide * 1.42, mix(p.ink, p.low, 0.15))
        longer = [run[i % steps] for i in range(k - 7, k + step + 8)]
        c.band(longer, wide, tone)
        shine = [(x - wide * 0.17, y - wide * 0.17) for x, y in longer]
        c.band(shine, wide * 0.16, mix(tone, WHITE, 0.4))


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
    c.through(lambda pen: pen.disc(x + r * 0.2, y + r * 0.05, r * 1.0, r * 0.16), p.ink, 120, blur=8)
    side = smooth([(x - r, top), (x - r * 0.9, y - deep * 0.35), (x - r * 0.38, y)], steps=10)
    shape = [*side, *[(2 * x - a, b) for a, b in reversed(side)]]
    c.polygon(shape, tone)
    drip = [(x + r * (k / 8 - 1), top + deep * (0.3 + 0.16 * math.sin(k * 1.9 + x) + 0.1 * c.rng.random())) for k in range(17)]
    glaze = [(x - r, top), *smooth(drip, steps=5), (x + r, top)]
    c.within(lambda pen: pen.polygon(shape), lambda: c.polygon(glaze, mix(tone, p.paper, 0.55)))
    c.polygon([*smooth([(x + r * 0.42, y), (x + r * 0.93, y - deep * 0.35), (x + r, top)], steps=8), (x + r * 0.72, top), (x + r * 0.5, y - deep * 0.4)], p.ink, 40)
    c.disc(x, top, r, mix(tone, p.ink, 0.3), ry=r * 0.23)
    c.disc(x, top + r * 0.05, r * 0.88, mix(p.hues[3], p.ink, 0.15), ry=r * 0.17)
    c.rect(x - r * 0.38, y - 3, r * 0.76, r * 0.09, mix(tone, p.ink, 0.45))
    if s.mode == "steam":
        for k in (-0.3, 0.25):
            rise = [(x + r * (k + 0.14 * math.sin(j * 1.5 + k * 9)), top - r * 0.3 * j) for j in range(6)]
            c.through(lambda pen, line=smooth(rise): pen.stroke(line, r * 0.12), WHITE, 150, blur=7)  # type: ignore[misc]


def fans(c: Canvas, s: Sketch) -> None:
    """Draw `n` folding fans, open; `mode` sun, wave or stripes."""
    p = s.colours
    c.gradient(p.high, p.low)
    wide = c.width >= c.height
    for i in range(s.n):
        at = (i + 0.5) / s.n
        x = c.width * at if wide else c.width * (0.5 + 0.06 * (-1) ** i)
        y = c.height * (0.78 - 0.06 * (i % 2)) if wide else c.height * (at + 0.36 / s.n)
        r = min(c.width / (s.n if wide else 1) * 0.52, c.height / (1 if wide else s.n) * 0.78, c.height * 0.62)
        _fan(c, x, y, r, 10 * (-1) ** i if s.n > 1 else 0, i, s)


def _fan(c: Canvas, x: float, y: float, r: float, turn: float, i: int, s: Sketch) -> None:  # noqa: PLR0913, PLR0917 - where, how large, how turned
    p, folds = s.colours, 18
    start, end = 198 + turn, 342 + turn
    leaf = [*arc(x, y, r, start, end), *reversed(arc(x, y, r * 0.42, start, end))]
    c.shadow(lambda pen: pen.polygon(leaf), shift=(8, 14), blur=12, alpha=100)
    for k in range(folds):
        a = math.radians(start + (end - start) * (k + 0.5) / folds)
        c.taper([(x, y), (x + r * 0.5 * math.cos(a), y + r * 0.5 * math.sin(a))], r * 0.02, r * 0.035, mix(p.ink, p.hues[0], 0.3))
    ground = mix(p.paper, p.hues[(i + 3) % 5], 0.25)
    c.polygon(leaf, ground)
    c.within(lambda pen: pen.polygon(leaf), lambda: _fan_picture(c, x, y, r, i, s))
    for k in range(folds):
        a, b = start + (end - start) * k / folds, start + (end - start) * (k + 0.5) / folds
        strip = [*arc(x, y, r, a, b), *reversed(arc(x, y, r * 0.42, a, b))]
        c.polygon(strip, p.ink, 26)
    c.stroke(arc(x, y, r, start, end), r * 0.014, p.hues[i % 5])
    c.disc(x, y, r * 0.03, p.hues[2])


def _fan_picture(c: Canvas, x: float, y: float, r: float, i: int, s: Sketch) -> None:  # noqa: PLR0913, PLR0917 - as _fan
    p = s.colours
    if s.mode == "sun":
        c.disc(x + r * 0.3, y - r * 0.72, r * 0.15, p.hues[(i + 1) % 5])
        for k in range(3):
            hill = [(x - r + r * 0.33 * j, y - r * (0.62 - 0.13 * k + 0.1 * c.rng.random())) for j in range(7)]
            c.polygon([*smooth(hill), (x + r, y), (x - r, y)], mix(p.hues[i % 5], p.paper, 0.5 - 0.22 * k))
    elif s.mode == "wave":
        for k in range(9):
            line = [(x - r + r * 0.1 * j, y - r * (0.36 + 0.075 * k) + r * 0.03 * math.sin(j * 1.2 + k)) for j in range(21)]
            c.stroke(smooth(line, steps=3), r * 0.028, p.hues[(i + k) % 5])
    else:
        for k in range(4):
            c.polygon([*arc(x, y, r * (0.94 - 0.13 * k), 180, 360), *reversed(arc(x, y, r * (0.87 - 0.13 * k), 180, 360))], p.hues[(i + k) % 5])


def plates(c: Canvas, s: Sketch) -> None:
    """Draw painted plates, `n` of them; `mode` one colour or many."""
    p = s.colours
    c.gradient(mix(p.low, p.ink, 0.06), mix(p.low, p.ink, 0.2))
    wide = c.width >= c.height
    columns = 1 if s.n == 1 else round(math.sqrt(s.n * c.width / c.height))
    rows = math.ceil(s.n / columns)
    r = min(c.width / columns, c.height / rows) * 0.44
    for k in range(s.n):
        x = c.width * (k % columns + 0.5) / columns
        y = c.height * (k // columns + 0.5) / rows
        tone = p.hues[k % 5] if s.mode == "many" else p.hues[0]
        _painted_plate(c, x, y, r if wide or s.n > 1 else r, tone, p.hues[(k + 2) % 5] if s.mode == "many" else p.hues[1])


def _painted_plate(c: Canvas, x: float, y: float, r: float, tone: Colour, other: Colour) -> None:  # noqa: PLR0913, PLR0917 - where, how large, two colours
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
        c.polygon(closed(placed(petal, x, y, scale=r, turn=turn), steps=5), other if k % 2 else tone)
    folds = c.rng.choice((5, 6, 8))
    for k in range(folds):
        turn = 360 * k / folds
        for petal, shade in (([(0.1, 0), (0.34, -0.17), (0.62, 0), (0.34, 0.17)], tone), ([(0.14, 0), (0.33, -0.1), (0.5, 0), (0.33, 0.1)], glaze), ([(0.18, 0), (0.32, -0.05), (0.43, 0), (0.32, 0.05)], other)):
            c.polygon(closed(placed(petal, x, y, scale=r, turn=turn), steps=6), shade)
        c.disc(*placed([(0.56, 0)], x, y, scale=r, turn=turn + 180 / folds)[0], r * 0.03, other)
    c.disc(x, y, r * 0.1, tone)
    c.disc(x, y, r * 0.05, glaze)
    c.polygon([*arc(x, y, r * 0.93, 200, 290), *reversed(arc(x, y, r * 0.8, 200, 290))], WHITE, 60)


def thread(c: Canvas, s: Sketch) -> None:
    """Draw thread between `n` nails on a ring; `mode` 2, 3 or 5 times as fast, or eye."""
    p = s.colours
    c.gradient(mix(p.high, p.ink, 0.0), p.low)
    x, y, r = c.width / 2, c.height / 2, min(c.width, c.height) * 0.44
    nails = [(x + r * math.cos(TAU * k / s.n - math.pi / 2), y + r * math.sin(TAU * k / s.n - math.pi / 2)) for k in range(s.n)]
    for k in range(s.n):
        other = (k + round(s.n * 0.38)) % s.n if s.mode == "eye" else k * int(s.mode) % s.n
        c.stroke([nails[k], nails[other]], 1.7, p.hues[int(k / s.n * 4.99)], 215)
    for at in nails:
        c.disc(*at, 3, mix(p.ink, p.hues[2], 0.3))
    c.ring(x, y, r * 1.03, 2.4, p.hues[0])


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
            a, b = 360 * k / count + 180 / count * (band % 2), 360 * (k + 1) / count + 180 / count * (band % 2)
            tone = mix(p.hues[(k % 2 + band * (2 if k % 2 else 1)) % 6], WHITE, c.rng.uniform(0.0, 0.3))
            light = [(x, y), *arc(x, y, r, a, b)]
            c.polygon(light, tone)
            c.stroke([(x, y), light[1]], 7, lead)
        c.ring(x, y, r + 4, 8, lead)
        if band > 1:
            c.disc(x, y, reach * (band - 1) / bands + 3, lead)
    c.glow(x, y, reach * 0.9, (255, 244, 214), 110)
