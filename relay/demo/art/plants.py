"""Plum branches, bamboo, lotus ponds, ginkgo leaves, trees and meadows."""

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


def plum(c: Canvas, s: Sketch) -> None:
    """Draw a blossoming branch; `mode` moon, snow or plain, `n` side branches."""
    p = s.colours
    c.gradient(p.high, p.low)
    if s.mode == "moon":
        x, y, r = c.width * 0.64, c.height * 0.34, min(c.width, c.height) * 0.27
        c.glow(x, y, r * 2.2, p.paper, 110)
        c.disc(x, y, r, mix(p.paper, p.high, 0.15))
    main = _walk(c, (-20, c.height * 0.95), (c.width * 0.86, c.height * 0.06), 7)
    unit = min(c.width, c.height) / 640
    c.taper(smooth(main, steps=8), 26 * unit, 4 * unit, p.ink)
    places = _twigs(c, main, s.n, unit, p.ink)
    if s.mode == "snow":
        lying = [(x - 3 * unit, y - 8 * unit) for x, y in smooth(main, steps=8)]
        c.taper(lying, 13 * unit, 4 * unit, WHITE)
    for x, y in places:
        blossom(c, x, y, c.rng.uniform(13, 25) * unit, p.hues)
    for _ in range(14):
        x, y = c.rng.random() * c.width, c.height * c.rng.uniform(0.4, 1)
        c.disc(x, y, 5 * unit, c.rng.choice(p.hues[2:5]), 190, ry=3.2 * unit)


def _walk(c: Canvas, start: Point, end: Point, steps: int) -> list[Point]:
    jitter = min(c.width, c.height) * 0.055
    out = [start]
    for i in range(1, steps + 1):
        t = i / steps
        out.append(
            (
                start[0] + (end[0] - start[0]) * t + c.rng.uniform(-jitter, jitter),
                start[1] + (end[1] - start[1]) * t + c.rng.uniform(-jitter, jitter),
            )
        )
    return out


