"""The two ceremonies of WebAuthn: a passkey is made, a passkey is used."""

from __future__ import annotations

import json
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from relay.domain.errors import Forbidden
from relay.services.passkeys import (
    CHALLENGE_LASTS,
    NewPasskey,
    find_passkey,
    spend_challenge,
    use_passkey,
)
from relay.web.context import the_relay

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from relay.web.desk.accounts import Account

# Where the browser's signed cookie holds what was asked: for what, the challenge, when.
ASKED = "asked"
SITE_NAME = "The Force of Culture Relay"
LOCAL = "localhost"
# What a browser says of how it reaches a passkey; anything else is not kept.
TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal"})


def passkeys_work() -> bool:
    """Tell whether browsers allow passkeys at this site's address.

    They want a name, and a way that nobody else can listen to.
    """
    parts = urlsplit(the_relay().settings.base_url)
    host = parts.hostname or ""
    return not _is_number(host) and (parts.scheme == "https" or host == LOCAL)


def ask_for_new(
    account: Account, *, handle: str, known: Iterable[bytes]
) -> dict[str, Any]:
    """Return what a browser needs to make a passkey for an account."""
    options = generate_registration_options(
        rp_id=_site(),
        rp_name=SITE_NAME,
        user_id=handle.encode(),
        user_name=account.email,
        user_display_name=account.name or account.email,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    _remember("new", options.challenge)
    return _as_json(options_to_json(options))


def check_new(answer: Mapping[str, Any], *, name: str) -> NewPasskey:
    """Return the passkey that a browser has made; raises Forbidden."""
    challenge = _take_challenge("new")
    try:
        made = verify_registration_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=_site(),
            expected_origin=the_relay().settings.base_url,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise _refused() from error
    said = answer.get("response", {}).get("transports") or []
    return NewPasskey(
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=tuple(each for each in said if each in TRANSPORTS),
        backed_up=made.credential_backed_up,
        name=name,
    )


def ask_for_any() -> dict[str, Any]:
    """Return what a browser needs to offer the passkeys that it has for this site."""
    options = generate_authentication_options(
        rp_id=_site(), user_verification=UserVerificationRequirement.REQUIRED
    )
    _remember("any", options.challenge)
    return _as_json(options_to_json(options))


def check_any(answer: Mapping[str, Any]) -> int:
    """Return whose passkey has answered; raises Forbidden."""
    relay, challenge = the_relay(), _take_challenge("any")
    try:
        known = find_passkey(relay.engine, base64url_to_bytes(str(answer["rawId"])))
        handle = answer["response"].get("userHandle") or ""
        if known is None or base64url_to_bytes(handle) != known.handle.encode():
            raise _refused()
        used = verify_authentication_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=_site(),
            expected_origin=relay.settings.base_url,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except (
        WebAuthnException,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
    ) as error:
        raise _refused() from error
    use_passkey(
        relay.engine,
        known.id,
        sign_count=used.new_sign_count,
        backed_up=used.credential_backed_up,
        clock=relay.clock,
    )
    return known.moderator_id


def _remember(purpose: str, challenge: bytes) -> None:
    now = int(the_relay().clock.now().timestamp())
    session[ASKED] = [purpose, bytes_to_base64url(challenge), now]


def _take_challenge(purpose: str) -> bytes:
    """Return what this browser was asked last, once; raises Forbidden."""
    relay = the_relay()
    asked_for, challenge, at = session.pop(ASKED, ("", "", 0))
    late = relay.clock.now().timestamp() - at > CHALLENGE_LASTS.total_seconds()
    if asked_for != purpose or late:
        raise _refused()
    spend_challenge(relay.engine, challenge, clock=relay.clock)
    return base64url_to_bytes(challenge)


def _refused() -> Forbidden:
    return Forbidden("This passkey was not accepted.")


def _site() -> str:
    return urlsplit(the_relay().settings.base_url).hostname or ""


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _as_json(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found
