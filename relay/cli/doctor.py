"""`relay doctor`: says what is unsafe or missing in this configuration."""

from __future__ import annotations

import shlex
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from relay.adapters.database import explain, is_current
from relay.bootstrap import BUILT, open_relay
from relay.domain.errors import MailFailed, RelayError
from relay.domain.mail import Security, read_mail_server
from relay.models import Moderator, Season

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relay.bootstrap import Relay

ENOUGH_DISK = 512 * 1024 * 1024  # bytes; SQLite and media stop being safe below
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and what to do when it is not well."""

    what: str
    advice: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing has to be done."""
        return not self.advice


@click.command("doctor")
def doctor() -> None:
    """Look at the configuration; exit with 1 when something is unsafe or missing."""
    relay = open_relay()
    findings = [
        *_settings(relay),
        *_built(),
        *_fonts(relay),
        *_database(relay),
        *_places(relay),
        *_mail(relay),
    ]
    for each in findings:
        mark = "ok  " if each.is_well else "FIX "
        click.echo(f"{mark} {each.what}" + (f": {each.advice}" if each.advice else ""))
    if any(not each.is_well for each in findings):
        sys.exit(1)


def _settings(relay: Relay) -> Iterator[Finding]:
    settings = relay.settings
    yield Finding(
        "the fetcher reaches public addresses only",
        "RELAY_FETCH_ALLOW opens "
        + ", ".join(settings.fetch_allow)
        + ". Unset it outside of tests and demonstrations."
        if settings.fetch_allow
        else "",
    )
    public = bool(settings.public_url)
    yield Finding(
        "readers come over TLS",
        "RELAY_PUBLIC_URL begins with http://; put a proxy with TLS in front."
        if public and not settings.is_https
        else "",
    )
    open_to_all = settings.host not in LOOPBACK and not public
    yield Finding(
        "the public address is known",
        f"The web binds {settings.host}; set RELAY_PUBLIC_URL to what readers use."
        if open_to_all
        else "",
    )
    shared = bool(settings.database_url) and not settings.secret_key
    yield Finding(
        "every machine signs with the same key",
        "DATABASE_URL is shared; set RELAY_SECRET_KEY (or _FILE) on each machine."
        if shared
        else "",
    )


def _built() -> Iterator[Finding]:
    for name in ("gazetteer.sqlite", "land.json"):
        missing = not (BUILT / name).is_file()
        yield Finding(
            f"{name} was built",
            "Install again (`make run` builds it)." if missing else "",
        )


def _fonts(relay: Relay) -> Iterator[Finding]:
    fonts = relay.fonts
    lacking = [script for script, settable in fonts.check().items() if not settable]
    yield Finding(
        "shared pictures can set every script of ours",
        f"No font for {', '.join(lacking)}. Install again (`make run` builds them), or "
        "install the packages fonts-noto-core and fonts-noto-cjk."
        if lacking
        else "",
    )
    yield Finding(
        "shared pictures can set Arabic, Indic and Thai names, if Noto fonts are here"
        if fonts.shapes
        else "shared pictures leave out names in Arabic, Indic and Thai letters: they "
        "need libfribidi (the package libfribidi0) and fonts-noto-core"
    )


def _database(relay: Relay) -> Iterator[Finding]:
    try:
        current = is_current(relay.engine)
    except SQLAlchemyError as error:
        yield Finding("the database answers", explain(error))
        return
    yield Finding(
        "the tables are up to date", "" if current else "Run `relay migrate`."
    )
    if not current:
        return
    with Session(relay.engine) as session:
        seasons = session.execute(select(func.count()).select_from(Season)).scalar()
        people = session.execute(select(func.count()).select_from(Moderator)).scalar()
    yield Finding("there is a season", "" if seasons else "Run `relay migrate`.")
    yield Finding(
        f"moderators: {people}"
        + ("" if people else " (open the link that `relay up` printed)")
    )


def _places(relay: Relay) -> Iterator[Finding]:
    data = relay.settings.data
    if data.exists():
        free = shutil.disk_usage(data).free
        yield Finding(
            "the disk has room",
            f"Only {free // 2**20} MiB are free." if free < ENOUGH_DISK else "",
        )
        others = data.stat().st_mode & 0o077
        yield Finding(
            "the data folder is private",
            f"Others can look into it: chmod -R go= {shlex.quote(str(data))}"
            if others
            else "",
        )
        key = data / "secret_key"
        readable = key.exists() and bool(key.stat().st_mode & 0o077)
        yield Finding(
            "the secret key is private",
            f"Others can read it: chmod 600 {key}" if readable else "",
        )
    try:
        relay.media.put("doctor/probe", b"ok", content_type="text/plain")
        relay.media.delete("doctor/probe")
        yield Finding("the media store takes files")
    except RelayError as error:
        yield Finding("the media store takes files", f"RELAY_MEDIA_URL: {error}")
    reachable = relay.doorbell.can_ring()
    running = data.joinpath("relay.lock").exists() or bool(relay.settings.redis_url)
    yield Finding(
        "the queue server answers"
        if reachable or running
        else "the queue server rests until `relay up`",
        "Start it, or put REDIS_URL right. Entries are kept meanwhile."
        if relay.settings.redis_url and not reachable
        else "",
    )


def _mail(relay: Relay) -> Iterator[Finding]:
    """Say whether mail can be sent: without it nobody is offered a reminder."""
    settings = relay.settings
    if not settings.smtp_url:
        yield Finding("no mail is sent: RELAY_SMTP_URL is not set")
        return
    yield Finding(
        "mails have a sender",
        "" if settings.mail_from else "Set RELAY_MAIL_FROM; until then none is sent.",
    )
    server = read_mail_server(settings.smtp_url)
    is_open = server.security is Security.NONE and server.host not in LOOPBACK
    yield Finding(
        "the mail server's password travels protected",
        "RELAY_SMTP_URL: add ?starttls, or use smtps://."
        if is_open and server.user
        else "",
    )
    if relay.mailer is None:
        return
    try:
        relay.mailer.check()
        yield Finding("the mail server answers")
    except MailFailed as error:
        yield Finding("the mail server answers", f"RELAY_SMTP_URL: {error}")