def _twigs(
    c: Canvas, main: list[Point], count: int, unit: float, ink: Colour
) -> list[Point]:
    places: list[Point] = []
    for i in range(count):
        x, y = main[2 + i % (len(main) - 2)]
        turn = math.radians(-45 + (52 if i % 2 else -52) + c.rng.uniform(-14, 14))
        length = c.rng.uniform(130, 250) * unit
        end = (x + length * math.cos(turn), y + length * math.sin(turn))
        twig = smooth(_walk(c, (x, y), end, 3), steps=8)
        c.taper(twig, 8 * unit, 2 * unit, ink)
        for _ in range(7):
            px, py = twig[c.rng.randrange(len(twig) // 3, len(twig))]
            spread = 26 * unit
            places.append(
                (
                    px + c.rng.uniform(-spread, spread),
                    py + c.rng.uniform(-spread, spread),
                )
            )
    return places


def blossom(c: Canvas, x: float, y: float, r: float, hues: tuple[Colour, ...]) -> None:
    """Draw one flower of five petals."""
    petal = c.rng.choice(hues[1:4])
    turn = c.rng.uniform(0, 72)
    for k in range(5):
        a = math.radians(turn + 72 * k)
        c.disc(x + r * 0.62 * math.cos(a), y + r * 0.62 * math.sin(a), r * 0.52, petal)
    deep = mix(petal, hues[0], 0.55)
    for k in range(10):
        a = math.radians(turn + 36 * k)
        tip = (x + r * 0.5 * math.cos(a), y + r * 0.5 * math.sin(a))
        c.stroke([(x, y), tip], r * 0.05, deep)
        c.disc(*tip, r * 0.07, (250, 226, 160))
    c.disc(x, y, r * 0.16, deep)


def bamboo(c: Canvas, s: Sketch) -> None:
    """Draw `n` bamboo stems; `mode` moon, mist or plain."""
    p = s.colours
    c.gradient(p.high, p.low)
    if s.mode == "moon":
        c.disc(c.width * 0.3, c.height * 0.26, min(c.width, c.height) * 0.16, p.paper)
    for i in range(s.n):
        depth = (i + 1) / s.n
        tone = mix(p.low, mix(p.hues[i % 3], p.ink, 0.2), 0.25 + 0.75 * depth)
        x = c.width * ((i * 0.618 + 0.13) % 1)
        _stem(c, x, c.width * (0.014 + 0.02 * depth), tone)
        for _ in range(3):
            _leaves(c, x, c.height * c.rng.uniform(0.05, 0.75), 70 + 90 * depth, tone)
        if s.mode == "mist":
            c.rect(0, 0, c.width, c.height, p.high, 26)


def _stem(c: Canvas, x: float, width: float, tone: Colour) -> None:
    y, lean = c.height + 10.0, c.rng.uniform(-0.05, 0.05)
    top = -40
    while y > top:
        joint = c.height * c.rng.uniform(0.13, 0.2)
        x2, y2 = x + lean * joint, y - joint
        c.polygon(
            [
                (x - width / 2, y),
                (x + width / 2, y),
                (x2 + width / 2, y2 + 5),
                (x2 - width / 2, y2 + 5),
            ],
            tone,
        )
        c.rect(x - width * 0.28, y2 + 8, width * 0.2, joint - 12, WHITE, 34)
        c.round_rect(
            x2 - width * 0.62, y2 - 2, width * 1.24, 8, 4, mix(tone, (10, 10, 20), 0.3)
        )
        x, y = x2, y2


def _leaves(c: Canvas, x: float, y: float, length: float, tone: Colour) -> None:
    way = c.rng.choice((-1, 1))
    tip = (x + way * length * 0.9, y - length * 0.25)
    c.stroke([(x, y), tip], 3, tone)
    for k in range(5):
        t = 0.35 + 0.16 * k
        base = (x + (tip[0] - x) * t, y + (tip[1] - y) * t)
        turn = c.rng.uniform(15, 75) if way > 0 else c.rng.uniform(105, 165)
        leaf = [(0, 0), (0.3, -0.075), (1, 0), (0.3, 0.075)]
        shape = placed(leaf, *base, scale=length * c.rng.uniform(0.8, 1.2), turn=turn)
        c.polygon(closed(shape, steps=5), mix(tone, (10, 10, 20), 0.12 * (k % 2)))


def lotus(c: Canvas, s: Sketch) -> None:
    """Draw a pond from above; `n` fish, `mode` flowers or night."""
    p = s.colours
    c.gradient(mix(p.hues[0], p.ink, 0.25), mix(p.hues[5], p.ink, 0.35))
    unit = min(c.width, c.height) / 640
    for _ in range(9):
        x, y = c.rng.random() * c.width, c.rng.random() * c.height
        for k in range(3):
            r = (30 + 26 * k) * unit
            c.ring(x, y, r, 1.6 * unit, WHITE, 46 - 12 * k)
    for i in range(s.n):
        x = c.width * ((0.23 + i * 0.618) % 1)
        y = c.height * ((0.4 + i * 0.382) % 1)
        _koi(c, x, y, 120 * unit, p.hues)
    pads = [(c.rng.random() * c.width, c.rng.random() * c.height) for _ in range(16)]
    for x, y in pads:
        _pad(c, x, y, c.rng.uniform(48, 98) * unit, p.hues[1], p.ink)
    for x, y in pads[:4]:
        _lotus_flower(c, x, y, 46 * unit, p.hues)


def _pad(c: Canvas, x: float, y: float, r: float, green: Colour, ink: Colour) -> None:
    notch = c.rng.uniform(0, 360)
    edge = [(x, y), *arc(x, y, r, notch + 11, notch + 349)]
    c.shadow(lambda pen: pen.polygon(edge), shift=(6, 8), blur=10, alpha=110)
    tone = mix(green, ink, c.rng.uniform(0, 0.35))
    c.polygon(edge, tone)
    vein = mix(tone, WHITE, 0.28)
    for k in range(11):
        a = math.radians(notch + 30 + 30 * k)
        tip = (x + 0.9 * r * math.cos(a), y + 0.9 * r * math.sin(a))
        c.stroke([(x, y), tip], 1.6, vein)


def _lotus_flower(
    c: Canvas, x: float, y: float, r: float, hues: tuple[Colour, ...]
) -> None:
    petal = [(0, 0), (0.32, -0.26), (1, 0), (0.32, 0.26)]
    for ring, size, share in ((0, 1.0, 0.1), (18, 0.74, 0.45), (9, 0.48, 0.75)):
        for k in range(9):
            turn = ring + 40 * k
            shape = closed(placed(petal, x, y, scale=r * size, turn=turn), steps=6)
            c.polygon(shape, mix(hues[4], WHITE, share))
    c.disc(x, y, r * 0.16, (246, 204, 104))


def _koi(
    c: Canvas, x: float, y: float, length: float, hues: tuple[Colour, ...]
) -> None:
    turn = c.rng.uniform(0, 360)
    body = [
        (-0.5, 0),
        (-0.2, -0.13),
        (0.25, -0.16),
        (0.5, 0),
        (0.25, 0.16),
        (-0.2, 0.13),
    ]
    tail = [(-0.45, 0), (-0.8, -0.22), (-0.68, 0), (-0.8, 0.2)]
    fins = [(0.2, -0.1), (0.02, -0.34), (0, -0.1), (0, 0.1), (0.02, 0.34), (0.2, 0.1)]
    colour = c.rng.choice((hues[3], (246, 240, 232), hues[4]))
    patch = (214, 74, 50)
    shape = closed(placed(body, x, y, scale=length, turn=turn), steps=6)
    c.shadow(lambda pen: pen.polygon(shape), shift=(10, 16), blur=10, alpha=90)
    for part in (tail, fins):
        c.polygon(placed(part, x, y, scale=length, turn=turn), mix(colour, WHITE, 0.3))
    c.polygon(shape, mix(colour, WHITE, 0.25))
    for at in (-0.15, 0.12):
        spot = placed(
            arc(at, 0.02, 0.11, 0, 360, ry=0.08), x, y, scale=length, turn=turn
        )
        c.polygon(spot, patch)
    for side in (-0.07, 0.07):
        eye = placed([(0.38, side)], x, y, scale=length, turn=turn)[0]
        c.disc(*eye, length * 0.022, (20, 16, 30))


def ginkgo(c: Canvas, s: Sketch) -> None:
    """Draw `n` falling ginkgo leaves; `mode` carpet covers the ground with them."""
    p = s.colours
    c.gradient(p.high, p.low)
    unit = min(c.width, c.height)
    if s.mode == "carpet":
        for _ in range(70):
            x = c.rng.random() * c.width
            y = c.height * (1 - 0.34 * c.rng.random() ** 1.6)
            _ginkgo_leaf(
                c, x, y, unit * 0.075, mix(c.rng.choice(p.hues[:3]), p.low, 0.2)
            )
    for i in range(s.n):
        x = c.width * ((0.17 + i * 0.618) % 1)
        y = c.height * ((0.09 + i * 0.2764) % 0.96)
        size = unit * c.rng.uniform(0.1, 0.26)
        _ginkgo_leaf(c, x, y, size, p.hues[i % 4])


def _ginkgo_leaf(c: Canvas, x: float, y: float, r: float, tone: Colour) -> None:
    turn = c.rng.uniform(0, 360)
    notch = 4  # degrees on either side of the middle
    rim = []
    for a in range(-74, 75, 2):
        reach = 1 + 0.035 * math.sin(a * 0.42) - (0.3 if abs(a) < notch else 0)
        turned = math.radians(a)
        rim.append((reach * math.sin(turned), -reach * math.cos(turned)))
    leaf = placed([(0, 0.04), *rim], x, y, scale=r, turn=turn)
    c.polygon(leaf, tone)
    line = mix(tone, (90, 50, 10), 0.22)
    for a in range(-66, 67, 12):
        end = (0.93 * math.sin(math.radians(a)), -0.93 * math.cos(math.radians(a)))
        c.stroke(placed([(0, 0), end], x, y, scale=r, turn=turn), r * 0.012, line)
    stem = smooth([(0.0, 0.0), (0.04, 0.3), (0.16, 0.62)], steps=6)
    c.taper(
        placed(stem, x, y, scale=r, turn=turn), r * 0.06, r * 0.03, mix(tone, line, 0.8)
    )


def trees(c: Canvas, s: Sketch) -> None:
    """Draw a wood of `n` bare trunks; `mode` birch, autumn or snow."""
    p = s.colours
    c.gradient(p.high, p.low)
    for row in range(3):
        depth = row / 2
        ground = c.height * (0.66 + 0.14 * row)
        c.polygon(_ground(c, ground, 22), mix(p.low, p.hues[1], 0.2 + 0.3 * depth))
        for i in range(s.n):
            x = c.width * ((i + 0.5 + c.rng.uniform(-0.3, 0.3)) / s.n)
            tone = mix(p.low, p.ink, 0.25 + 0.6 * depth)
            base = ground + c.rng.uniform(10, 40)
            _trunk(c, x, base, c.width * (0.006 + 0.011 * depth), tone, s.mode)
            if s.mode != "birch":
                _crown(c, x, c.height * 0.2, p.hues, depth, s.mode)


def _ground(c: Canvas, y: float, swing: float) -> list[Point]:
    line = [(c.width * i / 6, y + c.rng.uniform(-swing, swing)) for i in range(-1, 8)]
    return [
        *smooth(line),
        (c.width * 1.2, c.height + 9),
        (-c.width * 0.2, c.height + 9),
    ]


def _trunk(
    c: Canvas, x: float, base: float, width: float, tone: Colour, mode: str
) -> None:
    top = -10.0 if mode == "birch" else c.height * 0.16
    bark = mix(tone, WHITE, 0.72) if mode == "birch" else tone
    c.taper(
        [(x, base), (x + width * c.rng.uniform(-1, 1), top)], width, width * 0.6, bark
    )
    for _ in range(5):
        y = top + (base - top) * c.rng.uniform(0.1, 0.7)
        way = c.rng.choice((-1, 1))
        end = (x + way * width * 5, y - width * 6)
        c.taper([(x, y), end], width * 0.3, width * 0.12, bark)
        if mode == "birch":
            for _ in range(4):
                z = top + (base - top) * c.rng.random()
                c.disc(x + way * width * 0.2, z, width * 0.34, tone, ry=width * 0.1)


def _crown(
    c: Canvas, x: float, y: float, hues: tuple[Colour, ...], depth: float, mode: str
) -> None:
    for _ in range(34):
        tone = WHITE if mode == "snow" else c.rng.choice(hues[:4])
        c.disc(
            x + c.rng.gauss(0, c.width * 0.05),
            y + c.rng.gauss(0, c.height * 0.1),
            c.rng.uniform(6, 17),
            tone,
            round(90 + 120 * depth),
        )


def meadow(c: Canvas, s: Sketch) -> None:
    """Draw `n` tall flowers; `mode` day or dusk with a low sun."""
    p = s.colours
    c.gradient(p.high, p.low)
    if s.mode == "dusk":
        x, y = c.width * 0.7, c.height * 0.42
        c.glow(x, y, c.width * 0.4, p.hues[3], 150)
        c.disc(x, y, min(c.width, c.height) * 0.12, p.hues[3])
    for row in range(3):
        ground = c.height * (0.72 + 0.1 * row)
        tone = mix(p.low, mix(p.hues[0], p.ink, 0.35), 0.35 + 0.3 * row)
        c.polygon(_ground(c, ground, 18), tone)
        for i in range(s.n):
            x = c.width * (i + c.rng.random()) / s.n
            height = c.height * c.rng.uniform(0.22, 0.5) * (0.6 + 0.3 * row)
            _flower(c, x, ground + 20, height, 9 + 9 * row, p.hues, tone)


def _flower(
    c: Canvas,
    x: float,
    base: float,
    height: float,
    r: float,
    hues: tuple[Colour, ...],
    green: Colour,
) -> None:
    lean = c.rng.uniform(-0.16, 0.16) * height
    stem = smooth(
        [(x, base), (x + lean * 0.3, base - height * 0.5), (x + lean, base - height)]
    )
    c.taper(stem, r * 0.22, r * 0.12, green)
    for t in (6, 11):
        leaf = [(0, 0), (0.5, -0.16), (1, 0), (0.5, 0.16)]
        way = c.rng.choice((-35, -145))
        c.polygon(
            closed(placed(leaf, *stem[t], scale=r * 2.4, turn=way), steps=5), green
        )
    hx, hy = stem[-1]
    petals, tone = c.rng.choice((5, 8, 12)), c.rng.choice(hues[1:5])
    for k in range(petals):
        a = 2 * math.pi * k / petals
        c.disc(
            hx + r * math.cos(a), hy + r * math.sin(a), r * (0.34 + 1.4 / petals), tone
        )
    c.disc(hx, hy, r * 0.55, mix(tone, (60, 30, 20), 0.5))
    c.disc(hx, hy, r * 0.3, (247, 207, 110))
