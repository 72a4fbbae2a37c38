"""Makes published entries, as the desk would, without the forms in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Any

from PIL import Image
from sqlmodel import select

from relay.adapters.pictures import SafePictures
from relay.domain.moderation import Moderation
from relay.domain.preview import PreviewState
from relay.models import (
    Baton,
    Entry,
    Picture,
    PictureRole,
    RenditionFile,
    Season,
)
from relay.services.publish import publish, unpublish
from relay.services.writing import writing

if TYPE_CHECKING:
    from sqlmodel import Session

    from relay.bootstrap import Relay
    from relay.domain.picture import PictureSet

NANJING = 1799962
HAIFA = 294801
LYON = 2996944


@dataclass
class Maker:
    """Makes entries in one relay, each a little different."""

    relay: Relay
    _next: count[int] = field(default_factory=lambda: count(1))

    def pending(self, **changes: Any) -> int:  # noqa: ANN401 - any column may be given
        """Return the id of an entry that waits for a moderator."""
        return self._add(**changes)

    def published(self, *, picture: bytes | None = None, **changes: Any) -> int:  # noqa: ANN401 - any column may be given
        """Return the public number of an entry that was published."""
        entry_id = self._add(**changes)
        with writing(self.relay.engine) as session:
            entry = session.get_one(Entry, entry_id)
            if picture:
                self._add_picture(session, entry_id, picture)
            publish(
                session,
                entry,
                now=self.relay.clock.now(),
                printer=self.relay.printer,
            )
            return entry.no or 0

    def add_picture(
        self, entry_id: int, data: bytes, *, role: PictureRole = PictureRole.POST
    ) -> None:
        """Give an entry a picture."""
        with writing(self.relay.engine) as session:
            self._add_picture(session, entry_id, data, role)

    def take_away(self, no: int, to: Moderation) -> None:
        """Withdraw a published entry, or take it down."""
        with writing(self.relay.engine) as session:
            entry = session.exec(select(Entry).where(Entry.no == no)).one()
            unpublish(session, entry, to=to, now=self.relay.clock.now())

    def id_of(self, no: int) -> int:
        """Return the id behind a public number."""
        with writing(self.relay.engine) as session:
            found = session.exec(select(Entry.id).where(Entry.no == no)).one()
            assert found is not None
            return found

    def _add(self, **changes: Any) -> int:  # noqa: ANN401 - any column may be given
        now, at = self.relay.clock.now(), next(self._next)
        with writing(self.relay.engine) as session:
            season = session.exec(select(Season.id)).first()
            values: dict[str, Any] = {
                "ref": f"ref{at}",
                "season_id": season,
                "token_hash": f"{at:064d}",
                "link": f"https://example.org/works/{at}",
                "canonical": f"https://example.org/works/{at}",
                "title": f"Work {at}",
                "alt": f"What can be seen on work {at}",
                "name": f"Maker {at}",
                "lang": "en",
                "city_id": NANJING,
                "country": "CN",
                "moderation": Moderation.PENDING,
                "preview": PreviewState.READY,
                "started_at": now,
                "submitted_at": now,
                "consent_at": now,
                **changes,
            }
            values.setdefault("search_text", values["title"].casefold())
            entry = Entry(**values)
            session.add(entry)
            session.flush()
            assert entry.id is not None
            code = self.relay.dice.baton_code()
            session.add(Baton(code=code, entry_id=entry.id, created_at=now))
            return entry.id

    def _add_picture(
        self,
        session: Session,
        entry_id: int,
        data: bytes,
        role: PictureRole = PictureRole.POST,
    ) -> None:
        made = make_pictures(data)
        picture = Picture(
            entry_id=entry_id,
            role=role,
            digest=made.digest,
            width=made.width,
            height=made.height,
            colour=made.colour,
            placeholder=made.placeholder,
            fingerprint=made.fingerprint,
            created_at=self.relay.clock.now(),
        )
        session.add(picture)
        session.flush()
        for each in made.renditions:
            key = f"{made.digest}-{each.name}.{each.format}"
            self.relay.media.put(key, each.data, content_type=f"image/{each.format}")
            session.add(
                RenditionFile(
                    picture_id=picture.id or 0,
                    name=each.name,
                    format=each.format,
                    width=each.width,
                    height=each.height,
                    key=key,
                    size=len(each.data),
                )
            )
        session.flush()


@cache
def make_pictures(data: bytes) -> PictureSet:
    with SafePictures() as pictures:
        return pictures.make(data)


@cache
def draw_picture(width: int = 800, height: int = 600) -> bytes:
    """Return a PNG with something on it."""
    picture = Image.radial_gradient("L").resize((width, height)).convert("RGB")
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
