"""Every route of the desk against every role: what is in no line here is a mistake."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session

from relay.models import Moderator
from relay.models.moderator import Role
from relay.services.moderators import make_token
from tests.making import make_moderator
from tests.sparing import HASHER

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.routing import Rule

    from relay.bootstrap import Relay

PASSWORD = "paper boats on a dark river"
HASH = HASHER.hash(PASSWORD)

ANYONE = frozenset({"nobody", *Role})
EVERYONE = frozenset(Role)
ORGANISERS = frozenset({Role.ORGANISER})
DECIDERS = ORGANISERS | {Role.MODERATOR}
DESCRIBERS = DECIDERS | {Role.DESCRIBER}
LOOKERS = DECIDERS | {Role.VIEWER}

# Who may come in, by method and rule. Add a line for each new route, on purpose.
TABLE: dict[str, frozenset[str]] = {
    # Who has no business with the queue is shown on to their own room.
    "GET /desk/": EVERYONE,
    "GET /desk/account": EVERYONE,
    "GET /desk/account/app": EVERYONE,
    "POST /desk/account/app": EVERYONE,
    "POST /desk/account/app/remove": EVERYONE,
    "POST /desk/account/name": EVERYONE,
    "POST /desk/account/passkeys": EVERYONE,
    "POST /desk/account/passkeys/<int:passkey>": EVERYONE,
    "POST /desk/account/passkeys/<int:passkey>/remove": EVERYONE,
    "POST /desk/account/passkeys/question": EVERYONE,
    "POST /desk/account/password": EVERYONE,
    "POST /desk/account/recovery-codes": EVERYONE,
    "POST /desk/account/sessions/<name>/end": EVERYONE,
    "POST /desk/account/sessions/end": EVERYONE,
    "POST /desk/account/tokens/<name>/revoke": EVERYONE,
    "POST /desk/bulk": DECIDERS,
    "POST /desk/bulk/decide": DECIDERS,
    "GET /desk/confirm": EVERYONE,
    "POST /desk/confirm": EVERYONE,
    "GET /desk/describe": DESCRIBERS,
    "POST /desk/describe/<ref>": DESCRIBERS,
    "POST /desk/describe/<ref>/cannot": DESCRIBERS,
    "GET /desk/describe/<ref>/picture/<any(own, post):role>": DESCRIBERS,
    "POST /desk/describe/<ref>/skip": DESCRIBERS,
    "GET /desk/entry/<ref>": LOOKERS,
    "POST /desk/entry/<ref>": DECIDERS,
    "POST /desk/entry/<ref>/aside": DECIDERS,
    "GET /desk/entry/<ref>/card": LOOKERS,
    "POST /desk/entry/<ref>/edit": DECIDERS,
    "POST /desk/entry/<ref>/hold": DECIDERS,
    "POST /desk/entry/<ref>/later": DECIDERS,
    "POST /desk/entry/<ref>/look": DECIDERS,
    "POST /desk/entry/<ref>/merge": DECIDERS,
    "GET /desk/entry/<ref>/message": DECIDERS,
    "POST /desk/entry/<ref>/message": DECIDERS,
    "POST /desk/entry/<ref>/parent": DECIDERS,
    "POST /desk/entry/<ref>/parent/undo": DECIDERS,
    "GET /desk/entry/<ref>/picture/<any(own, post):role>": LOOKERS,
    "POST /desk/entry/<ref>/reports": DECIDERS,
    "POST /desk/entry/<ref>/reports/again": DECIDERS,
    "GET /desk/entry/<ref>/small/<any(own, post):role>": LOOKERS,
    "POST /desk/entry/<ref>/undo": DECIDERS,
    "POST /desk/entry/<ref>/veil": DECIDERS,
    "GET /desk/forgot": ANYONE,
    "POST /desk/forgot": ANYONE,
    "POST /desk/give-back": DECIDERS,
    "POST /desk/hand-out": DECIDERS,
    "GET /desk/health": ORGANISERS | {Role.VIEWER},
    "POST /desk/health/links/<platform>": ORGANISERS,
    "POST /desk/health/outbox/<topic>": ORGANISERS,
    "GET /desk/imports": ORGANISERS,
    "POST /desk/imports": ORGANISERS,
    "GET /desk/imports/<ref>": ORGANISERS,
    "POST /desk/imports/<ref>/begin": ORGANISERS,
    "POST /desk/imports/<ref>/cancel": ORGANISERS,
    "GET /desk/imports/<ref>/faults": ORGANISERS,
    "POST /desk/imports/<ref>/resume": ORGANISERS,
    "POST /desk/imports/<ref>/undo": ORGANISERS,
    "GET /desk/imports/template": ORGANISERS,
    "GET /desk/invite/<token>": ANYONE,
    "POST /desk/invite/<token>": ANYONE,
    "GET /desk/keys": LOOKERS,
    "POST /desk/keys": LOOKERS,
    "GET /desk/links": LOOKERS,
    "POST /desk/links/<ref>": DECIDERS,
    "GET /desk/links/<ref>/picture": LOOKERS,
    "GET /desk/log": ORGANISERS,
    "GET /desk/log.<any(csv, json):form>": ORGANISERS,
    "GET /desk/people": ORGANISERS,
    "POST /desk/people": ORGANISERS,
    "GET /desk/people/<int:person>": ORGANISERS,
    "POST /desk/people/<int:person>": ORGANISERS,
    "POST /desk/people/<int:person>/<any(deactivate, activate):act>": ORGANISERS,
    "GET /desk/people/<int:person>/erase": ORGANISERS,
    "POST /desk/people/<int:person>/erase": ORGANISERS,
    "POST /desk/people/<int:person>/link": ORGANISERS,
    "GET /desk/reasons": ORGANISERS,
    "POST /desk/reasons": ORGANISERS,
    "GET /desk/reasons/<key>": ORGANISERS,
    "POST /desk/reasons/<key>": ORGANISERS,
    "GET /desk/reset/<token>": ANYONE,
    "POST /desk/reset/<token>": ANYONE,
    "GET /desk/reveals": LOOKERS,
    "POST /desk/reveals/<ref>": DECIDERS,
    "GET /desk/revisions": LOOKERS,
    "POST /desk/revisions/<int:revision_id>": DECIDERS,
    "GET /desk/revisions/<int:revision_id>/picture": LOOKERS,
    "GET /desk/rules": ORGANISERS,
    "POST /desk/rules": ORGANISERS,
    "GET /desk/rules/<int:rule>": ORGANISERS,
    "POST /desk/rules/<int:rule>": ORGANISERS,
    "POST /desk/rules/words": ORGANISERS,
    "GET /desk/samples": LOOKERS,
    "POST /desk/samples/<ref>": DECIDERS,
    "GET /desk/seasons": ORGANISERS,
    "GET /desk/seasons/<slug>": ORGANISERS,
    "POST /desk/seasons/<slug>": ORGANISERS,
    "GET /desk/seasons/<slug>/picture": ORGANISERS,
    "POST /desk/seasons/<slug>/picture": ORGANISERS,
    "POST /desk/seasons/<slug>/undo": ORGANISERS,
    "GET /desk/seasons/new": ORGANISERS,
    "POST /desk/seasons/new": ORGANISERS,
    "GET /desk/settings": ORGANISERS,
    "POST /desk/settings": ORGANISERS,
    "POST /desk/settings/undo": ORGANISERS,
    "GET /desk/sign-in": ANYONE,
    "POST /desk/sign-in": ANYONE,
    "GET /desk/sign-in/code": ANYONE,
    "POST /desk/sign-in/code": ANYONE,
    "POST /desk/sign-in/passkey": ANYONE,
    "POST /desk/sign-in/passkey/question": ANYONE,
    "POST /desk/sign-out": ANYONE,
}

# What stands in the parts of an address; "1" where nothing is said.
GIVEN = {"ref": "nothing", "token": "nothing", "slug": "nothing"}


def is_door(line: str) -> bool:
    """Tell whether a route answers with the sign-in page by itself."""
    return "/desk/sign-" in line


def desk_routes(app: Flask) -> dict[str, Rule]:
    return {
        f"{method} {rule.rule}": rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/desk")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    }


def address(app: Flask, rule: Rule) -> str:
    given = {name: GIVEN.get(name, "1") for name in rule.arguments}
    for choices, name in re.findall(r"<any\(([^)]*)\):(\w+)>", rule.rule):
        given[name] = choices.split(",")[0].strip()
    return str(app.url_map.bind("localhost").build(rule.endpoint, given))


def is_refused(client: FlaskClient, method: str, where: str) -> bool:
    """Tell whether the guard has answered: asked to sign in, or forbidden."""
    answer = client.open(where, method=method)
    asked = answer.location or ""
    return answer.status_code == 403 or asked.startswith("/desk/sign-in")


@pytest.fixture
def app(relay: Relay, app: Flask) -> Flask:
    """The guard is asked, not the forms' tokens, which have tests of their own."""
    app.config["WTF_CSRF_ENABLED"] = False
    for role in Role:
        make_moderator(relay, f"{role}@example.org", role=role, password_hash=HASH)
    return app


