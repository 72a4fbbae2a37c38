"""`/b/…/qr.svg` and `/b/…/qr.png`, and what else is needed to hand a baton on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

import segno
from flask import Response, abort, request, url_for
from markupsafe import Markup

from relay.domain.baton import GROUP, show_code, spell_code
from relay.queries.baton import BatonView, find_any_baton
from relay.web.add import batons
from relay.web.context import reading, the_relay
from relay.web.limits import limited

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

# Error correction M: what a thumb or a crease may hide. The quiet zone is the
# standard's own, in modules, for a code that stands on any ground.
CORRECTION = "m"
QUIET = 4
# Sides in pixels; a code of ours has at most 45 modules with its quiet zone.
SIZE, SIZE_MIN, SIZE_MAX = 800, 120, 3000
KEEP_SECONDS = 3600


@dataclass(frozen=True)
class Handing:
    """What a person needs to hand a baton on: link, QR code, letters to read out."""

    code: str
    link: str
    qr: Markup

    @property
    def shown(self) -> str:
        """The code as it is written."""
        return show_code(self.code)

    @property
    def groups(self) -> list[str]:
        """The code in the groups in which it is read out."""
        return [self.code[at : at + GROUP] for at in range(0, len(self.code), GROUP)]

    @property
    def spelt(self) -> list[tuple[str, str]]:
        """Each character with the word that tells it from others on a bad line."""
        return list(zip(self.code, spell_code(self.code), strict=True))


def hand_on(code: str) -> Handing:
    """Return what is needed to hand a baton on."""
    link = the_relay().settings.base_url + url_for("baton.take", code=code)
    return Handing(code, link, draw_qr(link))


@lru_cache(maxsize=1024)
def draw_qr(link: str) -> Markup:
    """Return a QR code as inline SVG, dark on light whatever the page's colours."""
    svg = segno.make(link, error=CORRECTION, micro=False).svg_inline(
        omitsize=True, border=QUIET, dark="#1d1730", light="#fff", svgclass="qr"
    )
    return Markup(svg)  # noqa: S704 - drawn by segno from squares alone


@batons.get("/b/<code>/qr.<any(svg, png):kind>")
@limited("token")
def qr(code: str, kind: str) -> ResponseReturnValue:
    """Send the QR code of a baton that works, black on white, for print and screens.

    `?size=` is the side in pixels; a PNG has the nearest smaller one at which each
    of its modules is a whole number of pixels.
    """
    baton = require_baton(code)
    link = the_relay().settings.base_url + url_for("baton.take", code=baton.code)
    drawn = segno.make(link, error=CORRECTION, micro=False)
    size = min(max(request.args.get("size", SIZE, type=int), SIZE_MIN), SIZE_MAX)
    modules = drawn.symbol_size(border=QUIET)[0]
    out = BytesIO()
    if kind == "svg":
        drawn.save(out, kind="svg", border=QUIET, light="#fff", scale=size / modules)
    else:
        drawn.save(out, kind="png", border=QUIET, scale=max(1, size // modules))
    mimetype = "image/svg+xml" if kind == "svg" else "image/png"
    answer = Response(out.getvalue(), mimetype=mimetype)
    name = f"baton-{show_code(baton.code)}.{kind}"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.cache_control.private = True
    answer.cache_control.max_age = KEEP_SECONDS
    return answer


def require_baton(code: str) -> BatonView:
    """Return the baton of a code; answers 404, or 410 when it was taken back."""
    with reading() as connection:
        baton = find_any_baton(connection, code)
    if baton is None:
        abort(404)
    if baton.is_revoked:
        abort(410)
    return baton
