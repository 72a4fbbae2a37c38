"""Mail: what one says and to whom, the server that takes it, and when to try again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from datetime import datetime

# The pause after the first, second, … try that may yet succeed; then we give up.
PAUSES = (
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)

# RFC 5321, 4.5.3.1: what servers must take, in characters.
_LOCAL_MAX = 64
_ADDRESS_MAX = 254
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322, 3.2.3
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# The last label has a letter: figures alone would be a machine's address.
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+\Z){_LABEL}")


class Security(StrEnum):
    """How the way to a mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


_PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True)
class MailServer:
    """A server that takes our mail; without a user nobody signs in."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = ""


@dataclass(frozen=True)
class Mail:
    """One mail as it is handed to the server.

    `message_id` (without angle brackets) stays the same however often the mail is
    sent, so that a reader's program shows it once. Whoever opens `stop_url` gets no
    more mail from us; it is empty where there would be none anyway.
    """

    to: str
    subject: str
    text: str
    html: str
    lang: str
    message_id: str
    stop_url: str
    at: datetime


@dataclass(frozen=True)
class Reminder:
    """What a reminder tells: nobody has taken a baton yet. `lang` is one of ours."""

    template: ClassVar[str] = "reminder"

    lang: str
    title: str
    published_at: datetime
    entry_url: str
    baton_url: str
    baton_code: str
    stop_url: str


def next_mail_pause(tries: int) -> timedelta | None:
    """Return how long to wait after the `tries`-th failure; None means give up."""
    return PAUSES[tries - 1] if tries <= len(PAUSES) else None


def read_address(typed: str) -> str | None:
    """Return an address as the mail servers know it, its host in plain letters.

    None when it is no address, or none that every server takes as it was typed:
    quotes, comments and letters beyond ASCII before the @ would need more.
    """
    local, _, host = typed.rpartition("@")
    if len(local) > _LOCAL_MAX or not _LOCAL.fullmatch(local):
        return None
    if "=?" in local:
        # It begins an encoded word, which a mail program may read as another name.
        return None
    plain = _plain_host(host)
    if plain is None or not _HOST.fullmatch(plain):
        return None
    address = f"{local}@{plain}"
    return address if len(address) <= _ADDRESS_MAX else None


def _plain_host(host: str) -> str | None:
    """Return a host in ASCII; None when that would name another, as ss does for ß."""
    try:
        labels = [(each, each.encode("idna")) for each in host.split(".")]
        kept = all(
            each.isascii() or plain.decode("idna") == each.lower()
            for each, plain in labels
        )
    except UnicodeError:
        return None
    return b".".join(plain for _, plain in labels).decode() if kept else None


def read_mail_server(url: str) -> MailServer:
    """Return the server that an address such as smtps://user:password@host:465 names.

    Raises ValueError, whose sentence does not repeat the URL: it may hold a password.
    """
    message = "must be smtp://host:port, smtp://host:port?starttls or smtps://host:port"
    parts = urlsplit(url)
    securities = {
        ("smtp", ""): Security.NONE,
        ("smtp", "starttls"): Security.STARTTLS,
        ("smtps", ""): Security.TLS,
    }
    security = securities.get((parts.scheme, parts.query))
    try:
        port = parts.port
    except ValueError:
        raise ValueError(message) from None
    if security is None or not parts.hostname or parts.path.strip("/"):
        raise ValueError(message)
    return MailServer(
        parts.hostname,
        port or _PORTS[security],
        security,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )
