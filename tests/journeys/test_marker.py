"""What nobody approved is in no public byte: every open address is read for it."""

from __future__ import annotations

import gzip
from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from sqlmodel import Session

from relay.domain.moderation import Choice, Moderation, Reason
from relay.domain.secret import hash_token
from relay.models import Picture, PictureRole, Preview, RenditionFile
from relay.services.start_entry import start_entry
from relay.services.withdraw_entry import withdraw_entry
from tests.making import CAMBRIDGE, NANJING, choose, find, make_moderator, send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay

MARK = "Qzxmarker"
MEDIA = "ab/picture.jpg"
LANGS = ("en", "zh-Hans", "he")
STEPS = {
    Moderation.PENDING: [],
    Moderation.CHANGES_ASKED: [Choice.ASK_CHANGES],
    Moderation.REJECTED: [Choice.REJECT],
    Moderation.TAKEN_DOWN: [Choice.APPROVE, Choice.TAKE_DOWN],
    Moderation.WITHDRAWN: [Choice.APPROVE],
    Moderation.APPROVED: [Choice.APPROVE],
}


def test_what_is_not_published_is_in_no_public_byte(
    app: Flask, client: FlaskClient, relay: Relay
) -> None:
    by = make_moderator(relay)
    parent = send(relay, "https://example.org/parent", title="Open to all")
    choose(relay, parent.ref, by=by)
    batons = [parent.baton]
    hidden_states = [each for each in STEPS if each is not Moderation.APPROVED]
    batons += [marked(relay, each, parent.baton, by) for each in hidden_states]
    child = send(relay, "https://example.org/child", baton=batons[1])
    choose(relay, child.ref, by=by)
    start_entry(relay.intake, link=f"https://example.org/{MARK}", title=MARK)
    hidden = crawl(app, client, batons)
    assert leaks(hidden) == []

    batons.append(marked(relay, Moderation.APPROVED, parent.baton, by))
    seen = " ".join(leaks(crawl(app, client, batons)))
    for place in ("/en/ ", "/he/w/", "/api/v1/entries ", "/b/", "/media/"):
        assert place in f"{seen} ", place  # so that this test can fail


def marked(relay: Relay, state: Moderation, baton: str, by: int) -> str:
    """Make an entry that bears the mark in every field; return its baton."""
    sent = send(
        relay,
        f"https://example.org/{MARK}/{state.value}",
        baton=baton,
        city=CAMBRIDGE,
        title=f"{MARK} title",
        alt=f"{MARK} alt",
        description=f"{MARK} story",
        name=f"{MARK} name",
        email=f"{MARK}@example.org",
    )
    entry_id = sent.entry_id
    with Session(relay.engine) as session:
        session.add(Preview(entry_id=entry_id, title=MARK, description=MARK))
        give_picture(session, relay, entry_id)
        session.commit()
    relay.media.put(MEDIA, MARK.encode(), content_type="image/jpeg")
    for choice in STEPS[state]:
        note = f"{MARK} note"
        choose(relay, sent.ref, choice, by=by, reason=Reason.OTHER, note=note)
    if state is Moderation.WITHDRAWN:
        withdraw_entry(relay.engine, sent.token, clock=relay.clock, media=relay.media)
    assert find(relay, sent.ref).moderation is state
    return sent.baton


def give_picture(session: Session, relay: Relay, entry_id: int) -> None:
    picture = Picture(
        entry_id=entry_id,
        role=PictureRole.POST,
        digest=hash_token(MARK),
        width=640,
        height=480,
        colour="#123456",
        fingerprint="0" * 16,
        created_at=relay.clock.now(),
    )
    session.add(picture)
    session.flush()
    session.add(
        RenditionFile(
            picture_id=picture.id or 0,
            name="wall",
            format="jpeg",
            width=640,
            height=480,
            key=MEDIA,
            size=9,
        )
    )


def crawl(
    app: Flask, client: FlaskClient, batons: list[str]
) -> Iterator[tuple[str, str]]:
    """Read every address that takes GET, with every value that could show more."""
    asked = {each for rule in app.url_map.iter_rules() for each in fill(rule, batons)}
    assert len(asked) > 100
    for address in sorted(asked):
        answer = client.get(address)
        body = answer.get_data()
        if answer.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        yield address, body.decode("utf-8", "replace") + str(answer.headers)


def fill(rule: object, batons: list[str]) -> list[str]:
    """Return the addresses of a rule, with the values of its parts filled in."""
    if "GET" not in (getattr(rule, "methods", None) or ()):
        return []
    parts = {
        "lang": LANGS,
        "no": tuple(range(1, 9)),
        "city_id": (NANJING, CAMBRIDGE),
        "slug": ("leave-no-one-behind",),
        "code": tuple(batons),
        "key": (MEDIA, f"incoming/{hash_token(MARK)}"),
        "filename": ("x.css",),
    }
    names = sorted(getattr(rule, "arguments", ()))
    text = str(rule)
    addresses = []
    for values in product(*(parts.get(name, ("x",)) for name in names)):
        address = text
        for name, value in zip(names, values, strict=True):
            start = address.index("<")
            for piece in address[start:].split("<")[1:]:
                if piece.split(">")[0].split(":")[-1] == name:
                    whole = "<" + piece.split(">")[0] + ">"
                    address = address.replace(whole, quote(str(value)))
                    break
        addresses.append(address)
    return [each + query for each in addresses for query in queries(text)]


def queries(text: str) -> list[str]:
    """Return the questions that a wall or a list may be asked."""
    about = [
        *("", f"?city={CAMBRIDGE}", "?country=GB", "?platform=web", "?kind=individual"),
        *("?lang=en", "?q=title", "?q=story", "?view=words", "?order=oldest"),
        *("?order=first", "?page=2", f"?centre={CAMBRIDGE}"),
    ]
    lists = text.endswith(("lang>/", "/map", "/cities", "/entries", "/relay"))
    return about if lists else [""]


def leaks(pages: Iterator[tuple[str, str]]) -> list[str]:
    # A search says back what was looked for; the mark itself is never asked for.
    return [address for address, body in pages if MARK.lower() in body.lower()]


@pytest.mark.parametrize("state", list(STEPS))
def test_a_picture_is_public_with_its_entry_only(
    client: FlaskClient, relay: Relay, state: Moderation
) -> None:
    marked(relay, state, "", make_moderator(relay))
    public = state is Moderation.APPROVED
    assert client.get(f"/media/{MEDIA}").status_code == (200 if public else 404)
