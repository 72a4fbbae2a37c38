"""Passkeys and codes in a real browser, with an authenticator of Chromium's own."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from passlib.totp import TOTP  # type: ignore[import-untyped]  # no types
from playwright.sync_api import expect
from sqlmodel import Session, select

from relay.models import AuditRow, Moderator, Passkey
from relay.models.moderator import Role
from relay.web.app import build_app
from tests.browsing import find_barriers, open_page, serving
from tests.web.desk.arriving import PASSWORD, make_account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser, CDPSession, Page

    from relay.bootstrap import Relay

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADDRESS = "mei@example.org"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Late:
    """An application that is made when its address is known."""

    app: Flask

    def __call__(self, *request: Any) -> Any:  # noqa: ANN401 - as WSGI has it
        return self.app(*request)


@pytest.fixture
def site(relay: Relay) -> Iterator[str]:
    """The address of a site that browsers allow passkeys at: localhost."""
    late = Late()
    with serving(late) as address:  # type: ignore[arg-type]  # any WSGI application
        here = address.replace("127.0.0.1", "localhost")
        settings = relay.settings.model_copy(
            update={"public_url": here, "limit_sign_in": "1000 per minute"}
        )
        # What was worked out of the settings before must not be copied along.
        settings.__dict__.pop("base_url", None)
        late.app = build_app(replace(relay, settings=settings))
        yield here


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = open_page(browser, width=1280, dark=False)
    yield opened
    opened.context.close()


@pytest.fixture
def keys(page: Page) -> Keys:
    return Keys(page)


class Keys:
    """The authenticator of a page: what it holds, and whether its owner is there."""

    def __init__(self, page: Page) -> None:
        self.devtools: CDPSession = page.context.new_cdp_session(page)
        self.devtools.send("WebAuthn.enable")
        made = self.devtools.send(
            "WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR}
        )
        self.id = made["authenticatorId"]

    def credentials(self) -> list[dict[str, Any]]:
        found = self.devtools.send("WebAuthn.getCredentials", self._about())
        listed: list[dict[str, Any]] = found["credentials"]
        return listed

    def know_owner(self, *, verified: bool) -> None:
        self.devtools.send(
            "WebAuthn.setUserVerified", self._about(isUserVerified=verified)
        )

    def put_back(self, credential: dict[str, Any]) -> None:
        """Put an older copy of a passkey in the place of the newer one."""
        old = self._about(credentialId=credential["credentialId"])
        self.devtools.send("WebAuthn.removeCredential", old)
        self.devtools.send("WebAuthn.addCredential", self._about(credential=credential))

    def _about(self, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - as CDP has it
        return {"authenticatorId": self.id, **more}


def sign_in(page: Page, site: str, where: str = "/desk/account") -> None:
    page.goto(f"{site}/desk/sign-in?next={where}")
    page.fill("#email", ADDRESS)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site}{where}")


def add_passkey(page: Page, name: str = "My telephone") -> None:
    page.fill("#passkey-name", name)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator(".saved")).to_contain_text("Your passkey is kept")


def sign_out(page: Page) -> None:
    """Press it where this width has it: in the row of rooms, or in their menu."""
    button = page.locator("form[action$=sign-out] button:visible")
    if not button.count():
        page.locator(".desk-more summary").click()
    button.click()
    page.wait_for_url("**/desk/sign-in")


def press_passkey(page: Page) -> None:
    page.get_by_role("button", name="Sign in with a passkey").click()


def test_a_passkey_is_made_named_used_alone_and_removed(
    relay: Relay, site: str, page: Page, keys: Keys
) -> None:
    make_account(relay)
    sign_in(page, site)
    add_passkey(page)
    assert len(keys.credentials()) == 1
    page.get_by_text("Change “My telephone”").click()
    page.get_by_label("Name of the passkey").fill("Blue key")
    page.get_by_role("button", name="Keep the name").click()
    expect(page.locator("#passkeys-h ~ .things")).to_contain_text("Blue key")
    sign_out(page)
    page.goto(f"{site}/desk/sign-in?next=/desk/people")
    press_passkey(page)
    page.wait_for_url(f"{site}/desk/people")
    page.goto(f"{site}/desk/account")
    page.get_by_text("Change “Blue key”").click()
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.locator(".saved")).to_contain_text("opens your account no more")
    sign_out(page)
    press_passkey(page)
    expect(page.locator(".passkey-said")).to_have_text("This passkey was not accepted.")
    with Session(relay.engine) as session:
        said = [each.what for each in session.exec(select(AuditRow)).all()]
    assert said == [
        *("session.begun", "passkey.added", "passkey.renamed", "session.ended"),
        *("session.begun", "passkey.removed", "session.ended"),
    ]


def test_a_passkey_needs_no_code_and_waits_for_nobody(
    relay: Relay, site: str, page: Page, keys: Keys
) -> None:
    make_account(relay)
    sign_in(page, site)
    add_passkey(page)
    page.get_by_role("link", name="Set up an app for codes").click()
    key = page.input_value("#key").replace("-", "")
    page.fill("#code", str(TOTP(key=key, format="base32").generate().token))
    page.get_by_role("button", name="Use this app").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    sign_out(page)
    for _ in range(6):
        page.fill("#email", ADDRESS)
        page.fill("#password", "wrong password")
        page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text("Too many wrong attempts")
    assert keys.credentials()
    press_passkey(page)
    page.wait_for_url(f"{site}/desk/")


def test_a_passkey_whose_owner_was_not_checked_opens_nothing(
    relay: Relay, site: str, page: Page, keys: Keys
) -> None:
    make_account(relay)
    sign_in(page, site)
    add_passkey(page)
    sign_out(page)
    keys.know_owner(verified=False)
    press_passkey(page)
    expect(page.locator(".passkey-said")).to_contain_text("This did not work")
    page.goto(f"{site}/desk/account")
    assert "/desk/sign-in" in page.url


def test_a_copied_passkey_is_noticed_by_its_count(
    relay: Relay, site: str, page: Page, keys: Keys
) -> None:
    make_account(relay)
    sign_in(page, site)
    add_passkey(page)
    copy = keys.credentials()[0]
    sign_out(page)
    press_passkey(page)
    page.wait_for_url(f"{site}/desk/")
    page.goto(f"{site}/desk/account")
    sign_out(page)
    keys.put_back(copy)
    press_passkey(page)
    expect(page.locator(".passkey-said")).to_have_text("This passkey was not accepted.")
    with Session(relay.engine) as session:
        assert session.exec(select(Passkey.sign_count)).one() > copy["signCount"]


def test_an_answer_is_taken_once_and_only_from_the_browser_that_was_asked(
    relay: Relay, site: str, page: Page, keys: Keys
) -> None:
    make_account(relay)
    sign_in(page, site)
    add_passkey(page)
    sign_out(page)
    with page.expect_request("**/sign-in/passkey") as asked:
        press_passkey(page)
    page.wait_for_url(f"{site}/desk/")
    body, headers = asked.value.post_data or "", asked.value.all_headers()
    assert keys.credentials()
    with Session(relay.engine) as session:
        # As one that never counts; so its count is not what refuses the copy.
        session.exec(select(Passkey)).one().sign_count = 0
        session.commit()
    # The browser as it was between question and answer, by a second one.
    again = {"cookie": headers["cookie"], "X-CSRFToken": headers["x-csrftoken"]}
    stranger = page.context.browser
    assert stranger
    other = stranger.new_context(extra_http_headers=again)
    replayed = other.request.post(
        f"{site}/desk/sign-in/passkey",
        data=body,
        headers={"Content-Type": "application/json"},
    )
    assert replayed.status == 403, replayed.text()
    assert "desk" not in str(replayed.json().get("next"))
    other.close()


def test_a_passkey_of_somebody_shut_out_opens_nothing(
    relay: Relay, site: str, page: Page, keys: Keys
) -> None:
    make_account(relay)
    make_account(relay, "lin@example.org")
    sign_in(page, site)
    add_passkey(page)
    sign_out(page)
    assert keys.credentials()
    with Session(relay.engine) as session:
        session.get_one(Moderator, 1).active = False
        session.commit()
    press_passkey(page)
    expect(page.locator(".passkey-said")).to_have_text("This passkey was not accepted.")


def test_the_handle_tells_nothing_and_two_accounts_have_their_own(
    relay: Relay, site: str, page: Page, keys: Keys
) -> None:
    make_account(relay)
    sign_in(page, site)
    add_passkey(page)
    handle = base64.b64decode(keys.credentials()[0]["userHandle"]).decode()
    with Session(relay.engine) as session:
        assert session.exec(select(Moderator.passkey_handle)).one() == handle
    assert len(handle) >= 20
    assert "mei" not in handle


def test_without_scripts_the_password_works_and_the_page_says_why(
    relay: Relay, site: str, browser: Browser
) -> None:
    make_account(relay)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/desk/sign-in?next=/desk/account")
    assert page.is_visible(".passkey-without")
    assert not page.is_visible(".passkey-with")
    page.fill("#email", ADDRESS)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{site}/desk/account")
    assert page.locator(".passkey-without").is_visible()
    context.close()


@pytest.mark.parametrize(
    ("lang", "width", "dark"),
    [
        ("en", 1440, False),
        ("en", 360, True),
        ("he", 360, False),
        ("zh-Hans", 320, True),
    ],
)
def test_no_page_about_people_has_a_barrier(
    relay: Relay, site: str, browser: Browser, lang: str, width: int, *, dark: bool
) -> None:
    make_account(relay)
    make_account(relay, "dan.with.a.very.long.name@museum.example.org", Role.DESCRIBER)
    page = open_page(browser, width=width, dark=dark)
    keys = Keys(page)
    sign_in(page, site)
    add_passkey(page, "给南京图书馆的小朋友们 and for all who come with them")
    assert keys.credentials()
    page.context.add_cookies([{"name": "lang", "value": lang, "url": site}])
    found = []
    for path in (
        *("account", "account/app", "confirm", "people", "people/2"),
        *("forgot", "invite/over"),
    ):
        page.goto(f"{site}/desk/{path}")
        found += find_barriers(page)
    page.goto(f"{site}/desk/people/2")
    page.locator("form[action$=link] button").click()
    page.wait_for_selector("#link")
    found += find_barriers(page)
    link = page.input_value("#link")
    page.goto(link)
    found += find_barriers(page)
    page.goto(f"{site}/desk/account/app")
    key = page.input_value("#key").replace("-", "")
    page.fill("#code", "0")
    page.locator("form[action$=app] button").click()
    found += find_barriers(page)
    page.fill("#code", str(TOTP(key=key, format="base32").generate().token))
    page.locator("form[action$=app] button").click()
    page.wait_for_selector(".recovery-codes")
    found += find_barriers(page)
    sign_out(page)
    found += find_barriers(page)
    page.fill("#email", ADDRESS)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/desk/sign-in/code*")
    found += find_barriers(page)
    page.context.close()
    assert not found, json.dumps(found, indent=1)
