"""Links that are read and looked at again in tests, by the services themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, select, update

from relay.domain.errors import FetchFailed, FetchReason
from relay.domain.picture import PictureSet
from relay.domain.preview import LinkPreview, PageFacts
from relay.models import Look, OutboxRow, Preview, Topic
from relay.services.look_again import plan_looks
from relay.services.outbox import claim_due, mark_running
from relay.services.store_preview import StoredFile, store_preview, store_refusal
from tests.making import SetClock, choose, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.services.outbox import Ticket
    from relay.services.submit_entry import Receipt

DAY = timedelta(days=1)
BOATS, LANTERNS, KITES = "0" * 16, "f" * 16, "00000000ffffffff"


def later_clock() -> SetClock:
    """Return a clock that can be put forward; all that is due is due for it."""
    return SetClock(datetime.now(UTC) + timedelta(hours=1))


def begin(relay: Relay, clock: SetClock) -> Ticket:
    """Begin the oldest fetch that is due, as a worker would."""
    tickets = claim_due(relay.engine, limit=20, clock=clock)
    (ticket,) = [each for each in tickets if each.topic is Topic.FETCH_PREVIEW]
    assert mark_running(relay.engine, ticket.row_id, ticket.attempt, clock=clock)
    return ticket


def find_page(
    relay: Relay,
    clock: SetClock,
    *,
    title: str | None = "Paper boats",
    picture: str | None = BOATS,
) -> None:
    """Let a worker find a page with this title, and a picture of this fingerprint."""
    ticket = begin(relay, clock)
    files = [] if picture is None else files_of(relay, picture)
    assert store_preview(
        relay.engine,
        ticket,
        LinkPreview(
            asked="https://example.org/post",
            final_url="https://example.org/post",
            platform="web",
            facts=PageFacts(title=title, description=f"About {title}"),
        ),
        None if picture is None else replace(PICTURE, fingerprint=picture),
        files,
        clock=clock,
        printer=relay.printer,
        dice=relay.dice,
    )


def find_nothing(
    relay: Relay,
    clock: SetClock,
    reason: FetchReason = FetchReason.GONE,
    *,
    retry_after: int | None = None,
) -> None:
    """Let a worker find no page, for this reason."""
    assert store_refusal(
        relay.engine,
        begin(relay, clock),
        FetchFailed(reason, retry_after=retry_after),
        clock=clock,
        printer=relay.printer,
    )


def files_of(relay: Relay, picture: str) -> list[StoredFile]:
    """Return the files of a picture, which lie in the media store."""
    files = []
    for name, form in (("page", "jpeg"), ("wall", "jpeg"), ("wall", "webp")):
        key = f"{picture[-2:]}/{picture}-{name}.{'jpg' if form == 'jpeg' else form}"
        relay.media.put(key, picture.encode(), content_type=f"image/{form}")
        files.append(StoredFile(name, form, 640, 480, key, len(picture)))
    return files


def publish_one(relay: Relay, clock: SetClock, **changed: Any) -> Receipt:  # noqa: ANN401 - see `send`
    """Send an entry in, read its link, and approve it."""
    sent = send(relay, **changed)
    find_page(relay, clock)
    by = make_moderator(relay, f"m{sent.entry_id}@example.org")
    choose(relay, sent.ref, by=by)
    return sent


def look(relay: Relay, clock: SetClock, *, after: timedelta = 15 * DAY) -> None:
    """Let time pass, and the dispatcher plan what is to be looked at again."""
    clock.time += after
    plan_looks(relay.engine, clock=clock)


def look_of(relay: Relay, entry_id: int) -> Look | None:
    with Session(relay.engine) as session:
        return session.get(Look, entry_id)


def preview_of(relay: Relay, entry_id: int) -> Preview:
    with Session(relay.engine) as session:
        return session.get_one(Preview, entry_id)


def fetches_of(relay: Relay, entry_id: int) -> list[OutboxRow]:
    with Session(relay.engine) as session:
        return list(
            session.exec(
                select(OutboxRow)
                .where(
                    OutboxRow.subject == entry_id,
                    OutboxRow.topic == Topic.FETCH_PREVIEW,
                )
                .order_by(col(OutboxRow.id))
            )
        )


def forget_visits(relay: Relay) -> None:
    """Make it long ago that anybody was visited."""
    with Session(relay.engine) as session:
        session.exec(update(OutboxRow).values(sent_at=None))
        session.commit()


PICTURE = PictureSet(
    digest="d" * 64,
    width=800,
    height=600,
    colour="#a03020",
    placeholder="data:image/webp;base64,AA==",
    fingerprint=BOATS,
    renditions=(),
)
