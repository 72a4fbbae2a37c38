"""Accounts as Flask-Security wants them, over our own moderators."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask_security import RoleMixin, Security, UserMixin
from flask_security.datastore import UserDatastore
from sqlmodel import Session, select
from typing_extensions import override

from relay.models import Moderator
from relay.models.moderator import Role
from relay.services.decide import MAY_DECIDE
from relay.web.context import the_relay

if TYPE_CHECKING:
    from flask import Flask

    from relay.bootstrap import Relay

HOURS_12 = 12 * 3600


@dataclass(eq=False)
class AccountRole(RoleMixin):
    """The one role of an account."""

    name: str


@dataclass(eq=False)
class Account(UserMixin):
    """A moderator who is signed in, or tries to."""

    id: int
    email: str
    password: str
    active: bool
    fs_uniquifier: str = ""  # Flask-Security looks for it on the class
    roles: list[RoleMixin] = field(default_factory=list)

    @property
    def may_decide(self) -> bool:
        """Whether the account's role allows decisions."""
        return any(Role(each.name) in MAY_DECIDE for each in self.roles)


class ModeratorStore(UserDatastore):
    """Finds accounts in our table; changes only a hash that grew too weak."""

    def __init__(self) -> None:
        super().__init__(Account, AccountRole)

    @override
    def find_user(
        self, case_insensitive: bool = False, **kwargs: Any
    ) -> Account | None:
        """Return the account with this `email` or `fs_uniquifier`."""
        (name, value), *_ = kwargs.items()
        if name == "email":
            value = str(value).strip().lower()
        with Session(the_relay().engine) as session:
            found = session.exec(
                select(Moderator).where(getattr(Moderator, name) == value)
            ).first()
        if found is None or found.password is None:
            return None
        return Account(
            id=found.id or 0,
            email=found.email,
            password=found.password,
            active=found.active,
            fs_uniquifier=found.fs_uniquifier,
            roles=[AccountRole(found.role.value)],
        )

    @override
    def find_role(self, role: str) -> AccountRole | None:
        """Return a role by its name."""
        return AccountRole(role)

    @override
    def put(self, account: Account) -> Account:
        """Keep an account's password hash, which is made anew when rules grow."""
        with Session(the_relay().engine) as session:
            kept = session.get_one(Moderator, account.id)
            kept.password = account.password
            session.commit()
        return account

    @override
    def commit(self) -> None:
        """Nothing waits: `put` has written already."""


def prepare(app: Flask, relay: Relay) -> None:
    """Let moderators sign in with argon2id passwords, in pages of our own."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a method
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_SALT=relay.secret_key,
        SECURITY_PASSWORD_CONFIRM_REQUIRED=False,
        SECURITY_USER_IDENTITY_ATTRIBUTES=[{"email": {"mapper": _as_typed}}],
        SECURITY_FRESHNESS_GRACE_PERIOD=None,
        SECURITY_USE_REGISTER_V2=True,
        PERMANENT_SESSION_LIFETIME=HOURS_12,
    )
    security = Security(app, ModeratorStore(), register_blueprint=False)
    # Flask-Principal asks for the session before every request. Public pages have
    # none, and must not vary by cookie; roles are asked of the account itself.
    hooks = app.before_request_funcs[None]
    hooks[:] = [
        each
        for each in hooks
        if getattr(each, "__self__", None) is not security.principal
    ]


def _as_typed(identity: str) -> str:
    return identity.strip().lower()
