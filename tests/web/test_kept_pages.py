"""Kept pages, as readers meet them: quick, and never out of date."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from sqlmodel import Session, select

from relay.bootstrap import open_relay
from relay.domain.moderation import Moderation
from relay.models import Entry, Season
from relay.services.open_season import set_hours
from relay.services.publish import print_cards
from relay.services.writing import writing
from relay.web.app import build_app
from relay.web.kept_pages import KEPT_BYTES, LONGEST, Kept, KeptPages, Shown
from tests.making import SetClock

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay
    from tests.web.making import Maker

SLUG = "leave-no-one-behind"


def change_behind_the_pages(relay: Relay, **columns: object) -> None:
    """Change all entries as no service does: without a new edition."""
    with Session(relay.engine) as session:
        session.execute(update(Entry).values(**columns))
        session.commit()


@pytest.fixture
def clock(relay: Relay) -> SetClock:
    """A clock that stands at a moment when the first season is open."""
    return SetClock(relay.clock.now() + timedelta(minutes=1))


def add_season(relay: Relay, *, opens_at: datetime) -> None:
    """Add a fourth season beside the third."""
    with Session(relay.engine) as session:
        third = session.exec(select(Season)).one().model_dump(exclude={"id"})
        other = {"slug": "next", "number": 4, "titles": {"en": "The Next One"}}
        session.add(Season(**{**third, **other, "opens_at": opens_at}))
        session.commit()


def test_a_page_is_made_once_until_something_public_changes(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    no = maker.published(title="As it was")
    page = f"/en/w/{no}"
    assert "As it was" in client.get(page).text
    change_behind_the_pages(relay, title="As it is")
    assert "As it was" in client.get(page).text
    maker.published(title="Something else")
    assert "As it is" in client.get(page).text


@pytest.mark.parametrize("to", [Moderation.WITHDRAWN, Moderation.TAKEN_DOWN])
def test_what_is_taken_away_is_gone_from_every_page_at_once(
    client: FlaskClient, maker: Maker, to: Moderation
) -> None:
    no = maker.published(title="Secret from now on")
    pages = ["/en/", "/en/?view=words", f"/en/w/{no}", "/en/season/leave-no-one-behind"]
    for page in pages:
        assert "Secret from now on" in client.get(page).text, page
    maker.take_away(no, to)
    for page in pages:
        assert "Secret from now on" not in client.get(page).text, page


def test_a_card_that_is_printed_again_is_shown(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    no = maker.published(title="Before")
    client.get("/en/")
    with writing(relay.engine) as session:
        entry = session.get_one(Entry, maker.id_of(no))
        entry.title = "After"
        print_cards(session, entry, printer=relay.printer)
    assert "After" in client.get("/en/").text


def test_a_season_closes_on_every_page_at_its_moment(
    relay: Relay, clock: SetClock
) -> None:
    client = build_app(open_relay(relay.settings, clock=clock)).test_client()
    closes = clock.now() + timedelta(seconds=20)
    opened = clock.now() - timedelta(days=1)
    set_hours(relay.engine, SLUG, opens_at=opened, closes_at=closes, clock=clock)
    for page in ("/en/seasons", "/zh-Hans/seasons"):
        client.get(page)
    assert "open now" in client.get("/en/seasons").text
    clock.time += timedelta(seconds=19.999)
    assert "open now" in client.get("/en/seasons").text
    clock.time += timedelta(seconds=0.001)
    assert "open now" not in client.get("/en/seasons").text


def test_a_new_season_has_the_wall_from_the_moment_it_opens(
    relay: Relay, clock: SetClock
) -> None:
    client = build_app(open_relay(relay.settings, clock=clock)).test_client()
    add_season(relay, opens_at=clock.now() + timedelta(seconds=3))
    assert "The Next One" not in client.get("/en/").text
    clock.time += timedelta(seconds=3)
    assert "The Next One" in client.get("/en/").text


def test_new_hours_are_shown_at_once(relay: Relay, clock: SetClock) -> None:
    client = build_app(open_relay(relay.settings, clock=clock)).test_client()
    add_season(relay, opens_at=clock.now() + timedelta(days=3))
    assert "The Next One" not in client.get("/en/").text
    set_hours(relay.engine, "next", opens_at=clock.now(), closes_at=None, clock=clock)
    assert "The Next One" in client.get("/en/").text


def test_each_reader_has_their_own_language_settings_and_question(
    client: FlaskClient, maker: Maker
) -> None:
    maker.published(title="Work", search_text="moon")
    for _ in range(2):
        assert 'lang="en"' in client.get("/en/").text
        assert 'lang="zh-Hans"' in client.get("/zh-Hans/").text
        assert "Work" not in client.get("/en/?q=sun").text
        client.set_cookie("reading", "large")
        assert 'class="large"' in client.get("/en/").text
        client.delete_cookie("reading")
        assert 'class="large"' not in client.get("/en/").text


def test_a_kept_page_comes_as_its_reader_can_read_it(client: FlaskClient) -> None:
    for _ in range(2):
        for refused in ("br;q=0", "br;q=0, gzip; q=0", "*;q=0"):
            whole = client.get("/en/map", headers={"Accept-Encoding": refused})
            assert "Content-Encoding" not in whole.headers
            assert "Accept-Encoding" in whole.headers["Vary"]
        packed = client.get("/en/map", headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        plain = client.get("/en/map")
        assert "Content-Encoding" not in plain.headers
        assert plain.text.startswith("<!DOCTYPE html>")


def test_a_kept_page_is_protected_like_a_new_one(client: FlaskClient) -> None:
    new, kept = client.get("/en/map"), client.get("/en/map")
    assert kept.data == new.data
    assert kept.headers == new.headers
    assert "default-src 'none'" in kept.headers["Content-Security-Policy"]


def test_who_knows_the_page_is_told_so_with_and_without_one_kept(
    client: FlaskClient, maker: Maker
) -> None:
    maker.published()
    tag = client.get("/en/").headers["ETag"]
    again = client.get("/en/", headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    assert "Content-Type" not in again.headers
    maker.published(title="News")
    news = client.get("/en/", headers={"If-None-Match": tag})
    assert news.status_code == 200
    assert "News" in news.text


def test_nobody_is_sent_what_the_conditions_of_another_made_of_a_page(
    client: FlaskClient,
) -> None:
    packed = {"Accept-Encoding": "gzip"}
    other = client.get("/en/map", headers={**packed, "If-Match": '"other"'})
    assert other.status_code == 412
    assert client.get("/en/map", headers=packed).headers["Content-Encoding"] == "gzip"


def test_private_pages_and_strange_hosts_are_not_kept(
    app: Flask, client: FlaskClient
) -> None:
    kept = app.wsgi_app
    assert isinstance(kept, KeptPages)
    for page in ("/en/add", "/en/mine/nobody", "/en/settings", "/en/nowhere", "/"):
        client.get(page)
    client.get("/en/", headers={"Host": "evil.example"})
    client.get(f"/en/?q={'x' * LONGEST}")
    client.head("/en/")
    assert len(kept) == 0
    client.get("/en/")
    assert len(kept) == 1


def test_nobody_is_sent_the_cookie_of_another(app: Flask) -> None:
    signed_in, reader = app.test_client(), app.test_client()
    with signed_in.session_transaction() as session:
        session.permanent = True
        session["secret"] = "mine"
    assert "Set-Cookie" in signed_in.get("/en/").headers
    assert "Set-Cookie" not in reader.get("/en/").headers


def test_what_is_kept_stays_small(app: Flask) -> None:
    kept = app.wsgi_app
    assert isinstance(kept, KeptPages)
    page = Kept(Shown(1, None), 0.0, '""', [], b"x" * (KEPT_BYTES // 8))
    for at in range(20):
        kept.keep(("page", at), page)
    kept.keep(("page", 19), page)
    assert len(kept) == 7


def test_without_the_database_the_page_says_so(
    client: FlaskClient, relay: Relay
) -> None:
    client.get("/en/")
    relay.engine.dispose()
    (relay.settings.data / "relay.sqlite3").unlink()
    (relay.settings.data / "relay.sqlite3").mkdir()
    assert client.get("/en/").status_code == 503
