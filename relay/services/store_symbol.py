"""Keeping the picture of a season's symbol, which the season's page shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from relay.domain.picture import RENDITION_PX, media_key
from relay.domain.season_plan import SeasonPlan, SymbolFile

if TYPE_CHECKING:
    from relay.domain.picture import PictureSet
    from relay.ports import MediaStore

# Every browser that we know reads it.
FORMAT = "webp"


def with_picture(
    plan: SeasonPlan, pictures: PictureSet, *, media: MediaStore
) -> SeasonPlan:
    """Keep a picture's files, and return the plan with them; raises Unavailable.

    Nobody sees them before the plan is kept, and written twice they do no harm.
    """
    files: dict[str, SymbolFile] = {}
    for name in RENDITION_PX:
        rendition = pictures.find(name, FORMAT)
        if rendition is None:
            continue
        key = media_key(rendition)
        media.put(key, rendition.data, content_type=rendition.content_type)
        files[key] = SymbolFile(key, FORMAT, rendition.width, rendition.height)
    return replace(plan, symbol_files=tuple(files.values()))
