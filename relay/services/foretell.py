"""What a maker would be told of a decision, shown to moderators before it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import Session, select

from relay.domain.errors import NotFound
from relay.domain.moderation import Choice, Moderation, step
from relay.domain.notice import NoticeLetter
from relay.domain.reasons import ReasonItem
from relay.domain.text import clean_lines
from relay.models import Appeal, Counter, Entry, ReasonText
from relay.services.decide_step import NOTE_MAX, TOLD
from relay.services.mailing import language_of
from relay.services.own_link import own_url
from relay.services.publish import NUMBER

if TYPE_CHECKING:
    from relay.ports import Mailroom, Written
    from relay.services.decide_step import Wish


def foretell(room: Mailroom, ref: str, wish: Wish) -> tuple[Written, str]:
    """Return the words of the notice that a decision would send, and their language.

    They are the mail's own: the private page says the same. Raises NotFound, also
    where nothing is told, and Forbidden when the step is not allowed.
    """
    about = TOLD.get(wish.choice)
    with Session(room.engine) as session:
        entry = session.exec(select(Entry).where(Entry.ref == ref)).first()
        if entry is None or entry.moderation is Moderation.DRAFT or about is None:
            message = "There is nothing to be told."
            raise NotFound(message)
        after = step(entry.moderation, wish.choice)
        lang = language_of(entry)
        kept = session.get(ReasonText, wish.reason) if wish.reason else None
        texts = ReasonItem(wish.reason or "", kept.texts if kept else {})
        letter = NoticeLetter(
            lang=lang,
            about=about.value,
            title=entry.title,
            state=after.value,
            no=entry.no or _read_next_number(session),
            entry_url="",
            baton_url="",
            stop_url="",
            # A moderator sees that there is a link, not where it leads.
            own_url=own_url(room, entry) and f"{room.base_url}/{lang}/mine/…",
            reason=wish.reason or "",
            reason_text=(texts.text(lang) or "") if wish.reason else "",
            note=clean_lines(wish.note)[:NOTE_MAX],
            may_appeal=wish.choice is not Choice.MERGE
            and session.get(Appeal, entry.id) is None,
        )
    return room.writer.write(letter), lang


def _read_next_number(session: Session) -> int:
    """Return the number that an entry would get now; nobody has it before it is out."""
    given = session.exec(select(Counter.value).where(Counter.name == NUMBER)).first()
    return (given or 0) + 1
