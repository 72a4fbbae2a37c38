"""A decoded picture as the picture maker reads it: rows of pixels, whoever decodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

MAX_PIXELS = 50_000_000
MAX_SIDE_PX = 20_000


class Refused(Exception):
    """This picture cannot be used: a stable reason, and a detail for the log."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}")


class Lacking(Exception):
    """A library is not there, or not as we know it: Pillow's own way is taken."""


@dataclass(frozen=True)
class Source:
    """A decoded picture: `full` is the size before its decoder shrank it to `size`.

    `rows` gives a part of it, from a row to before another; `is_plain` says that
    the whole may be taken as it is. `turns` are to be done one after the other.
    """

    full: tuple[int, int]
    size: tuple[int, int]
    profile: bytes | None
    turns: tuple[Image.Transpose, ...]
    rows: Callable[[int, int], Image.Image]
    is_plain: bool = False


def require_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return a size that is allowed; raises Refused."""
    width, height = size
    if max(size) > MAX_SIDE_PX or width * height > MAX_PIXELS:
        raise Refused("too_many_pixels", f"{width} × {height}")
    return size
