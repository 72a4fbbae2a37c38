from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from relay.queries.desk_counts import COUNT_MAX
from relay.services.moderators import invite_first_moderator
from tests.journeys.test_adding import WHOLE, baton_path, begin, entries, private_path
from tests.making import make_moderator
from tests.sparing import HASHER
from tests.web.making import Maker

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from tests.journeys.person import Person


def sent(person: Person, link: str = "https://example.org/post", **more: str) -> str:
    """Send an entry in; return its maker's private path."""
    begin(person, link).send("Send it in", **{**WHOLE, **more})
    return private_path(person)


def test_the_first_moderator_is_made_by_a_link_that_works_once(
    person: Person, another: Person, relay: Relay
) -> None:
    token = invite_first_moderator(relay.engine, clock=relay.clock, dice=relay.dice)
    link = f"/desk/invite/{token}"
    person.open(link).send(
        "Make the account", email="mei@example.org", password="short"
    )
    assert person.status == 422
    assert person.first("title").text().startswith("Error:")
    assert person.value("email") == "mei@example.org"
    person.send("Make the account", password="five quiet paper boats")
    assert person.path == "/desk/"
    assert another.open(link).status == 404
    another.open("/desk/")
    assert another.path == "/desk/sign-in"
    another.send("Sign in", email="mei@example.org", password="wrong password")
    assert another.status == 422
    another.send("Sign in", email=" MEI@example.org", password="five quiet paper boats")
    assert another.path == "/desk/"
    another.send("Sign out")
    assert another.open("/desk/").path == "/desk/sign-in"


def test_a_copied_cookie_opens_nothing_after_signing_out(
    moderator: Person, another: Person
) -> None:
    cookie = moderator.client.get_cookie("relay")
    assert cookie is not None
    another.client.set_cookie("relay", cookie.value)
    assert another.open("/desk/").path == "/desk/"
    moderator.send("Sign out")
    another.client.set_cookie("relay", cookie.value)
    assert another.open("/desk/").path == "/desk/sign-in"
    moderator.send(
        "Sign in", email="mei@example.org", password="five quiet paper boats"
    )
    assert moderator.path == "/desk/"
    assert another.open("/desk/").path == "/desk/sign-in"


def test_signing_out_ends_nobody_elses_session(
    moderator: Person, another: Person, relay: Relay
) -> None:
    password = "six loud paper boats"
    make_moderator(relay, "li@example.org", password_hash=HASHER.hash(password))
    another.open("/desk/").send("Sign in", email="li@example.org", password=password)
    moderator.send("Sign out")
    assert another.open("/desk/").path == "/desk/"


def test_an_approved_entry_is_on_the_wall_and_its_maker_reads_so(
    person: Person, another: Person, moderator: Person
) -> None:
    mine = sent(person)
    giver = baton_path(person)
    moderator.open("/desk/").follow(WHOLE["title"]).send("Approve")
    assert moderator.says("No. 1: Paper boats")
    assert person.open("/en/").says(WHOLE["title"])
    assert person.open(mine).says("See it on the wall: No. 1")
    another.open(giver)
    assert another.says(WHOLE["title"])
    another.follow("Add your artwork")
    assert another.says(WHOLE["title"])
    another.send("Continue", link="https://weibo.com/1/2")
    another.send("Send it in", **{**WHOLE, "title": "Lanterns", "city": "Paris"})
    moderator.open("/desk/").follow("Lanterns").send("Approve")
    assert person.open("/en/w/1").says("Lanterns")
    assert person.open("/en/w/2").says(WHOLE["title"])
    assert person.open(mine).says("Lanterns")


def test_a_long_queue_says_that_it_is_long(moderator: Person, relay: Relay) -> None:
    maker = Maker(relay)
    for _ in range(COUNT_MAX):
        maker.pending()
    tab = "nav .tabs .num"
    assert moderator.open("/desk/").first(tab).text() == "99"
    maker.pending()
    assert moderator.open("/desk/").first(tab).text() == "more than 99"


def test_changes_are_asked_made_and_looked_at_again(
    person: Person, moderator: Person, relay: Relay
) -> None:
    mine = sent(person)
    moderator.open("/desk/").follow(WHOLE["title"]).send("Ask for changes")
    assert moderator.status == 422
    assert moderator.first("title").text().startswith("Error:")
    moderator.send("Ask for changes", reason="child_named", note="No surname, please")
    person.open(mine)
    assert person.says("No surname, please")
    person.follow("Change it").send("Save the changes", name="", consent="yes")
    assert person.status == 422
    person.send("Save the changes", name="Little Lin", consent="yes")
    assert person.path == mine
    assert person.says("Little Lin")
    assert entries(relay)[0].moderation == "pending"
    moderator.open("/desk/").follow(WHOLE["title"])
    assert moderator.says("No surname, please")


