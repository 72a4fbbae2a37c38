"""What protects readers: allowed hosts, cookies, CSRF, and the headers of each page."""

from __future__ import annotations

from ipaddress import IPv6Address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import abort, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import SecurityError

if TYPE_CHECKING:
    from flask import Flask, Response

    from relay.settings import Settings

# Nothing comes from elsewhere, and nothing is inline.
POLICY = "; ".join(  # noqa: FLY002 - one source a line is what one can check
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), "
        "browsing-topics=()"
    ),
}

YEAR = 365 * 24 * 3600
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

csrf = CSRFProtect()


def guard_hosts(app: Flask, settings: Settings) -> None:
    """Refuse requests for hosts that are not ours, before all else that is done.

    Flask's own TRUSTED_HOSTS cannot hold an IPv6 address: it is cut at its first
    colon, as if a port came there.
    """
    own = urlsplit(settings.base_url).netloc
    ours = frozenset(host_of(each) for each in (own, *LOOPBACK, *settings.hosts))

    @app.before_request
    def refuse_strangers() -> None:
        # Werkzeug has made it empty when it is no host at all.
        if host_of(request.host) not in ours:
            message = "This host is not ours."
            raise SecurityError(message)


def host_of(place: str) -> str:
    """Return the host of `host:port`, spelt in one way; IPv6 stands in brackets."""
    if not place.startswith("["):
        return place.partition(":")[0].lower()
    address = place[1:].partition("]")[0]
    try:
        return f"[{IPv6Address(address)}]"
    except ValueError:
        return place


def prepare(app: Flask, settings: Settings, *, secret_key: str) -> None:
    """Set the session's cookie, CSRF protection and the headers."""
    app.config.update(
        SECRET_KEY=secret_key,
        PREFERRED_URL_SCHEME=urlsplit(settings.base_url).scheme,
        SESSION_COOKIE_NAME="__Host-relay" if settings.is_https else "relay",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        # Someone may think about an artwork for longer than an hour.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    csrf.init_app(app)
    hsts = f"max-age={YEAR}" if settings.is_https else ""

    app.before_request(refuse_nul)

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if hsts:
            response.headers.setdefault("Strict-Transport-Security", hsts)
        return response


def refuse_nul() -> None:
    """Refuse a NUL wherever it stands: no person types one, no database keeps it."""
    in_form = request.method == "POST" and any(
        "\x00" in each for values in request.form.listvalues() for each in values
    )
    if in_form or "\x00" in request.path or b"%00" in request.query_string:
        abort(400)
