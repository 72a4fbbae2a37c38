"""Telling the moderators what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.bootstrap import open_relay
from relay.models import Report
from relay.services.desk_settings import change_settings
from relay.web.app import build_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from relay.bootstrap import Relay
    from tests.web.making import Maker


@pytest.fixture
def mailing(relay: Relay) -> FlaskClient:
    """A reader of a site that sends mail; forms need no token here."""
    mail = {"smtp_url": "smtp://127.0.0.1:1", "mail_from": "relay@example.org"}
    app = build_app(open_relay(relay.settings.model_copy(update=mail)))
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def kept(relay: Relay) -> list[Report]:
    with Session(relay.engine) as session:
        return list(session.exec(select(Report)))


def test_a_report_reaches_the_moderators_once(
    client: FlaskClient, maker: Maker, relay: Relay, csrf: Callable[[str], str]
) -> None:
    no = maker.published()
    path = f"/en/w/{no}/report"
    form = {"reason": "hurtful", "words": "It hurts.", "csrf_token": csrf(path)}
    answer = client.post(path, data=form, follow_redirects=True)
    assert "A moderator will look at artwork number 1." in answer.text
    (report,) = kept(relay)
    assert (report.reason, report.words) == ("hurtful", "It hurts.")
    assert report.reporter_hash


@pytest.mark.parametrize("reason", ["", "off_theme", "nonsense"])
def test_a_report_without_a_reason_keeps_what_was_typed(
    client: FlaskClient, maker: Maker, csrf: Callable[[str], str], reason: str
) -> None:
    path = f"/en/w/{maker.published()}/report"
    form = {"reason": reason, "words": "Kept <words>", "csrf_token": csrf(path)}
    answer = client.post(path, data=form)
    assert answer.status_code == 422
    assert "<title>Error: Report a problem" in answer.text
    assert '<a href="#reason">Choose what is wrong</a>' in answer.text
    assert "Kept &lt;words&gt;" in answer.text


def test_what_is_not_public_cannot_be_reported(
    client: FlaskClient, maker: Maker
) -> None:
    maker.pending()
    assert client.get("/en/w/1/report").status_code == 404


def test_who_is_in_the_picture_can_say_so(
    client: FlaskClient, maker: Maker, relay: Relay, csrf: Callable[[str], str]
) -> None:
    path = f"/he/w/{maker.published()}/report"
    assert 'value="in_picture"' in client.get(path).text
    form = {"reason": "in_picture", "csrf_token": csrf(path)}
    assert client.post(path, data=form).status_code == 303
    assert [(each.reason, each.lang) for each in kept(relay)] == [("in_picture", "he")]


def test_an_address_is_asked_for_and_kept_only_where_mail_is_sent(
    client: FlaskClient,
    mailing: FlaskClient,
    maker: Maker,
    relay: Relay,
    csrf: Callable[[str], str],
) -> None:
    path = f"/en/w/{maker.published()}/report"
    assert 'name="email"' not in client.get(path).text
    form = {"reason": "other", "email": "ana@example.org", "csrf_token": csrf(path)}
    client.post(path, data=form)
    assert kept(relay)[0].email is None
    assert 'name="email"' in mailing.get(path).text
    answer = mailing.post(path, data=form, follow_redirects=True)
    assert "Then we write to you once" in answer.text
    assert kept(relay)[0].email == "ana@example.org"


def test_an_address_that_would_write_other_headers_is_shown_again_and_not_kept(
    mailing: FlaskClient, maker: Maker, relay: Relay
) -> None:
    path = f"/en/w/{maker.published()}/report"
    typed = "ana@example.org\r\nBcc: all@example.org"
    form = {"reason": "other", "words": "Kept", "email": typed}
    answer = mailing.post(path, data=form)
    assert answer.status_code == 422
    assert '<a href="#email">Check the e-mail address' in answer.text
    assert ">\nKept</textarea>" in answer.text
    assert kept(relay) == []


def test_readers_of_other_addresses_hide_it_and_are_thanked_all_the_same(
    mailing: FlaskClient, maker: Maker, relay: Relay
) -> None:
    change_settings(
        relay.engine, {"reports_hide": 2}, moderator_id=None, clock=relay.clock
    )
    path = f"/en/w/{maker.published()}/report"
    for at in (1, 1, 2):
        answer = mailing.post(
            path,
            data={"reason": "hurtful"},
            environ_base={"REMOTE_ADDR": f"192.0.2.{at}"},
            headers={"X-Forwarded-For": f"198.51.100.{at}"},
            follow_redirects=True,
        )
        assert answer.status_code == 200
        assert "A moderator will look at artwork number 1." in answer.text
    assert mailing.get("/en/w/1").status_code == 410
    assert mailing.get(path).status_code == 404
    assert mailing.post(path, data={"reason": "hurtful"}).status_code == 404


def test_nobody_is_more_than_one_reader_by_saying_so_in_a_header(
    mailing: FlaskClient, maker: Maker, relay: Relay
) -> None:
    change_settings(
        relay.engine, {"reports_hide": 2}, moderator_id=None, clock=relay.clock
    )
    path = f"/en/w/{maker.published()}/report"
    for at in range(4):
        mailing.post(
            path,
            data={"reason": "hurtful"},
            headers={"X-Forwarded-For": f"198.51.100.{at}"},
        )
    assert mailing.get("/en/w/1").status_code == 200


def test_thanks_are_for_artworks_that_there_are(client: FlaskClient) -> None:
    assert client.get("/en/w/7/report?sent=yes").status_code == 404
