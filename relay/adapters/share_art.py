"""Draws what is shared: cards for other sites, posters with a QR code, certificates."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from relay.adapters.share_cards import (
    paint_entry_card,
    paint_relay_card,
    paint_season_card,
)
from relay.adapters.share_shapes import open_rendition
from relay.adapters.share_sheets import paint_certificate, paint_poster
from relay.domain.errors import Unavailable
from relay.domain.share import Certificate, EntryCard, Poster, RelayCard, SeasonCard

if TYPE_CHECKING:
    from PIL.Image import Image

    from relay.adapters.fonts import FontBook
    from relay.adapters.share_shapes import Sheet
    from relay.domain.share import ShareFacts

# Grows when the drawings change, so that they are drawn anew.
_EDITION = 1
# Who waits longer for a drawing is told to come back.
PATIENCE_SECONDS = 5.0


class PillowShareArtist:
    """Draws with Pillow, one drawing at a time: faces of fonts cannot be shared.

    So a process never spends more than one core and one drawing's memory on strangers
    who ask for pictures.
    """

    def __init__(self, fonts: FontBook) -> None:
        self._fonts = fonts
        self._turn = Lock()

    @property
    def edition(self) -> str:
        """What drawings depend on beside their facts."""
        return f"{_EDITION}-{self._fonts.edition}"

    def draw(self, facts: ShareFacts, *, form: str, picture: bytes | None) -> bytes:
        """Return a drawing as `png` or `jpg`; raises Unavailable.

        `picture` is the JPEG that the facts' work names, when it names one.
        """
        if not self._turn.acquire(timeout=PATIENCE_SECONDS):
            message = "too many pictures are being drawn"
            raise Unavailable(message)
        try:
            shown = open_rendition(picture) if picture is not None else None
            return _paint(facts, shown, self._fonts).encode(form)
        finally:
            self._turn.release()


def _paint(facts: ShareFacts, picture: Image | None, fonts: FontBook) -> Sheet:
    match facts:
        case EntryCard():
            return paint_entry_card(facts, picture, fonts)
        case RelayCard():
            return paint_relay_card(facts, fonts)
        case SeasonCard():
            return paint_season_card(facts, fonts)
        case Poster():
            return paint_poster(facts, picture, fonts)
        case Certificate():
            return paint_certificate(facts, fonts)
