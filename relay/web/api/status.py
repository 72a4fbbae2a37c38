"""The status of an entry, for whoever holds its token."""

from __future__ import annotations

from flask import url_for

from relay.domain.errors import NotFound
from relay.queries.own_entry import find_own_entry
from relay.web.api import api
from relay.web.api.schemas import PassedOnOut, PreviewOut, StatusOut
from relay.web.context import the_relay
from relay.web.limits import limited


@api.get("/status/<token>")
@api.output(StatusOut)
@limited("token")
def read_status(token: str) -> StatusOut:
    """Read how far an entry has come."""
    relay = the_relay()
    own = find_own_entry(relay.engine, token)
    if own is None:
        message = "There is no entry behind this token."
        raise NotFound(message)
    base, facts = relay.settings.base_url, own.preview
    image = None
    if own.picture:
        role = next(role for role, each in own.pictures.items() if each is own.picture)
        image = base + url_for("add.picture", token=token, role=role.value)
    return StatusOut(
        ref=own.entry.ref,
        no=own.entry.no,
        moderation=own.entry.moderation,
        preview=PreviewOut(
            state=own.entry.preview,
            title=facts.title if facts else None,
            description=facts.description if facts else None,
            author=facts.author if facts else None,
            image=image,
            reason=facts.reason if facts else None,
        ),
        baton_url=base + url_for("baton.take", code=own.baton) if own.baton else None,
        passed_on=[
            PassedOnOut(no=each.no, title=each.title, city=each.city_id)
            for each in own.passed_on
        ],
    )
