"""A site of pages that each show one drawn picture of 2 to 3 megapixels.

    python -m tests.bench.picture_site PORT

GET /1, /2, … are pages as blogs have them (40 kB); /1.jpg, … are their pictures.
"""

from __future__ import annotations

import sys
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

from PIL import Image, ImageDraw
from typing_extensions import override

# Pages name so many different pictures, in turns.
PICTURES = 8
_SIZES = ((2000, 1400), (1440, 1920), (1800, 1200))
_FILLING = (
    '<p class="text">Paper boats carry names down the river, and whoever finds one '
    'folds another. <a href="/tag/boats">Boats</a>, <em>lanterns</em>.</p>\n' * 240
)


@cache
def draw(number: int) -> bytes:
    """Return a JPEG that compresses like a photograph."""
    width, height = _SIZES[number % len(_SIZES)]
    noise = [
        Image.effect_noise((width // 8, height // 8), spread).resize((width, height))
        for spread in (40, 60, 80)
    ]
    photo = Image.merge("RGB", noise)
    pen = ImageDraw.Draw(photo)
    for each in range(40):
        left, top = each * width // 40, (each * 7 + number) % 40 * height // 40
        box = (left, top, left + width // 8, top + height // 8)
        pen.ellipse(box, outline=(each * 6, 90, 20 * number), width=9)
    out = BytesIO()
    photo.save(out, "JPEG", quality=88)
    return out.getvalue()


def write_page(number: int) -> bytes:
    """Return a page that tells of itself in the usual ways."""
    title = f"Lanterns on the river, {number}"
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>{title} | A blog of boats</title>
<meta property="og:title" content="{title}">
<meta property="og:site_name" content="A blog of boats">
<meta property="og:description" content="Paper boats carry names downstream.">
<meta property="og:image" content="/{number}.jpg">
<meta name="author" content="Mei Lin">
<meta property="article:published_time" content="2026-03-14T09:26:53+08:00">
</head><body><h1>{title}</h1>
{_FILLING}</body></html>""".encode()


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer a page or its picture."""
        is_picture = self.path.endswith(".jpg")
        number = int(self.path.strip("/").removesuffix(".jpg"))
        body = draw(number % PICTURES) if is_picture else write_page(number)
        self.send_response(200)
        kind = "image/jpeg" if is_picture else "text/html; charset=utf-8"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until ended."""
    for number in range(PICTURES):
        draw(number)
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), _Site).serve_forever()


if __name__ == "__main__":
    main()
