"""Entries and moderators for tests, made by the services themselves."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from sqlmodel import Session, select

from relay.domain.entry import EntryWords
from relay.domain.moderation import Choice
from relay.domain.report import Complaint, ReportReason
from relay.models import Entry
from relay.models.moderator import Role
from relay.queries.relay_figures import measure_relay
from relay.services.decide import Decided, Wish, decide
from relay.services.measure_relay import keep_figures
from relay.services.moderators import add_moderator, make_token
from relay.services.report_entry import report_entry
from relay.services.submit_entry import PassedBy, Receipt, Sending, submit_entry

if TYPE_CHECKING:
    from datetime import datetime

    from relay.bootstrap import Relay
    from relay.domain.moderation import Reason

HANG_SECONDS = 60  # no machine is so slow
NANJING, CAMBRIDGE, NAIROBI = 1799962, 2653941, 184745
# Enough for a picture to be taken; only the workers look inside.
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 64
WORDS = EntryWords(
    title="Paper boats",
    alt="Boats of paper on a dark river",
    name="Lin",
    lang="en",
    consent=True,
)


class SetClock:
    """A clock that stands where a test puts it."""

    def __init__(self, time: datetime) -> None:
        self.time = time

    def now(self) -> datetime:
        return self.time


def sending(
    relay: Relay,
    link: str = "https://example.org/post",
    *,
    city: int | None = NANJING,
    baton: str = "",
    claimed: int | None = None,
    **words: Any,  # noqa: ANN401 - any of an entry's words
) -> Sending:
    """Return a whole entry; everything may be changed."""
    return Sending(
        words=replace(WORDS, **words),
        city=relay.gazetteer.find(city) if city else None,
        passed_by=PassedBy(code=baton, claimed_no=claimed),
        link=link,
    )


def send(relay: Relay, *args: Any, **changed: Any) -> Receipt:  # noqa: ANN401 - see `sending`
    """Send a whole entry in."""
    return submit_entry(relay.intake, sending(relay, *args, **changed))


def find(relay: Relay, ref: str) -> Entry:
    """Return an entry as it is kept."""
    with Session(relay.engine) as session:
        return session.exec(select(Entry).where(Entry.ref == ref)).one()


def make_moderator(
    relay: Relay,
    email: str = "mei@example.org",
    *,
    role: Role = Role.MODERATOR,
    password_hash: str | None = None,
) -> int:
    """Make an account of the desk."""
    return add_moderator(
        relay.engine,
        email,
        role=role,
        password_hash=password_hash,
        clock=relay.clock,
        dice=relay.dice,
    )


def bearer(relay: Relay, *, role: Role = Role.MODERATOR) -> dict[str, str]:
    """Return the header with which a moderator's program asks the API."""
    email = f"{role.value}@example.org"
    make_moderator(relay, email, role=role)
    token = make_token(relay.engine, email, clock=relay.clock, dice=relay.dice)
    return {"Authorization": f"Bearer {token}"}


def choose(
    relay: Relay,
    ref: str,
    choice: Choice = Choice.APPROVE,
    *,
    by: int,
    reason: Reason | None = None,
    version: int | None = None,
    note: str = "",
) -> Decided:
    """Take a decision on an entry as it stands now."""
    seen = version or find(relay, ref).version
    return decide(
        relay.engine,
        ref,
        Wish(choice, seen, reason, note),
        moderator_id=by,
        clock=relay.clock,
        printer=relay.printer,
    )


def report(
    relay: Relay,
    no: int = 1,
    reason: ReportReason = ReportReason.HURTFUL,
    *,
    words: str = "",
    email: str = "",
    lang: str = "en",
    address: str = "192.0.2.1",
) -> bool:
    """Report a published entry, from an address; tell whether that has hidden it."""
    return report_entry(
        relay.engine,
        no,
        Complaint(reason, words, email, lang),
        address=address,
        clock=relay.clock,
        dice=relay.dice,
        printer=relay.printer,
    )


def measure(relay: Relay, season_id: int = 1) -> None:
    """Measure a season's relay and keep its figures, as a worker does."""
    with relay.engine.connect() as connection:
        measured = measure_relay(
            connection, season_id, gazetteer=relay.gazetteer, clock=relay.clock
        )
    keep_figures(relay.engine, measured)


def wait_until_blocked(relay: Relay, many: int) -> None:
    """Wait until so many transactions wait for a lock of PostgreSQL's."""
    blocked = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    until = monotonic() + HANG_SECONDS
    with relay.engine.connect() as connection:
        while connection.scalar(blocked) != many:
            assert monotonic() < until, "nobody waits"
            connection.rollback()
            sleep(0.01)
