"""What protects readers, seen from outside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from relay.bootstrap import open_relay
from relay.web.app import build_app

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay
    from tests.web.making import Maker

PAGES = ("/en/", "/en/map", "/en/nowhere", "/en/settings", "/healthz")


@pytest.mark.parametrize("page", PAGES)
def test_nothing_may_run_or_load_but_our_own(client: FlaskClient, page: str) -> None:
    headers = client.get(page).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Referrer-Policy" in headers
    assert "Permissions-Policy" in headers


@pytest.mark.parametrize("page", ["/en/", "/en/map", "/en/easy", "/en/seasons"])
def test_no_page_needs_what_the_policy_forbids(
    client: FlaskClient, maker: Maker, page: str
) -> None:
    maker.published()
    html = client.get(page).text
    assert not re.search(r"\sstyle\s*=", html)
    assert not re.search(r"<style|\son[a-z]+\s*=|javascript:", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert not re.search(r'(?:src|srcset)="(?:https?:)?//', html)


def test_a_host_that_is_not_ours_gets_nothing(client: FlaskClient) -> None:
    answer = client.get("/en/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "<html" not in answer.text


@pytest.mark.parametrize("host", ["[::1]", "[::1]:8000", "[0:0::1]", "LOCALHOST:80"])
def test_loopback_is_ours_however_it_is_written(client: FlaskClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["[::2]", "[::ffff:127.0.0.1]", "[", "[]", "[:]", "[::1", "::1", "", "a b"]
)
def test_other_addresses_are_not_ours(client: FlaskClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    ("given", "host"),
    [
        ({"host": "::1"}, "[::1]:8000"),
        ({"host": "2001:DB8::7"}, "[2001:db8::7]:8000"),
        ({"public_url": "http://[2001:DB8:0::7]:81"}, "[2001:db8::7]:81"),
        ({"hosts": ("[2001:db8::7]",)}, "[2001:db8::7]"),
        ({"public_url": "https://Relay.Test"}, "relay.test"),
    ],
)
def test_a_relay_answers_under_its_own_address(
    relay: Relay, given: dict[str, object], host: str
) -> None:
    settings = relay.settings.model_copy(update=given)
    client = build_app(open_relay(settings)).test_client()
    assert client.get("/healthz", headers={"Host": host}).status_code == 200
    elsewhere = client.get("/healthz", headers={"Host": "[2001:db8::8]:8000"})
    assert elsewhere.status_code == 400


def test_reading_sets_no_cookie(client: FlaskClient, maker: Maker) -> None:
    no = maker.published()
    for page in ("/en/", "/en/map", f"/en/w/{no}", "/en/about"):
        assert "Set-Cookie" not in client.get(page).headers


@pytest.mark.parametrize("path", ["/language", "/en/settings", "/en/w/1/report"])
def test_a_form_from_elsewhere_is_refused(
    client: FlaskClient, maker: Maker, path: str
) -> None:
    maker.published()
    answer = client.post(path, data={"to": "he", "reason": "hurtful"})
    assert answer.status_code == 400
    assert "too old" in answer.text


def test_the_session_is_tied_to_the_host_over_tls(relay: Relay) -> None:
    given = relay.settings.model_copy(update={"public_url": "https://relay.test"})
    app: Flask = build_app(open_relay(given))
    answer = app.test_client().get("/en/settings", base_url="https://relay.test")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-relay=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert "Strict-Transport-Security" in answer.headers


def test_what_waits_or_was_refused_is_in_no_public_byte(
    client: FlaskClient, maker: Maker
) -> None:
    marker = "Xyzzy4711"
    seen = maker.published(title="Seen by all")
    maker.pending(title=f"{marker} title", alt=f"{marker} alt", name=f"{marker} name")
    pages = ["/en/", f"/en/?q={marker.lower()}", "/en/?view=words", f"/en/w/{seen}"]
    pages += ["/en/map", "/en/cities", "/en/city/1799962", "/en/seasons"]
    pages += ["/en/season/leave-no-one-behind", f"/en/w/{seen + 1}"]
    for page in pages:
        html = client.get(page).text
        assert f"{marker} " not in html, page
    assert "Seen by all" in client.get("/en/").text


def test_strangers_words_are_shown_as_words(client: FlaskClient, maker: Maker) -> None:
    evil = '"><script>alert(1)</script>{{ 7*7 }}'
    no = maker.published(title=evil, alt=evil, name=evil, description=evil)
    pages = ("/en/", "/en/?view=words", f"/en/w/{no}", f"/he/w/{no}/report")
    for page in pages:
        html = client.get(page).text
        assert "<script>alert" not in html, page
        assert "&lt;script&gt;" in html, page
        assert "49" not in re.sub(r"[\w./-]*49[\w./-]+|[\w./-]+49[\w./-]*", "", html)


@pytest.mark.parametrize(
    "path", ["/media/a%00b", "/en/season/a%00b", "/en/?q=%00", "/%0a", "/en/%7f"]
)
def test_control_characters_lead_nowhere(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in {400, 404}
