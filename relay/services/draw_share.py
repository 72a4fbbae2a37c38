"""Drawing what is shared: once for all who ask, and kept for as long as it is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relay.domain.share import FORMS, SeasonCard, share_key

if TYPE_CHECKING:
    from relay.domain.share import ShareFacts
    from relay.ports import MediaStore, ShareArtist


def draw_share(
    facts: ShareFacts, *, form: str, artist: ShareArtist, media: MediaStore
) -> bytes:
    """Draw what is shared, keep it under the name of its facts, and return it.

    Without a picture that is no longer in the store: such a drawing is not kept.
    Raises Unavailable.
    """
    shown = None if isinstance(facts, SeasonCard) else facts.work.picture
    picture = media.get(shown.key) if shown else None
    drawing = artist.draw(facts, form=form, picture=picture)
    if picture is not None or shown is None:
        key = share_key(facts, edition=artist.edition, form=form)
        media.put(key, drawing, content_type=FORMS[form])
    return drawing
