"""The tables: SQLModel classes and constraints, no queries and no rules."""

from relay.models.audit import AuditRow
from relay.models.base import metadata
from relay.models.baton import Baton
from relay.models.card import Card
from relay.models.decision import Decision
from relay.models.desk import Approval, DeskSetting, Lease, ReasonText, Reveal, Stash
from relay.models.entry import Entry
from relay.models.idempotency import IdempotencyKey
from relay.models.imported import ImportBatch, ImportRow, ImportState
from relay.models.look import LinkDecision, Look, LookFile
from relay.models.moderator import (
    AccountLink,
    DeskSession,
    Invite,
    Moderator,
    ModeratorToken,
    Passkey,
    SignInFailure,
)
from relay.models.notice import Notice
from relay.models.outbox import (
    NOT_OF_ENTRIES,
    PATIENT,
    UNFINISHED,
    OutboxRow,
    OutboxState,
    Topic,
)
from relay.models.picture import Picture, PictureRole, RenditionFile
from relay.models.preview import Preview
from relay.models.relay import (
    Milestone,
    ParentDecision,
    RelayFigures,
    Story,
)
from relay.models.report import Outcome, Report
from relay.models.revision import Appeal, RevisedBy, Revision, RevisionState
from relay.models.season import Season
from relay.models.tally import Counter, Flow, Place, Tally, TallyOf
from relay.models.trust import Hold, Sample, SpentProof, TrustRule

__all__ = [
    "NOT_OF_ENTRIES",
    "PATIENT",
    "UNFINISHED",
    "AccountLink",
    "Appeal",
    "Approval",
    "AuditRow",
    "Baton",
    "Card",
    "Counter",
    "Decision",
    "DeskSession",
    "DeskSetting",
    "Entry",
    "Flow",
    "Hold",
    "IdempotencyKey",
    "ImportBatch",
    "ImportRow",
    "ImportState",
    "Invite",
    "Lease",
    "LinkDecision",
    "Look",
    "LookFile",
    "Milestone",
    "Moderator",
    "ModeratorToken",
    "Notice",
    "OutboxRow",
    "OutboxState",
    "Outcome",
    "ParentDecision",
    "Passkey",
    "Picture",
    "PictureRole",
    "Place",
    "Preview",
    "ReasonText",
    "RelayFigures",
    "RenditionFile",
    "Report",
    "Reveal",
    "RevisedBy",
    "Revision",
    "RevisionState",
    "Sample",
    "Season",
    "SignInFailure",
    "SpentProof",
    "Stash",
    "Story",
    "Tally",
    "TallyOf",
    "Topic",
    "TrustRule",
    "metadata",
]
