"""Compares picture formats at equal quality: bytes and CPU seconds.

Quality is SSIM of luma (Wang and others, 2004; means over 8 × 8 pixels, every fourth
pixel) against the same unencoded rendition. For each picture the lowest AVIF quality
that is at least as good as our WebP is looked for; its bytes and its encoder's CPU
time are then set beside WebP's.
"""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageMath

# The constants of the SSIM paper for 8-bit samples.
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_WINDOW_PX = 8
_STEP_PX = 4

WEBP: dict[str, Any] = {"format": "WEBP", "quality": 80, "method": 2}
AVIF: dict[str, Any] = {"format": "AVIF", "max_threads": 1}


@dataclass(frozen=True)
class Cost:
    """What one encoded picture costs, and what it is worth (SSIM, 1 is the same)."""

    size: int
    seconds: float
    ssim: float
    quality: int


def encode(
    image: Image.Image, options: dict[str, Any], *, runs: int = 1
) -> tuple[bytes, float]:
    """Return the bytes and the least CPU seconds of a few runs."""
    best = float("inf")
    data = b""
    for _ in range(runs):
        out = io.BytesIO()
        before = time.process_time()
        image.save(out, **options)
        best = min(best, time.process_time() - before)
        data = out.getvalue()
    return data, best


def measure_webp(image: Image.Image) -> Cost:
    """Return what our WebP costs."""
    data, seconds = encode(image, WEBP, runs=3)
    return Cost(len(data), seconds, ssim(image, data), WEBP["quality"])


def measure_avif(image: Image.Image, *, speed: int, wanted: float) -> Cost:
    """Return what the smallest AVIF costs whose SSIM is at least `wanted`."""
    low, high = 1, 100
    while low < high:
        middle = (low + high) // 2
        data, _ = encode(image, AVIF | {"speed": speed, "quality": middle})
        if ssim(image, data) >= wanted:
            high = middle
        else:
            low = middle + 1
    data, seconds = encode(image, AVIF | {"speed": speed, "quality": low}, runs=3)
    return Cost(len(data), seconds, ssim(image, data), low)


def ssim(image: Image.Image, data: bytes) -> float:
    """Return how alike a picture and its encoded form are in luma, 1 for the same."""
    one = image.convert("L").convert("F")
    other = Image.open(io.BytesIO(data)).convert("L").convert("F")
    mean_1, mean_2 = _mean(one), _mean(other)
    squares = ImageMath.lambda_eval(lambda a: a["x"] * a["x"], x=one)
    squares_2 = ImageMath.lambda_eval(lambda a: a["x"] * a["x"], x=other)
    products = ImageMath.lambda_eval(lambda a: a["x"] * a["y"], x=one, y=other)
    found = ImageMath.lambda_eval(
        lambda a: (
            (2 * a["m"] * a["n"] + _C1)
            * (2 * (a["p"] - a["m"] * a["n"]) + _C2)
            / (
                (a["m"] * a["m"] + a["n"] * a["n"] + _C1)
                * (a["s"] - a["m"] * a["m"] + a["t"] - a["n"] * a["n"] + _C2)
            )
        ),
        m=mean_1,
        n=mean_2,
        p=_mean(products),
        s=_mean(squares),
        t=_mean(squares_2),
    )
    average = found.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert isinstance(average, float)
    return average


def _mean(image: Image.Image) -> Image.Image:
    """Return the means over windows that overlap by half, as one picture."""
    width = (image.width - _WINDOW_PX) // _STEP_PX * _STEP_PX
    height = (image.height - _WINDOW_PX) // _STEP_PX * _STEP_PX
    halves = image.reduce(_STEP_PX, (0, 0, width + _WINDOW_PX, height + _WINDOW_PX))
    across, down = halves.width - 1, halves.height - 1
    parts = [halves.crop((x, y, x + across, y + down)) for x in (0, 1) for y in (0, 1)]
    mean: Image.Image = ImageMath.lambda_eval(
        lambda a: (a["a"] + a["b"] + a["c"] + a["d"]) / 4,
        **dict(zip("abcd", parts, strict=True)),
    )
    return mean
