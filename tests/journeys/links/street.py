"""A small platform on loopback whose posts change, go and come back, as tests say."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Post:
    """One post as it is now: its status, its title, which drawing it shows."""

    title: str = "Paper boats"
    drawing: str = "boats"
    status: int = 200


@dataclass
class Street:
    """The platform: its address, its posts by path, and who asked for what."""

    address: str = ""
    posts: dict[str, Post] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def post(
        self, path: str, *, title: str = "Paper boats", drawing: str = "boats"
    ) -> str:
        """Put up a post; return its link."""
        self.posts[path] = Post(title, drawing)
        return f"http://{self.address}{path}"

    def page(self, path: str) -> tuple[int, bytes]:
        """Return what a post answers now."""
        found = self.posts.get(path, Post(status=404))
        page = f"""<!doctype html><html lang="en"><head><title>{found.title}</title>
<meta property="og:title" content="{found.title}">
<meta property="og:image" content="/drawn/{found.drawing}.png"></head>
<body><h1>{found.title}</h1></body></html>"""
        return found.status, page.encode()


def draw(drawing: str) -> bytes:
    """Return a drawing as PNG: boats on a dark river, or lanterns in a light sky."""
    boats = drawing == "boats"
    image = Image.new("RGB", (800, 600), "#101840" if boats else "#ffe8b0")
    pen = ImageDraw.Draw(image)
    for number in range(5):
        x, y = 90 + 140 * number, 120 + 90 * (number % 4)
        if boats:
            pen.polygon([(x - 80, y), (x + 80, y), (x, y + 70)], fill="#f4f0e4")
        else:
            pen.ellipse((x - 50, 400 - y, x + 50, 540 - y), fill="#c0301c")
            pen.rectangle((x - 10, 300, x + 10, 600), fill="#402010")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@contextmanager
def serving_street() -> Iterator[Street]:
    """Serve the platform, each request in a thread of its own."""
    street = Street()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            street.asked.append(self.path)
            if self.path.startswith("/drawn/"):
                status, kind = 200, "image/png"
                body = draw(self.path.removeprefix("/drawn/").removesuffix(".png"))
            else:
                status, body = street.page(self.path)
                kind = "text/html; charset=utf-8"
            with suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        @override
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    street.address = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield street
    server.shutdown()
    thread.join()
    server.server_close()
