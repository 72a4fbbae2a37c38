"""Codes of an app: Flask-Security's, by our clock, and each good once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import segno
from flask_security import UserMixin
from flask_security.totp import Totp
from markupsafe import Markup
from passlib.exc import UsedTokenError  # type: ignore[import-untyped]  # no types
from typing_extensions import override

from relay.services.second_factor import read_totp, use_counter
from relay.web.context import the_relay

if TYPE_CHECKING:
    from passlib.totp import TotpMatch  # type: ignore[import-untyped]  # no types

    from relay.bootstrap import Relay
    from relay.web.desk.accounts import Account

# How far a telephone's clock may be off, in seconds: one code before and one after.
WINDOW = 30


@dataclass(eq=False)
class CodeUse(UserMixin):
    """Whose code is checked, and the number of the newest that was used.

    `account_id` is None while the app is being set up and nothing is kept yet.
    """

    account_id: int | None = None
    counter: int | None = None


class DeskTotp(Totp):
    """Notes which code was used in the commit that checks it; the same is refused."""

    def __init__(self, relay: Relay) -> None:
        issuer = urlsplit(relay.settings.base_url).hostname or "relay"
        super().__init__({"1": relay.secret_key}, issuer)
        self._relay = relay
        self._totp = self._totp.using(now=lambda: relay.clock.now().timestamp())

    @override
    def get_last_counter(self, user: UserMixin) -> int | None:
        """Return the number of the newest code that was used."""
        return user.counter if isinstance(user, CodeUse) else None

    @override
    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        """Note a code as used; two that send the same one at once: one comes in."""
        if not isinstance(user, CodeUse):
            return
        user.counter = tmatch.counter
        if user.account_id is not None and not use_counter(
            self._relay.engine, user.account_id, tmatch.counter
        ):
            raise UsedTokenError


@dataclass(frozen=True)
class SetUp:
    """What is needed to set an app up: a QR code, and the same key to be typed."""

    qr: Markup
    key: str
    uri: str


def is_code(account: Account, typed: str) -> bool:
    """Tell whether a code is right and was not used before; it is used thereby."""
    kept = read_totp(account.totp)
    if kept is None:
        return False
    sealed, counter = kept
    return _check(typed, sealed, CodeUse(account.id, counter))


def find_first_code(typed: str, sealed: str) -> int | None:
    """Return the number of a code of an app that is being set up; None: it is wrong."""
    use = CodeUse()
    return use.counter if _check(typed, sealed, use) else None


def new_secret() -> str:
    """Return a new secret, sealed by the site's key."""
    return str(_totp().generate_totp_secret())


def show_set_up(sealed: str, email: str) -> SetUp:
    """Return a sealed secret as an app takes it; it is drawn anew and kept nowhere."""
    totp = _totp()
    uri = totp.get_totp_uri(email, sealed)
    drawn = segno.make(uri, error="m", micro=False).svg_inline(
        omitsize=True, border=4, dark="#1d1730", light="#fff", svgclass="qr"
    )
    return SetUp(Markup(drawn), totp.get_totp_pretty_key(sealed), uri)  # noqa: S704 - drawn by segno from squares alone


def _check(typed: str, sealed: str, use: CodeUse) -> bool:
    digits = "".join(each for each in typed if each.isdigit() and each.isascii())
    # What holds anything else is no code of an app; it may be a recovery code.
    if len(digits) != len(typed.replace(" ", "")):
        return False
    return bool(_totp().verify_totp(digits, sealed, use, window=WINDOW))


def _totp() -> DeskTotp:
    return DeskTotp(the_relay())
