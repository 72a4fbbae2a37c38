"""Idempotency keys: a request that is sent twice is done once."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from relay.models.base import BIG_ID


class IdempotencyKey(SQLModel, table=True):
    """What one key did. The answer is made again from the entry, never stored."""

    __tablename__ = "idempotency_key"

    key_hash: str = Field(max_length=64, primary_key=True)
    request_hash: str = Field(max_length=64)
    entry_id: int = Field(foreign_key="entry.id", sa_type=BIG_ID)
    created_at: datetime = Field(index=True)
