"""Links to look at: of every season, each named where it is not the current one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import Session, select

from relay.domain.preview import PreviewState
from relay.models import Season
from tests.journeys.conftest import moderator

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from tests.journeys.person import Person
    from tests.web.making import Maker

__all__ = ["moderator"]


def test_links_of_an_earlier_season_are_listed_under_its_name(
    moderator: Person, maker: Maker, relay: Relay
) -> None:
    with Session(relay.engine) as session:
        here = session.exec(select(Season)).one()
        past = Season(
            **here.model_dump(exclude={"id", "slug", "number", "titles"}),
            slug="past",
            number=here.number - 1,
            titles={"en": "An earlier season"},
        )
        session.add(past)
        session.commit()
        past_id, own_name = past.id, here.titles["en"]
    maker.published(preview=PreviewState.REFUSED, title="Now")
    maker.published(preview=PreviewState.REFUSED, title="Then", season_id=past_id)
    moderator.open("/desk/links?what=refused")
    then, now = (" ".join(e.text().split()) for e in moderator.page.css(".link-case"))
    assert "Then" in then
    assert "An earlier season" in then
    assert "Now" in now
    assert own_name not in now
    assert moderator.first("[aria-current=page] .num").text() == "2"
