"""Moderators, the links that invite them, and their tokens for the API."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from relay.models.base import one_of


class Role(StrEnum):
    """What an account may do at the desk."""

    ORGANISER = "organiser"
    MODERATOR = "moderator"
    DESCRIBER = "describer"
    VIEWER = "viewer"


class Moderator(SQLModel, table=True):
    """One account of the desk. `password` is an argon2id hash."""

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=254, unique=True)
    password: str | None = Field(default=None, max_length=255)
    role: Role = Field(default=Role.MODERATOR, sa_type=one_of(Role, "role"))
    active: bool = True
    fs_uniquifier: str = Field(max_length=64, unique=True)
    created_at: datetime


class Invite(SQLModel, table=True):
    """A one-time link that makes a moderator; only its hash is kept."""

    token_hash: str = Field(max_length=64, primary_key=True)
    role: Role = Field(sa_type=one_of(Role, "role"))
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class ModeratorToken(SQLModel, table=True):
    """A token with which a moderator's programs ask the API; only its hash."""

    __tablename__ = "moderator_token"

    token_hash: str = Field(max_length=64, primary_key=True)
    moderator_id: int = Field(foreign_key="moderator.id", index=True)
    created_at: datetime
    revoked_at: datetime | None = None
