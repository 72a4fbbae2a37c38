from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import Session

from relay.domain.errors import FetchReason, PictureReason
from relay.domain.preview import PreviewState
from relay.models import Entry, Preview
from tests.web.making import Maker, draw_picture

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from relay.bootstrap import Relay
    from tests.journeys.person import Person

GONE = "There is no post at this address any more."


@pytest.fixture
def maker(relay: Relay) -> Maker:
    return Maker(relay)


def look(
    moderator: Person,
    relay: Relay,
    entry_id: int,
    state: PreviewState,
    **facts: Any,  # noqa: ANN401 - any column may be given
) -> LexborHTMLParser:
    """Open an entry at the desk whose preview came to a state."""
    with Session(relay.engine) as session:
        entry = session.get_one(Entry, entry_id)
        ref, entry.preview = entry.ref, state
        session.add(Preview(entry_id=entry_id, **facts))
        session.commit()
    return moderator.open(f"/desk/entry/{ref}").page


def lines(part: LexborNode | None) -> list[str]:
    assert part is not None
    return [each.text(strip=True) for each in part.css("p")]


def rows(page: LexborHTMLParser) -> dict[str, str]:
    return {
        (each.css_first("dt") or each).text(strip=True): (
            each.css_first("dd") or each
        ).text(strip=True)
        for each in page.css("dl.facts > div")
    }


def test_each_sentence_of_a_missing_picture_stands_by_itself(
    moderator: Person, relay: Relay, maker: Maker
) -> None:
    page = look(
        moderator,
        relay,
        maker.pending(),
        PreviewState.GONE,
        reason=FetchReason.GONE.value,
    )
    said = ["No picture", "Post no longer there", GONE]
    assert lines(page.css_first(".no-picture")) == said
    assert "Picture and preview" not in rows(page)


def test_a_post_that_says_nothing_has_no_row(
    moderator: Person, relay: Relay, maker: Maker
) -> None:
    silent = look(moderator, relay, maker.pending(), PreviewState.GONE, reason="gone")
    assert silent.css_first(".compare") is None
    assert all(rows(silent).values())
    telling = look(
        moderator, relay, maker.pending(), PreviewState.READY, author="Lin Wei"
    )
    compared = telling.css_first(".compare tbody")
    assert compared is not None
    assert "Lin Wei" in compared.text()


@pytest.mark.parametrize("link", ["https://example.org/post", ""])
def test_why_the_posts_picture_was_not_used_is_said_of_a_post_only(
    moderator: Person, relay: Relay, maker: Maker, link: str
) -> None:
    reason = PictureReason.TOO_SMALL.value
    page = look(
        moderator,
        relay,
        maker.pending(link=link, canonical=link),
        PreviewState.REFUSED,
        image_reason=reason,
        **({} if link else {"reason": reason}),
    )
    said = lines(page.css_first(".no-picture"))
    assert said.count("The picture is too small.") == 1
    names = "The post names a picture, but we could not use it."
    assert (names in said) == bool(link)


def test_beside_a_makers_own_picture_it_is_said_why_the_post_gave_none(
    moderator: Person, relay: Relay, maker: Maker
) -> None:
    no = maker.published(picture=draw_picture())
    page = look(moderator, relay, maker.id_of(no), PreviewState.GONE, reason="gone")
    assert page.css_first(".no-picture") is None
    assert rows(page)["Picture and preview"].endswith(GONE)
