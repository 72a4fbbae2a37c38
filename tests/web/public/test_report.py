"""Telling the moderators what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, select

from relay.models import Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from relay.bootstrap import Relay
    from tests.web.making import Maker


def test_a_report_reaches_the_moderators_once(
    client: FlaskClient, maker: Maker, relay: Relay, csrf: Callable[[str], str]
) -> None:
    no = maker.published()
    path = f"/en/w/{no}/report"
    form = {"reason": "hurtful", "words": "It hurts.", "csrf_token": csrf(path)}
    answer = client.post(path, data=form, follow_redirects=True)
    assert "A moderator will look at artwork number 1." in answer.text
    with Session(relay.engine) as session:
        kept = session.exec(select(Report)).one()
    assert (kept.reason, kept.words) == ("hurtful", "It hurts.")


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
