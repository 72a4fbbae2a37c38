"""Trust: rules that let entries through or hold them, and proofs that were spent."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from relay.domain.trust import RuleKind
from relay.models.base import BIG_ID, one_of


class TrustRule(SQLModel, table=True):
    """One rule of the organisers; it counts while it is active."""

    __tablename__ = "trust_rule"

    id: int | None = Field(default=None, primary_key=True)
    kind: RuleKind = Field(sa_type=one_of(RuleKind, "kind"))
    pattern: str = Field(sa_type=Text)
    note: str = Field(default="", max_length=200)
    active: bool = False
    created_at: datetime
    changed_at: datetime
    moderator_id: int | None = Field(default=None, foreign_key="moderator.id")


class Hold(SQLModel, table=True):
    """Why an entry was held: the rule's words at that time, and what they met."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    entry_id: int = Field(
        foreign_key="entry.id", sa_type=BIG_ID, index=True, ondelete="CASCADE"
    )
    rule_id: int | None = None
    kind: RuleKind = Field(sa_type=one_of(RuleKind, "kind"))
    pattern: str = Field(sa_type=Text)
    place: str = Field(max_length=32)
    found: str = Field(default="", sa_type=Text)
    at: datetime


class Sample(SQLModel, table=True):
    """An entry that a rule let through and that people look at afterwards."""

    entry_id: int = Field(
        foreign_key="entry.id", primary_key=True, sa_type=BIG_ID, ondelete="CASCADE"
    )
    rule_id: int | None = None
    at: datetime
    seen_at: datetime | None = Field(default=None, index=True)
    seen_by: int | None = Field(default=None, foreign_key="moderator.id")


class SpentProof(SQLModel, table=True):
    """A proof of work that was used, until it would be too old anyway."""

    __tablename__ = "spent_proof"

    proof_hash: str = Field(max_length=64, primary_key=True)
    until: datetime = Field(index=True)
