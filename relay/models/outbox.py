"""The outbox: what must still be done, written in the commit that caused it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from relay.models.base import BIG_ID, one_of


class Topic(StrEnum):
    """What a row asks for. `subject` is the id of an entry, or of what is named."""

    FETCH_PREVIEW = "fetch_preview"
    MAKE_PICTURE = "make_picture"
    PRINT_CARDS = "print_cards"
    REMIND_MAKER = "remind_maker"
    REVEAL_ENTRY = "reveal_entry"
    TELL_MAKER = "tell_maker"  # of a Notice
    TELL_REPORTER = "tell_reporter"  # of a Report
    TELL_MODERATOR = "tell_moderator"  # of an AccountLink
    RUN_IMPORT = "run_import"  # of an ImportBatch


# Of these thousands may wait, and nobody waits for one of them. All others go first.
PATIENT = frozenset({Topic.FETCH_PREVIEW, Topic.MAKE_PICTURE, Topic.PRINT_CARDS})

# The topics of which `subject` is no entry.
NOT_OF_ENTRIES = frozenset(
    {Topic.TELL_MAKER, Topic.TELL_REPORTER, Topic.TELL_MODERATOR, Topic.RUN_IMPORT}
)


class OutboxState(StrEnum):
    """How far a row has come: due → sent → running → done or failed."""

    DUE = "due"
    SENT = "sent"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


UNFINISHED = (OutboxState.DUE, OutboxState.SENT, OutboxState.RUNNING)


class OutboxRow(SQLModel, table=True):
    """One thing to do. `attempt` counts sendings and is part of the job's id."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_state_due_at", "state", "due_at"),
        Index("ix_outbox_topic", "state", "topic", "due_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    topic: Topic = Field(sa_type=one_of(Topic, "topic"))
    subject: int = Field(sa_type=BIG_ID, index=True)
    state: OutboxState = Field(
        default=OutboxState.DUE, sa_type=one_of(OutboxState, "state")
    )
    attempt: int = 0
    failures: int = 0
    due_at: datetime
    sent_at: datetime | None = None
    lease_until: datetime | None = None
    created_at: datetime
    done_at: datetime | None = None
