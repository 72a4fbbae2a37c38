from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from relay.demo.growth import MORE, grow
from relay.domain.moderation import Moderation
from relay.models import Entry, Picture
from tests.web.making import Maker, draw_picture

if TYPE_CHECKING:
    from relay.bootstrap import Relay


def test_a_large_demo_goes_on_from_what_was_played(relay: Relay) -> None:
    maker = Maker(relay)
    maker.published(link="https://lantern.example/post/1", picture=draw_picture())
    with Session(relay.engine) as session:
        refs = list(session.exec(select(Entry.ref)))
    grow(relay.engine, refs, clock=relay.clock, gazetteer=relay.gazetteer)
    with Session(relay.engine) as session:
        entries = session.exec(select(Entry).order_by(col(Entry.id))).all()
        assert len(set(session.exec(select(Picture.digest)))) == 1
    public = [each for each in entries if each.moderation is Moderation.APPROVED]
    assert len(public) == MORE + 1
    assert any(each.parent_id == entries[0].id for each in entries)
    assert len({each.city_id for each in public}) > 200
    assert len({each.country for each in public}) >= 60
    assert {each.title for each in entries} == {entries[0].title}
