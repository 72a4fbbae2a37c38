"""Accounts as Flask-Security wants them, over our own moderators and sessions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import current_app, request, session
from flask_security import (
    RoleMixin,
    Security,
    UserMixin,
    hash_password,
    login_user,
    logout_user,
)
from flask_security.datastore import UserDatastore
from sqlmodel import Session, select
from typing_extensions import override

from relay.domain.scope import Scope, read_scope
from relay.models import Moderator
from relay.models.moderator import Role
from relay.queries.signed_in import SignedIn, find_signed_in
from relay.services.deciders import MAY_DECIDE
from relay.services.sessions import (
    SEEN_EVERY,
    SESSION_LASTS,
    begin_session,
    end_session,
    touch_session,
)
from relay.web.context import reading, the_relay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask
    from sqlalchemy import Connection

    from relay.bootstrap import Relay
    from relay.services.sign_in import Attempt

# Where the browser's signed cookie holds a session's token, and when its owner proved
# the last time who they are (seconds).
TOKEN, PROVED = "desk", "proved"


@dataclass(eq=False)
class AccountRole(RoleMixin):
    """The one role of an account."""

    name: str


@dataclass(eq=False)
class Account(UserMixin):
    """A moderator who is signed in, or tries to.

    The password's hash and the kept app are there for signing in only.
    """

    id: int
    email: str
    active: bool = True
    password: str = ""
    totp: str | None = None
    fs_uniquifier: str = ""  # Flask-Security looks for it on the class
    name: str = ""
    scope: Scope = field(default_factory=Scope)
    habits: Mapping[str, Any] = field(default_factory=dict)
    has_totp: bool = False
    has_passkey: bool = False
    # Whether organisers ask for a second factor that this account lacks.
    lacks_second_factor: bool = False
    roles: list[RoleMixin] = field(default_factory=list)

    @property
    def role(self) -> Role:
        """What the account may do."""
        return Role(self.roles[0].name)

    @property
    def may_decide(self) -> bool:
        """Whether the account's role allows decisions."""
        return self.role in MAY_DECIDE


class ModeratorStore(UserDatastore):
    """Finds accounts in our table; changes only a hash that grew too weak."""

    def __init__(self) -> None:
        super().__init__(Account, AccountRole)

    @override
    def find_user(
        self, case_insensitive: bool = False, **kwargs: Any
    ) -> Account | None:
        """Return the account with this `email` or `id`, if it has a password."""
        (name, value), *_ = kwargs.items()
        if name == "email":
            value = _as_typed(str(value))
        with Session(the_relay().engine) as opened:
            found = opened.exec(
                select(Moderator).where(getattr(Moderator, name) == value)
            ).first()
        if found is None or found.password is None:
            return None
        return Account(
            id=found.id or 0,
            email=found.email,
            active=found.active,
            password=found.password,
            totp=found.totp,
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
        with Session(the_relay().engine) as opened:
            kept = opened.get_one(Moderator, account.id)
            kept.password = account.password
            opened.commit()
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
        PERMANENT_SESSION_LIFETIME=SESSION_LASTS,
    )
    security = Security(app, ModeratorStore(), register_blueprint=False)
    security.login_manager.user_loader(_load_signed_in)
    # Nobody comes in by a token in an address or a header but at the API.
    security.login_manager.request_loader(lambda _request: None)
    # Flask-Principal asks for the session before every request. Public pages have
    # none, and must not vary by cookie; roles are asked of the account itself.
    hooks = app.before_request_funcs[None]
    hooks[:] = [
        each
        for each in hooks
        if getattr(each, "__self__", None) is not security.principal
    ]


def find_account(**by: object) -> Account | None:
    """Return the account with this `email` or `id`; None when none could sign in."""
    found: Account | None = current_app.extensions["security"].datastore.find_user(**by)
    return found


def is_password(account: Account | None, password: str) -> bool:
    """Tell whether a password opens an account; it takes as long without one."""
    if account is None:
        hash_password(password)
        return False
    # Checked also where it cannot help, so that nobody learns who was shut out.
    is_right = bool(account.verify_and_update_password(password))
    return is_right and account.active


def enter(account: Account, *, how: str, attempt: Attempt | None = None) -> None:
    """Begin a session under a name that no cookie of before could hold."""
    relay = the_relay()
    leave()
    token = begin_session(
        relay.engine,
        account.id,
        how=how,
        address=request.remote_addr or "",
        agent=request.user_agent.string,
        attempt=attempt,
        clock=relay.clock,
        dice=relay.dice,
    )
    session[TOKEN] = token
    note_proof()
    login_user(account, authn_via=[how])


def leave() -> None:
    """End the session of this browser, if there is one, and forget what it held."""
    relay, token = the_relay(), own_token()
    found = None
    if token:
        with reading() as connection:
            found = _find(connection, token)
    if found:
        end_session(
            relay.engine,
            found.id,
            token,
            address=request.remote_addr or "",
            clock=relay.clock,
        )
    logout_user()
    session.clear()


def own_token() -> str:
    """Return the token of the session that asks."""
    return str(session.get(TOKEN, ""))


def note_proof() -> None:
    """Note that whoever asks has just proved who they are."""
    session[PROVED] = int(the_relay().clock.now().timestamp())


def _load_signed_in(uniquifier: str) -> Account | None:
    """Return who is signed in, by one question; a session's use is noted at times."""
    relay, token = the_relay(), own_token()
    if not token:
        return None
    with reading() as connection:
        found = _find(connection, token)
    if found is None or found.fs_uniquifier != uniquifier:
        return None
    if relay.clock.now() - found.seen_at >= SEEN_EVERY:
        touch_session(relay.engine, token, clock=relay.clock)
    return Account(
        id=found.id,
        email=found.email,
        fs_uniquifier=found.fs_uniquifier,
        name=found.name,
        scope=read_scope(found.scope),
        habits=found.habits or {},
        has_totp=found.has_totp,
        has_passkey=found.has_passkey,
        lacks_second_factor=found.needs_second_factor is True
        and not (found.has_totp or found.has_passkey),
        roles=[AccountRole(found.role.value)],
    )


def _find(connection: Connection, token: str) -> SignedIn | None:
    begun_after = the_relay().clock.now() - SESSION_LASTS
    return find_signed_in(connection, token, begun_after=begun_after)


def _as_typed(identity: str) -> str:
    return identity.strip().lower()