def test_a_rejected_entry_tells_its_maker_why(
    person: Person, moderator: Person
) -> None:
    mine = sent(person)
    moderator.open("/desk/").follow(WHOLE["title"])
    moderator.send("Do not accept", reason="advertising", note="This sells shoes")
    person.open(mine)
    assert person.says("This sells shoes")
    assert person.open("/en/").says(WHOLE["title"]) is False


def test_who_is_slower_is_shown_the_other_decision(
    person: Person, moderator: Person, app_moderator: Person
) -> None:
    sent(person)
    moderator.open("/desk/").follow(WHOLE["title"])
    app_moderator.open("/desk/").follow(WHOLE["title"]).send("Approve")
    moderator.send("Do not accept", reason="off_theme")
    assert moderator.status == 409
    assert moderator.says("Somebody was faster")
    assert moderator.says("Approve")


@pytest.fixture
def app_moderator(moderator: Person) -> Person:
    """The same account in a second window."""
    return type(moderator)(moderator.client)


def test_a_maker_withdraws_and_is_forgotten(
    person: Person, another: Person, moderator: Person, relay: Relay
) -> None:
    mine = sent(person)
    code = baton_path(person)
    moderator.open("/desk/").follow(WHOLE["title"]).send("Approve")
    person.open(mine).follow("Withdraw it")
    assert person.says("This cannot be undone")
    person.send("Withdraw it for good")
    assert person.path == mine
    assert person.says("You have taken it back")
    assert another.open("/en/w/1").status == 410
    assert WHOLE["title"] not in another.open("/en/").text
    assert another.open(code).status == 410
    assert another.says("Its giver has taken their artwork back")
    assert entries(relay)[0].title == ""


@pytest.mark.parametrize(
    ("wanted", "lands"),
    [
        ("/desk/?state=approved", "/desk/"),
        ("https://evil.example/", "/desk/"),
        ("//evil.example/desk/", "/desk/"),
        ("/desk/\\evil.example", "/desk/"),
        ("/desk/../../evil", None),
        ("javascript:alert(1)", "/desk/"),
    ],
)
def test_signing_in_leads_nowhere_else(
    person: Person, relay: Relay, wanted: str, lands: str | None
) -> None:
    token = invite_first_moderator(relay.engine, clock=relay.clock, dice=relay.dice)
    person.open(f"/desk/invite/{token}").send(
        "Make the account", email="mei@example.org", password="five quiet paper boats"
    )
    person.send("Sign out")
    found = person.client.get("/desk/sign-in", query_string={"next": wanted})
    assert found.status_code == 200
    person.open(f"/desk/sign-in?next={wanted}")
    form, _ = person._form_of("Sign in")  # noqa: SLF001 - the raw answer is looked at
    assert form is not None
    answer = person.client.post(
        "/desk/sign-in",
        data={
            "csrf_token": person.value("csrf_token"),
            "next": wanted,
            "email": "mei@example.org",
            "password": "five quiet paper boats",
        },
    )
    target = urlsplit(answer.headers["Location"])
    assert answer.status_code == 303
    assert (target.scheme, target.netloc) == ("", "")
    assert lands is None or target.path == lands


def test_a_form_without_its_token_does_nothing(
    person: Person, moderator: Person, relay: Relay
) -> None:
    mine = sent(person)
    ref = entries(relay)[0].ref
    for somebody, path in (
        (person, f"{mine}/withdraw"),
        (person, f"{mine}/change"),
        (person, f"{mine}/batons"),
        (person, f"{mine}/look"),
        (person, "/en/add"),
        (person, mine.replace("/mine/", "/add/check/")),
        (moderator, f"/desk/entry/{ref}"),
        (moderator, f"/desk/entry/{ref}/look"),
        (moderator, f"/desk/links/{ref}"),
        (moderator, "/desk/sign-out"),
        (person, "/desk/sign-in"),
    ):
        answer = somebody.client.post(path, data={"choice": "approve", "version": "2"})
        assert answer.status_code == 400, path
    assert entries(relay)[0].moderation == "pending"


def test_private_pages_are_kept_by_nobody(person: Person, moderator: Person) -> None:
    mine = sent(person)
    for somebody, path in ((person, mine), (moderator, "/desk/")):
        headers = somebody.client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] in {"no-referrer", "same-origin"}
    assert person.client.get(mine).headers["X-Robots-Tag"] == "noindex"


def test_strangers_cannot_open_the_desk(person: Person, relay: Relay) -> None:
    sent(person)
    ref = entries(relay)[0].ref
    entry, links = f"/desk/entry/{ref}", "/desk/links"
    for path in (
        "/desk/",
        entry,
        f"{entry}/picture/own",
        links,
        f"{links}/{ref}/picture",
    ):
        answer = person.client.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["Location"].startswith("/desk/sign-in")
