"""The one place where ports meet their adapters; nothing happens at import."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

from relay.adapters.card_printer import JinjaCardPrinter
from relay.adapters.database import open_engine
from relay.adapters.dice import SystemClock, SystemDice
from relay.adapters.doorbell import RedisDoorbell
from relay.adapters.gazetteer import SqliteGazetteer
from relay.adapters.mail import SmtpMailer
from relay.adapters.mail_writer import JinjaMailWriter
from relay.adapters.media_store import open_media_store
from relay.adapters.pictures import SafePictures
from relay.adapters.previewer import SafePreviewer
from relay.adapters.safe_http import Door
from relay.adapters.turns import RedisTurns
from relay.adapters.visits import RedisVisits
from relay.domain.mail import read_mail_server
from relay.ports import Importer, Intake, Mailroom
from relay.settings import Settings, read_settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from relay.adapters.fonts import FontBook
    from relay.ports import (
        CardPrinter,
        Clock,
        Dice,
        Doorbell,
        Gazetteer,
        Mailer,
        MailWriter,
        MediaStore,
        Previewer,
        ShareArtist,
        Visits,
    )

# What packaging builds and installs beside the code.
BUILT = Path(__file__).parent / "data"
SECRET_KEY_FILE = "secret_key"  # noqa: S105 - the name of a file, not a secret


@dataclass(frozen=True)
class Relay:
    """Every part of a running relay. Costly parts are made when first asked for."""

    settings: Settings
    clock: Clock

    @cached_property
    def engine(self) -> Engine:
        """The database."""
        return open_engine(self.settings.database)

    @cached_property
    def secret_key(self) -> str:
        """The key that signs sessions, forms and derived tokens."""
        return self.settings.secret_key or kept_secret(self.settings.data)

    @cached_property
    def dice(self) -> Dice:
        """Unguessable names."""
        return SystemDice(self.secret_key)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Every city that an entry can come from."""
        return SqliteGazetteer(BUILT / "gazetteer.sqlite")

    @cached_property
    def media(self) -> MediaStore:
        """Where renditions are kept."""
        return open_media_store(self.settings)

    @cached_property
    def printer(self) -> CardPrinter:
        """Prints cards."""
        return JinjaCardPrinter(self.gazetteer)

    @cached_property
    def fonts(self) -> FontBook:
        """The fonts of shared pictures; opening them takes a tenth of a second."""
        from relay.adapters.fonts import FontBook  # noqa: PLC0415 - few need Pillow

        return FontBook(BUILT / "fonts")

    @cached_property
    def artist(self) -> ShareArtist:
        """Draws shared pictures."""
        from relay.adapters.share_art import PillowShareArtist  # noqa: PLC0415 - see above

        return PillowShareArtist(self.fonts)

    @cached_property
    def mailer(self) -> Mailer | None:
        """Takes mails to the mail server; None where there is none to take them to."""
        url, sender = self.settings.smtp_url, self.settings.mail_from
        return SmtpMailer(read_mail_server(url), sender) if url and sender else None

    @cached_property
    def mail_writer(self) -> MailWriter:
        """Puts mails into words."""
        return JinjaMailWriter()

    @cached_property
    def mailroom(self) -> Mailroom:
        """What writing mails needs."""
        return Mailroom(
            engine=self.engine,
            base_url=self.settings.base_url,
            clock=self.clock,
            dice=self.dice,
            gazetteer=self.gazetteer,
            writer=self.mail_writer,
        )

    @cached_property
    def doorbell(self) -> Doorbell:
        """Wakes the dispatcher."""
        return RedisDoorbell(self.settings.redis)

    @cached_property
    def visits(self) -> Visits:
        """Counts who opens a baton, once a day."""
        return RedisVisits(self.settings.redis)

    @cached_property
    def door(self) -> Door:
        """The one door out to strangers."""
        return Door.of(self.settings)

    @cached_property
    def turns(self) -> RedisTurns:
        """Who asks which host when, of all workers."""
        return RedisTurns(
            self.settings.redis,
            pause=self.settings.fetch_pause,
            exempt=self.door.allow,
        )

    @cached_property
    def previewer(self) -> SafePreviewer:
        """Reads one stranger's link at once, for somebody who waits for it."""
        return SafePreviewer(self.door)

    @cached_property
    def polite_previewer(self) -> Previewer:
        """Reads strangers' links one after the other; raises TooMany: come back."""
        return SafePreviewer(replace(self.door, turns=self.turns))

    @cached_property
    def pictures(self) -> SafePictures:
        """Makes strangers' pictures safe."""
        return SafePictures()

    @cached_property
    def intake(self) -> Intake:
        """What taking in an entry needs."""
        return Intake(
            engine=self.engine,
            clock=self.clock,
            dice=self.dice,
            media=self.media,
            doorbell=self.doorbell,
            printer=self.printer,
            allow=frozenset(self.settings.fetch_allow),
        )

    @cached_property
    def importer(self) -> Importer:
        """What importing an institution's entries needs."""
        return Importer(self.intake, self.gazetteer, self.settings.base_url)


def open_relay(
    settings: Settings | None = None, *, clock: Clock | None = None
) -> Relay:
    """Return the relay that the settings describe; nothing is connected yet."""
    return Relay(settings=settings or read_settings(), clock=clock or SystemClock())


def kept_secret(data: Path) -> str:
    """Return the data folder's own secret key, made at the first call (mode 0600).

    The key is written beside its place and linked there, so that of two processes
    that start at once both read the same whole key.
    """
    path = data / SECRET_KEY_FILE
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, fresh = mkstemp(dir=data)  # readable by us only
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(fresh, path)
        Path(fresh).unlink()
    return path.read_text(encoding="ascii").strip()