def sign_in(app: Flask, email: str) -> FlaskClient:
    client = app.test_client()
    answer = client.post("/desk/sign-in", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return client


def test_every_route_of_the_desk_has_its_line(app: Flask) -> None:
    assert sorted(desk_routes(app)) == sorted(TABLE)


@pytest.mark.parametrize("role", ["nobody", *Role])
def test_a_route_lets_in_whom_the_table_names_and_nobody_else(
    app: Flask, role: str
) -> None:
    client = app.test_client()
    if role != "nobody":
        client = sign_in(app, f"{role}@example.org")
    found = {
        line: is_refused(client, line.partition(" ")[0], address(app, rule))
        for line, rule in desk_routes(app).items()
        if line in TABLE and not is_door(line)
    }
    wanted = {line: role not in TABLE[line] for line in found}
    assert found == wanted


@pytest.mark.parametrize("change", ["inactive", "erased", "demoted"])
def test_an_account_that_changed_is_out_at_its_next_request(
    relay: Relay, app: Flask, change: str
) -> None:
    client = sign_in(app, "organiser@example.org")
    assert client.get("/desk/people").status_code == 200
    with Session(relay.engine) as session:
        account = session.get_one(Moderator, 1)
        assert account.role is Role.ORGANISER
        if change == "inactive":
            account.active = False
        elif change == "erased":
            account.active, account.password = False, None
            account.erased_at = datetime.now(UTC)
        else:
            account.role = Role.DESCRIBER
        session.commit()
    role = str(Role.DESCRIBER) if change == "demoted" else "nobody"
    for line, rule in desk_routes(app).items():
        if line in TABLE and not is_door(line):
            refused = is_refused(client, line.partition(" ")[0], address(app, rule))
            assert refused == (role not in TABLE[line]), line


def test_the_desks_door_brings_describers_to_their_own_room(app: Flask) -> None:
    describer = sign_in(app, "describer@example.org")
    answer = describer.get("/desk/?lang=he")
    assert (answer.status_code, answer.location) == (303, "/desk/describe")
    assert describer.get("/desk/describe").status_code == 200
    # Where they may not be, the way back is to the desk and not to the wall.
    refused = describer.get("/desk/people")
    assert refused.status_code == 403
    assert 'href="/desk/">Go to the desk</a>' in refused.text


def test_a_route_without_roles_is_shut_to_all(app: Flask) -> None:
    app.add_url_rule("/desk/forgotten", "desk.forgotten", lambda: "open")
    organiser = sign_in(app, "organiser@example.org")
    assert organiser.get("/desk/forgotten").status_code == 404
    assert app.test_client().get("/desk/forgotten").status_code == 404


API: dict[str, frozenset[str]] = {
    "GET /api/v1/desk/queue": LOOKERS,
    "POST /api/v1/desk/entries/<ref>/decisions": DECIDERS,
    "POST /api/v1/desk/entries/<ref>/undo": DECIDERS,
}


@pytest.mark.parametrize("role", ["nobody", *Role])
def test_a_programs_token_may_what_its_owner_may(
    relay: Relay, app: Flask, role: str
) -> None:
    headers = {}
    if role != "nobody":
        email = f"{role}@example.org"
        token = make_token(relay.engine, email, clock=relay.clock, dice=relay.dice)
        headers = {"Authorization": f"Bearer {token}"}
    routes = {
        f"{method} {rule.rule}": rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/desk")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    }
    assert sorted(routes) == sorted(API)
    for line, rule in routes.items():
        answer = app.test_client().open(
            address(app, rule), method=line.partition(" ")[0], headers=headers
        )
        refused = answer.status_code == (401 if role == "nobody" else 403)
        assert refused == (role not in API[line]), line


def test_the_guard_leaves_the_apis_own_description_alone(app: Flask) -> None:
    found = app.test_client().get("/api/v1/openapi.json")
    assert found.status_code == 200
    assert '"/desk' not in found.text
