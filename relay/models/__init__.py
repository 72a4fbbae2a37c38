"""The tables: SQLModel classes and constraints, no queries and no rules."""

from relay.models.base import metadata
from relay.models.baton import Baton
from relay.models.card import Card
from relay.models.decision import Decision
from relay.models.entry import Entry
from relay.models.idempotency import IdempotencyKey
from relay.models.look import LinkDecision, Look, LookFile
from relay.models.moderator import Invite, Moderator, ModeratorToken
from relay.models.outbox import UNFINISHED, OutboxRow, OutboxState, Topic
from relay.models.picture import Picture, PictureRole, RenditionFile
from relay.models.preview import Preview
from relay.models.relay import (
    Milestone,
    ParentDecision,
    RelayFigures,
    Story,
)
from relay.models.report import Report
from relay.models.season import Season
from relay.models.tally import Counter, Flow, Place, Tally, TallyOf

__all__ = [
    "UNFINISHED",
    "Baton",
    "Card",
    "Counter",
    "Decision",
    "Entry",
    "Flow",
    "IdempotencyKey",
    "Invite",
    "LinkDecision",
    "Look",
    "LookFile",
    "Milestone",
    "Moderator",
    "ModeratorToken",
    "OutboxRow",
    "OutboxState",
    "ParentDecision",
    "Picture",
    "PictureRole",
    "Place",
    "Preview",
    "RelayFigures",
    "RenditionFile",
    "Report",
    "Season",
    "Story",
    "Tally",
    "TallyOf",
    "Topic",
    "metadata",
]
