"""The door to the mail server: SMTP by the standard library, one mail at a time."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import contextmanager, suppress
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import TYPE_CHECKING

from relay.domain.errors import MailFailed
from relay.domain.mail import Security, read_address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.policy import EmailPolicy

    from relay.domain.mail import Mail, MailServer


class _WholeLine(UnstructuredHeader):
    """A header that stays in one line, as addresses of the web must.

    The standard library would write one that is too long for a line in code, which
    those that look for an address do not read.
    """

    name: str

    def fold(self, *, policy: EmailPolicy) -> str:
        """Return the header as it is sent; it holds no line end, or was refused."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type(
    "list-unsubscribe",
    _WholeLine,  # type: ignore[arg-type]  # the registry adds the base, as to its own
)
_POLICY = SMTP.clone(header_factory=_HEADERS)

SECONDS = 10.0  # for each answer of the server
_REFUSED = 500  # replies from here on are meant for good (RFC 5321, 4.2.1)


class SmtpMailer:
    """Fulfils the Mailer port."""

    def __init__(
        self, server: MailServer, sender: str, *, seconds: float = SECONDS
    ) -> None:
        self._server = server
        self._sender = sender
        self._seconds = seconds

    def send(self, mail: Mail) -> None:
        """Hand a mail over; raises MailFailed.

        Only what the server says of this recipient or this mail is permanent. That
        it does not know us, or is not there, is the operator's to mend.
        """
        message, to = self._write(mail)
        envelope = parseaddr(self._sender)[1]
        with _in_our_words(), self._connected() as smtp:
            _require(*smtp.mail(envelope), says="sender", permanent=False)
            _require(*smtp.rcpt(to), says="recipient", permanent=True)
            _require(*_data(smtp, message), says="mail", permanent=True)

    def check(self) -> None:
        """Reach the server and sign in, as sending would; raises MailFailed."""
        with _in_our_words(), self._connected() as smtp:
            _require(*smtp.noop(), says="greeting", permanent=False)

    def _write(self, mail: Mail) -> tuple[bytes, str]:
        """Return a mail as it is sent, and its address; raises MailFailed."""
        try:
            name, sender = parseaddr(self._sender)
            to = _address(mail.to)
            message = EmailMessage(policy=_POLICY)
            message["From"] = Address(name, addr_spec=sender)
            message["To"] = to
            # A header has one line. More would raise, and the mail could not be sent.
            message["Subject"] = " ".join(mail.subject.split())
            message["Date"] = mail.at
            message["Message-ID"] = f"<{mail.message_id}>"
            message["Auto-Submitted"] = "auto-generated"
            if mail.stop_url:
                message["List-Unsubscribe"] = f"<{mail.stop_url}>"
                message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
            message.set_content(mail.text, cte="quoted-printable")
            message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
            # After the parts: what is said of the content before becomes the first's.
            message["Content-Language"] = mail.lang
            return message.as_bytes(), to.addr_spec
        except (ValueError, MessageError, IndexError) as error:
            # What is no address stays none.
            raise MailFailed("unwritable", str(error), permanent=True) from error

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server, smtp = self._server, self._open()
        try:
            if server.security is Security.STARTTLS:
                smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
            if server.user:
                smtp.login(server.user, server.password)
            yield smtp
            # It has the mail: how it says goodbye does not matter any more.
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
        finally:
            smtp.close()

    def _open(self) -> smtplib.SMTP:
        server = self._server
        if server.security is Security.TLS:
            return smtplib.SMTP_SSL(
                server.host,
                server.port,
                timeout=self._seconds,
                context=ssl.create_default_context(),
            )
        return smtplib.SMTP(server.host, server.port, timeout=self._seconds)


def _address(typed: str) -> Address:
    """Return the address that was typed and no other; raises ValueError."""
    wanted = read_address(typed)
    # Address reads comments, quotes and more, and would write to what is left.
    address = Address(addr_spec=wanted or "")
    if wanted is None or address.addr_spec != wanted:
        message = "not an address that can be written as it is"
        raise ValueError(message)
    return address


def _data(smtp: smtplib.SMTP, message: bytes) -> tuple[int, bytes]:
    try:
        return smtp.data(message)
    except smtplib.SMTPDataError as error:
        return error.smtp_code, _bytes(error.smtp_error)


def _require(code: int, said: bytes, *, says: str, permanent: bool) -> None:
    """Raise MailFailed unless the server has agreed."""
    if 200 <= code < 300:  # noqa: PLR2004 - "completed" in RFC 5321, 4.2.1
        return
    words = f"{code} {said.decode(errors='replace')[:200]}"
    raise MailFailed(says, words, permanent=permanent and code >= _REFUSED)


def _bytes(said: bytes | str) -> bytes:
    return said.encode() if isinstance(said, str) else said


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except (smtplib.SMTPException, OSError) as error:
        # Passwords do not stand in these: they are what the server has answered.
        raise MailFailed(type(error).__name__, str(error), permanent=False) from error
