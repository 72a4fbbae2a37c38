"""Moderators, how they prove who they are, and their tokens for the API."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from relay.models.base import BIG_ID, one_of


class Role(StrEnum):
    """What an account may do at the desk."""

    ORGANISER = "organiser"
    MODERATOR = "moderator"
    DESCRIBER = "describer"
    VIEWER = "viewer"


class Moderator(SQLModel, table=True):
    """One account of the desk. `password` is an argon2id hash.

    `scope` says what a moderator is for, as lists under `countries`, `languages` and
    `activities`; an empty one is no limit. `habits` are the account's own choices:
    keys, blurred pictures. Recovery codes are hashes; `totp` is sealed by the site's
    key. An account that was erased has no address, name or secret left.
    """

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=254, unique=True)
    name: str = Field(default="", max_length=80)
    password: str | None = Field(default=None, max_length=255)
    role: Role = Field(default=Role.MODERATOR, sa_type=one_of(Role, "role"))
    scope: dict[str, Any] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), nullable=True
    )
    habits: dict[str, Any] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), nullable=True
    )
    lang: str = Field(default="", max_length=35)
    active: bool = True
    fs_uniquifier: str = Field(max_length=64, unique=True)
    totp: str | None = Field(default=None, max_length=255)
    recovery_codes: list[str] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), nullable=True
    )
    passkey_handle: str | None = Field(
        default=None, max_length=64, index=True, unique=True
    )
    created_at: datetime
    erased_at: datetime | None = None


class Invite(SQLModel, table=True):
    """A one-time link that makes the first moderator; only its hash is kept."""

    token_hash: str = Field(max_length=64, primary_key=True)
    role: Role = Field(sa_type=one_of(Role, "role"))
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class LinkPurpose(StrEnum):
    """What a one-time link to an account is for."""

    INVITE = "invite"
    RESET = "reset"


class AccountLink(SQLModel, table=True):
    """A one-time link with which an account gets a password; only its hash is kept.

    An invited person has an account without a password until it is used.
    """

    __tablename__ = "account_link"

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    moderator_id: int = Field(foreign_key="moderator.id", index=True)
    purpose: LinkPurpose = Field(sa_type=one_of(LinkPurpose, "purpose"))
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class Passkey(SQLModel, table=True):
    """A passkey of an account, as WebAuthn names its parts."""

    id: int | None = Field(default=None, primary_key=True)
    moderator_id: int = Field(foreign_key="moderator.id", index=True)
    credential_id: bytes = Field(max_length=1024, unique=True)
    public_key: bytes = Field(max_length=1024)
    sign_count: int = 0
    transports: list[str] | None = Field(
        default=None, sa_type=JSON(none_as_null=True), nullable=True
    )
    name: str = Field(default="", max_length=80)
    backed_up: bool = False
    created_at: datetime
    used_at: datetime | None = None


class DeskSession(SQLModel, table=True):
    """One browser in which an account is signed in, until it is ended.

    The address and the browser's name are blanked when they have grown old.
    """

    __tablename__ = "desk_session"

    token_hash: str = Field(max_length=64, primary_key=True)
    moderator_id: int = Field(foreign_key="moderator.id", index=True)
    created_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
    address: str | None = Field(default=None, max_length=45)
    browser: str | None = Field(default=None, max_length=200)


class SignInFailure(SQLModel, table=True):
    """One failed attempt to sign in: salted hashes of the account and the address."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        Index("ix_sign_in_failure_account_hash_at", "account_hash", "at"),
        Index("ix_sign_in_failure_address_hash_at", "address_hash", "at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    account_hash: str = Field(max_length=64)
    address_hash: str = Field(max_length=64)
    at: datetime


class ModeratorToken(SQLModel, table=True):
    """A token with which a moderator's programs ask the API; only its hash."""

    __tablename__ = "moderator_token"

    token_hash: str = Field(max_length=64, primary_key=True)
    moderator_id: int = Field(foreign_key="moderator.id", index=True)
    created_at: datetime
    revoked_at: datetime | None = None
