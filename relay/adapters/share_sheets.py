"""The tall sheets: a poster to be saved and posted, and the maker's certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relay.adapters.share_cards import paint_mountains, paint_ripples
from relay.adapters.share_easel import BOLD, REGULAR, STRONG, Easel
from relay.adapters.share_shapes import (
    INK,
    MIST,
    MOUNTAIN,
    PAPER,
    PLUM,
    SOFT,
    WHITE,
    Sheet,
    between,
    colour_of,
)

if TYPE_CHECKING:
    from PIL.Image import Image

    from relay.adapters.fonts import FontBook
    from relay.domain.share import Certificate, Poster

POSTER = (1080, 1920)
A4 = (1240, 1754)  # 210 × 297 mm at 150 dots per inch

_MARGIN = 72
_TOP = 168  # where a poster's picture begins
_LOWEST, _HIGHEST = 560, 870  # pixels of a poster that its picture takes
_FOOT = 400
_QR = 320


def paint_poster(poster: Poster, picture: Image | None, fonts: FontBook) -> Sheet:
    """Paint a poster: picture, words, and the QR code on the mountain below."""
    sheet = Sheet(POSTER, PAPER, MIST, rtl=poster.page.rtl)
    easel = Easel(sheet, poster.page, fonts)
    tall = _picture_height(picture)
    if picture is None:
        paint_ripples(sheet, (POSTER[0] / 2, _TOP + tall / 2), 330)
    paint_mountains(sheet, poster.work.no, _FOOT, 116)
    if picture is not None and poster.work.picture is not None:
        box = (0, _TOP, POSTER[0], _TOP + tall)
        sheet.hang(picture, colour_of(poster.work.picture.colour), box)
    easel.sign((_MARGIN, _TOP / 2), 76, dark=False)
    room = POSTER[0] - 2 * _MARGIN
    words = easel.words_of(poster.work, 82, 46)
    below = _TOP + tall
    free = POSTER[1] - _FOOT - 116 - below
    easel.stack(words, (_MARGIN, below + 24, room, free - 36), gap=14)
    _paint_call(easel, poster)
    return sheet


def _paint_call(easel: Easel, poster: Poster) -> None:
    """Paint the QR code with what it is for, where it leads, and the number."""
    top = POSTER[1] - _FOOT + 40
    left = POSTER[0] - _MARGIN - _QR
    middle = (easel.sheet.x(left + _QR / 2), top + _QR / 2)
    easel.sheet.qr(poster.code.rows, middle, _QR)
    room = left - _MARGIN - 40
    call = easel.line(poster.call, (48, 28), STRONG, WHITE)
    if call:
        easel.place(easel.fit(call, (room, 180)), call, (_MARGIN, top - 6))
    address = easel.line(poster.code.address, (28, 16), REGULAR, WHITE)
    easel.write(address, (_MARGIN, top + 226), room)
    easel.number(poster.work, (_MARGIN, top + _QR - 14), 40, room)


def _picture_height(picture: Image | None) -> int:
    if picture is None:
        return 700
    wanted = round(POSTER[0] * picture.height / picture.width)
    return min(_HIGHEST, max(_LOWEST, wanted))


def paint_certificate(certificate: Certificate, fonts: FontBook) -> Sheet:
    """Paint a certificate: mostly white, so that it prints well, its words centred."""
    sheet = Sheet(A4, WHITE, between(WHITE, MIST, 0.35), rtl=certificate.page.rtl)
    easel = Easel(sheet, certificate.page, fonts)
    work, middle = certificate.work, A4[0] / 2
    paint_ripples(sheet, (middle, 250), 190)
    room = A4[0] - 2 * 130
    easel.stack(
        [
            (easel.line(certificate.page.brand, (40, 24), STRONG, SOFT), 60),
            (easel.line(certificate.heading, (34, 22), REGULAR, SOFT), 100),
            (easel.line(work.number, (76, 44), BOLD, PLUM), 110),
            (easel.line(work.title, (84, 44), BOLD, INK), 330),
            (easel.line(work.name, (50, 30), STRONG, INK), 130),
            (easel.line(work.place, (36, 24), REGULAR, SOFT), 60),
        ],
        (middle, 450, room, 700),
        gap=20,
        align="middle",
    )
    _paint_facts(easel, certificate, 1200)
    _paint_foot(easel, certificate)
    return sheet


def _paint_facts(easel: Easel, certificate: Certificate, top: float) -> None:
    """Paint the facts in columns under a thin line."""
    columns = len(certificate.facts)
    if not columns:
        return
    room = (A4[0] - 2 * 110) / columns
    easel.sheet.fill((130, int(top) - 30, A4[0] - 130, int(top) - 28), MIST)
    for at, (label, value) in enumerate(certificate.facts):
        middle = 110 + room * (at + 0.5)
        for text, px, weight, colour, y in (
            (value, 42, STRONG, INK, top),
            (label, 28, REGULAR, SOFT, top + 66),
        ):
            line = easel.line(text, (px, px * 0.5), weight, colour)
            if line:
                block = easel.fit(line, (room - 30, px * 1.6))
                easel.centre(block, line, (middle, y))


def _paint_foot(easel: Easel, certificate: Certificate) -> None:
    """Paint the address as a QR code and in letters, before far mountains."""
    sheet = easel.sheet
    for behind, share in enumerate((0.16, 0.34, 0.8)):
        sheet.ridge(
            certificate.work.no + 7 * behind,
            A4[1] - 150 + 48 * behind,
            84 - 12 * behind,
            between(WHITE, MOUNTAIN, share),
        )
    sheet.qr(certificate.code.rows, (A4[0] / 2, 1436), 190)
    address = easel.line(certificate.code.address, (26, 16), REGULAR, SOFT)
    if address:
        block = easel.fit(address, (A4[0] - 200, 40))
        easel.centre(block, address, (A4[0] / 2, 1540))
