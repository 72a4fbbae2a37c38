"""The health of the relay: what waits, what fails, who works, and what room is left."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_security import current_user

from relay.adapters.queue_watch import watch_queue
from relay.models import OutboxState, Topic
from relay.models.moderator import Role
from relay.queries.health import (
    COUNT_MAX,
    list_failing,
    read_outbox,
    read_size,
    read_waiting,
)
from relay.queries.kept_relay import find_measured_at
from relay.services.retry_failed import retry_failed, retry_links
from relay.web.context import find_season, reading, the_relay
from relay.web.desk import pages
from relay.web.desk.guard import ORGANISERS, may

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

# As many links of one platform as are looked at again at a press.
LINKS_AT_ONCE = 20
# A worker tells every minute that it lives; RQ believes it for a minute longer.
SILENT_SECONDS = 120
# What `relay doctor` warns of.
ENOUGH_DISK = 2**30

AGE_NAMES = (
    _l("up to an hour"),
    _l("up to a day"),
    _l("up to three days"),
    _l("longer"),
)

TOPICS: dict[Topic, object] = {
    Topic.FETCH_PREVIEW: _l("Reading links"),
    Topic.MAKE_PICTURE: _l("Making pictures"),
    Topic.PRINT_CARDS: _l("Printing cards"),
    Topic.REMIND_MAKER: _l("Reminders by mail"),
    Topic.REVEAL_ENTRY: _l("Approvals to be shown later"),
    Topic.TELL_MAKER: _l("Mails to makers"),
    Topic.TELL_REPORTER: _l("Mails to those who reported"),
    Topic.TELL_MODERATOR: _l("Mails to people of the desk"),
    Topic.RUN_IMPORT: _l("Imports"),
}

MAILS = (
    Topic.REMIND_MAKER,
    Topic.TELL_MAKER,
    Topic.TELL_REPORTER,
    Topic.TELL_MODERATOR,
)


@dataclass(frozen=True)
class Disk:
    """The room that is left where something is kept, in bytes."""

    free: int
    total: int

    @property
    def is_short(self) -> bool:
        """Whether it is time to make room."""
        return self.free < ENOUGH_DISK


@pages.get("/health")
@may(Role.ORGANISER, Role.VIEWER)
def health() -> ResponseReturnValue:
    """Show how everything fares."""
    relay = the_relay()
    now, season = relay.clock.now(), find_season()
    with reading() as connection:
        outbox = read_outbox(connection, now=now)
        facts = {
            "waiting": read_waiting(connection, now=now),
            "failing": list_failing(connection),
            "measured_at": find_measured_at(connection, season.id) if season else None,
            "database_size": read_size(connection),
        }
    return render_template(
        "desk/health.html",
        **facts,
        outbox=outbox,
        failed_mails=sum(
            outbox.counts[OutboxState.FAILED].get(topic, 0) for topic in MAILS
        ),
        age_names=AGE_NAMES,
        count_max=COUNT_MAX,
        topics=TOPICS,
        states=OutboxState,
        queue=watch_queue(relay.settings.redis),
        silent_seconds=SILENT_SECONDS,
        has_mail=relay.mailer is not None,
        data_disk=_disk(relay.settings.data),
        media_disk=_media_disk(),
        version=_version(),
        now=now,
    )


@pages.post("/health/outbox/<topic>")
@may(*ORGANISERS)
def retry_topic(topic: str) -> ResponseReturnValue:
    """Try again what the outbox has given up."""
    if topic not in set(Topic):
        abort(404)
    many = retry_failed(the_relay().intake, Topic(topic), moderator_id=current_user.id)
    said = ngettext("%(num)s is tried again.", "%(num)s are tried again.", many)
    flash(str(said), "message")
    return redirect(url_for("desk.health"), code=303)


@pages.post("/health/links/<platform>")
@may(*ORGANISERS)
def retry_platform(platform: str) -> ResponseReturnValue:
    """Look again at the newest links of a platform that could not be read."""
    with reading() as connection:
        failing = list_failing(connection, samples=LINKS_AT_ONCE)
    refs = [ref for each in failing if each.platform == platform for ref in each.newest]
    if not refs:
        abort(404)
    many = retry_links(
        the_relay().intake, refs, platform=platform, moderator_id=current_user.id
    )
    said = ngettext(
        "%(num)s link is looked at again.", "%(num)s links are looked at again.", many
    )
    flash(str(said), "message")
    return redirect(url_for("desk.health"), code=303)


def _disk(folder: Path) -> Disk | None:
    """Return the room that is left around a folder; None when nobody can tell."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return Disk(usage.free, usage.total)


def _media_disk() -> Disk | None:
    """Return the room for pictures, where they lie in a folder of another disk."""
    settings = the_relay().settings
    url = urlsplit(settings.media)
    if url.scheme != "file":
        return None
    folder = Path(unquote(url.path))
    try:
        same = folder.stat().st_dev == settings.data.stat().st_dev
    except OSError:
        return None
    return None if same else _disk(folder)


def _version() -> str:
    try:
        return version("culture-relay")
    except PackageNotFoundError:
        return ""
