"""A mail server on loopback for tests: a real one, which keeps what it is given."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP, AuthResult

from relay.services.mailing import Sending, send_mail
from relay.services.outbox import claim_due, mark_running
from workers.errands import ERRANDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

    from aiosmtpd.smtp import Envelope, LoginPassword, Session

    from relay.bootstrap import Relay


@dataclass
class Postbox:
    """The server's address and its mails; `says` are answers that it gives instead.

    By the command, such as {"RCPT": "550 no such user"}. While `may_answer` is not
    set, it says nothing to the command `holds`.
    """

    url: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    holds: str = "DATA"
    may_answer: threading.Event = field(default_factory=threading.Event)
    was_asked: threading.Event = field(default_factory=threading.Event)

    async def _wait(self, command: str) -> None:
        if command == self.holds:
            self.was_asked.set()
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, self.may_answer.wait, 20)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd calls it so
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        envelope.mail_from = address
        return self.says.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        await self._wait("RCPT")
        envelope.rcpt_tos.append(address)
        return self.says.get("RCPT", "250 OK")

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        await self._wait("DATA")
        answer = self.says.get("DATA", "250 OK")
        if answer.startswith("2"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.raw.append(content)
            self.mails.append(message_from_bytes(content, policy=default))
            self.envelopes.append((envelope.mail_from or "", (*envelope.rcpt_tos,)))
        return answer


@contextmanager
def serving_mail(*, user: str = "", password: str = "") -> Iterator[Postbox]:
    """Serve a postbox on a port of its own; with a user, one may sign in."""
    postbox = Postbox()
    postbox.may_answer.set()
    options: dict[str, Any] = {"hostname": "mail.test"}
    if user:
        options |= {
            "authenticator": _Doorkeeper(user.encode(), password.encode()),
            "auth_require_tls": False,
        }
    stopping: list[Callable[[], object]] = []
    is_ready = threading.Event()

    async def serve() -> None:
        loop, is_over = asyncio.get_running_loop(), asyncio.Event()
        stopping.append(lambda: loop.call_soon_threadsafe(is_over.set))
        server = await loop.create_server(
            lambda: SMTP(postbox, loop=loop, **options), "127.0.0.1", 0
        )
        given = f"{user}:{password}@" if user else ""
        port = server.sockets[0].getsockname()[1]
        postbox.url = f"smtp://{given}127.0.0.1:{port}"
        is_ready.set()
        await is_over.wait()
        server.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert is_ready.wait(60)
    try:
        yield postbox
    finally:
        postbox.may_answer.set()
        stopping[0]()
        thread.join(60)


def deliver(relay: Relay, *, days: int = 2) -> list[Sending]:
    """Send all mails that are due within some days, as workers do; tell how it went."""
    later = _LaterClock(timedelta(days=days))
    room = replace(relay.mailroom, clock=later)
    came: list[Sending] = []
    while tickets := claim_due(relay.engine, limit=50, clock=later):
        for ticket in tickets:
            if ticket.topic not in ERRANDS:
                continue
            if mark_running(relay.engine, ticket.row_id, ticket.attempt, clock=later):
                errand = ERRANDS[ticket.topic]
                sent = send_mail(room, ticket, errand, mailer=relay.mailer)
                came.append(sent.sending)
    return came


@dataclass(frozen=True)
class _LaterClock:
    """A clock that is ahead of time."""

    by: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


@dataclass(frozen=True)
class _Doorkeeper:
    """Lets one user in."""

    user: bytes
    password: bytes

    def __call__(
        self,
        _server: SMTP,
        _session: Session,
        _envelope: Envelope,
        _mechanism: str,
        given: LoginPassword,
    ) -> AuthResult:
        is_right = (given.login, given.password) == (self.user, self.password)
        return AuthResult(success=is_right)
