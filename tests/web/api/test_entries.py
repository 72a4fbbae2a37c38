from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from relay.domain.moderation import Choice, Reason
from relay.services.start_entry import incoming_key
from tests.making import (
    CAMBRIDGE,
    NANJING,
    PICTURE,
    bearer,
    choose,
    find,
    make_moderator,
    send,
)
from tests.web.making import draw_picture

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from relay.bootstrap import Relay
    from tests.web.making import Maker

GOOD: dict[str, Any] = {
    "link": "https://www.instagram.com/p/abc/?igsh=1",
    "title": "Paper boats",
    "alt": "Boats",
    "name": "Lin",
    "city": "Nanjing, CN",
    "consent": True,
}


def post(client: FlaskClient, body: object, **headers: str) -> TestResponse:
    return client.post("/api/v1/entries", json=body, headers=headers)


def get(client: FlaskClient, path: str) -> Any:  # noqa: ANN401 - a JSON document
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json


def named(answer: TestResponse) -> dict[str, str]:
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    document = json.loads(answer.text)
    assert document["status"] == 422
    return {each["field"]: each["code"] for each in document["errors"]}


def test_an_entry_is_sent_in_followed_and_published(
    client: FlaskClient, relay: Relay
) -> None:
    answer = post(client, {**GOOD, "description": "Story", "lang": "en"})
    assert answer.status_code == 201
    receipt = answer.json
    assert receipt
    assert set(receipt) == {
        *("ref", "token", "status_url", "mine_url", "baton_url", "duplicate_of")
    }
    status = get(client, f"status/{receipt['token']}")
    assert (status["ref"], status["no"]) == (receipt["ref"], None)
    assert status["moderation"] == "pending"
    assert status["preview"]["state"] == "queued"
    assert status["baton_url"] == receipt["baton_url"]
    assert get(client, "entries")["entries"] == []
    assert client.get("/api/v1/entries/1").status_code == 404

    choose(relay, receipt["ref"], by=make_moderator(relay))
    (entry,) = get(client, "entries")["entries"]
    assert (entry["no"], entry["city"], entry["platform"]) == (1, NANJING, "instagram")
    whole = get(client, "entries/1")
    assert (whole["title"], whole["description"]) == ("Paper boats", "Story")
    assert whole["link"] == GOOD["link"]
    assert get(client, f"status/{receipt['token']}")["no"] == 1
    for url in ("mine_url", "baton_url"):
        path = receipt[url].split("8000", 1)[1]
        assert client.get(path, follow_redirects=True).status_code == 200


def test_each_picture_says_what_it_is_for(client: FlaskClient, maker: Maker) -> None:
    no = maker.published(picture=draw_picture(1000, 600))
    pictures = get(client, f"entries/{no}")["pictures"]
    assert {each["name"] for each in pictures} == {"page", "wall", "small", "share"}
    for each in pictures:
        assert (each["width"] == 1200) == (each["name"] == "share")
        assert f"-{each['name']}." in each["url"]
    schemas = get(client, "openapi.json")["components"]["schemas"]
    described = schemas["WholeEntryOut.PictureOut"]["properties"]["name"]
    assert "`share`" in described["description"]


def test_unknown_fields_and_missing_consent_are_named(client: FlaskClient) -> None:
    wrong = {**GOOD, "foo": 1, "consent": False}
    assert named(post(client, wrong)) == {
        "foo": "unknown_field",
        "consent": "must_be_true",
    }
    assert set(named(post(client, {}))) == {"title", "name", "city", "consent"}
    assert named(post(client, {**GOOD, "kind": "robot"})) == {"kind": "invalid"}
    assert named(post(client, {**GOOD, "title": "t" * 201})) == {"title": "too_long"}
    assert named(post(client, {**GOOD, "city": "Cambridge"})) == {"city": "which_one"}
    assert named(post(client, {**GOOD, "baton": "x"})) == {"baton": "unknown"}
    link = named(post(client, {**GOOD, "link": "http://127.0.0.1/"}))
    assert set(link) == {"link"}


@pytest.mark.parametrize("consent", [None, 1, "true", "yes", [True], False])
def test_only_true_is_consent(client: FlaskClient, consent: object) -> None:
    assert named(post(client, {**GOOD, "consent": consent})) == {
        "consent": "must_be_true"
    }


def test_a_picture_comes_in_a_form(client: FlaskClient, relay: Relay) -> None:
    fields = {**GOOD, "consent": "true", "city": str(CAMBRIDGE)}
    form = {**fields, "picture": (BytesIO(PICTURE), "a.png")}
    answer = client.post("/api/v1/entries", data=form)
    assert answer.status_code == 201, answer.text
    assert answer.json
    kept = find(relay, answer.json["ref"])
    assert kept.city_id == CAMBRIDGE
    assert relay.media.get(incoming_key(kept.ref)) == PICTURE
    other = {**fields, "film": (BytesIO(b"x"), "a.mp4")}
    assert named(client.post("/api/v1/entries", data=other)) == {
        "film": "unknown_field"
    }


def test_a_picture_of_more_than_10_mib_is_too_large(client: FlaskClient) -> None:
    fields = {**GOOD, "consent": "true"}
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = (
        '--b\r\nContent-Disposition: form-data; name="picture"; filename="a.png"'
        "\r\nContent-Type: image/png\r\n\r\n"
    )
    start = "".join([*parts, head]).encode()
    for more, expected in ((0, 201), (1, 422)):
        picture = PICTURE.ljust(10 * 2**20 + more, b"x")
        answer = client.post(
            "/api/v1/entries",
            data=start + picture + b"\r\n--b--\r\n",
            content_type="multipart/form-data; boundary=b",
        )
        assert answer.status_code == expected


def test_the_same_key_gives_the_same_receipt(client: FlaskClient) -> None:
    first = post(client, GOOD, **{"Idempotency-Key": "k"})
    assert post(client, GOOD, **{"Idempotency-Key": "k"}).json == first.json
    other = post(client, {**GOOD, "title": "x"}, **{"Idempotency-Key": "k"})
    assert other.status_code == 409
    assert other.content_type == "application/problem+json"
    third = post(client, GOOD, **{"Idempotency-Key": "k2"})
    assert first.json
    assert third.json
    assert third.json["duplicate_of"] == first.json["ref"]
    long = post(client, GOOD, **{"Idempotency-Key": "k" * 256})
    assert named(long) == {"Idempotency-Key": "too_long"}


def test_the_same_form_with_another_boundary_is_the_same_request(
    client: FlaskClient,
) -> None:
    answers = [
        client.post(
            "/api/v1/entries",
            data={**GOOD, "consent": "true", "picture": (BytesIO(PICTURE), "a.png")},
            headers={"Idempotency-Key": "k"},
        ).json
        for _ in range(2)
    ]
    assert answers[0] == answers[1]


def test_pages_follow_each_other_without_gap_or_repeat(
    client: FlaskClient, relay: Relay
) -> None:
    by = make_moderator(relay)
    for at in range(7):
        choose(relay, send(relay, f"https://example.org/{at}").ref, by=by)
    choose(
        relay,
        find_ref(relay, 4),
        Choice.TAKE_DOWN,
        by=by,
        reason=Reason.OTHER,
    )
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = get(client, "entries?limit=2" + (f"&cursor={cursor}" if cursor else ""))
        assert len(page["entries"]) <= 2
        seen += [each["no"] for each in page["entries"]]
        cursor = page["next"]
    assert seen == [7, 6, 5, 3, 2, 1]
    assert client.get("/api/v1/entries/4").status_code == 410


def find_ref(relay: Relay, no: int) -> str:
    from sqlmodel import Session, select  # noqa: PLC0415 - used here only

    from relay.models import Entry  # noqa: PLC0415 - likewise

    with Session(relay.engine) as session:
        return session.exec(select(Entry.ref).where(Entry.no == no)).one()


def test_the_filters_of_the_wall_filter(client: FlaskClient, relay: Relay) -> None:
    by = make_moderator(relay)
    for at, (city, title) in enumerate([(NANJING, "Boats"), (CAMBRIDGE, "Lanterns")]):
        sent = send(relay, f"https://example.org/{at}", city=city, title=title)
        choose(relay, sent.ref, by=by)

    def numbers(query: str) -> list[int]:
        return [each["no"] for each in get(client, f"entries?{query}")["entries"]]

    assert numbers(f"city={CAMBRIDGE}") == [2]
    assert numbers("country=CN") == [1]
    assert numbers("q=lantern") == [2]
    assert numbers("platform=weibo") == []
    assert numbers("season=leave-no-one-behind") == [2, 1]
    assert client.get("/api/v1/entries?season=nothing").status_code == 404


def test_an_entry_names_its_neighbours(client: FlaskClient, relay: Relay) -> None:
    by = make_moderator(relay)
    baton = ""
    for at in range(3):
        sent = send(relay, f"https://example.org/{at}", baton=baton)
        baton = sent.baton
        choose(relay, sent.ref, by=by)
    assert get(client, "entries/1")["passed_on"] == [2]
    assert get(client, "entries/2")["from_no"] == 1


def test_map_cities_and_seasons_are_data(client: FlaskClient, relay: Relay) -> None:
    by = make_moderator(relay)
    first = send(relay, "https://example.org/1")
    second = send(relay, "https://example.org/2", city=CAMBRIDGE, baton=first.baton)
    for each in (first, second):
        choose(relay, each.ref, by=by)
    features = get(client, "map")["features"]
    kinds = [each["geometry"]["type"] for each in features]
    assert kinds == ["Point", "Point", "LineString"]
    assert features[2]["properties"] == {"from": NANJING, "to": CAMBRIDGE, "passes": 1}
    found = get(client, "cities?q=Нанкин&lang=zh-Hans")["cities"]
    assert (found[0]["id"], found[0]["name"]) == (NANJING, "南京")
    assert get(client, f"cities?id={NANJING}")["cities"][0]["name"] == "Nanjing"
    (season,) = get(client, "seasons")["seasons"]
    assert (season["slug"], season["entries"]) == ("leave-no-one-behind", 2)


def test_a_moderator_decides_with_a_token(client: FlaskClient, relay: Relay) -> None:
    headers = bearer(relay)
    refs = [send(relay, f"https://example.org/{at}").ref for at in range(3)]
    for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}):
        refused = client.get("/api/v1/desk/queue", headers=wrong)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")
        assert refused.content_type == "application/problem+json"
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page: Any = client.get(
            "/api/v1/desk/queue",
            query_string={"limit": 2, "cursor": cursor},
            headers=headers,
        ).json
        seen += [each["ref"] for each in page["entries"]]
        cursor = page["next"]
    assert seen == refs
    path = f"/api/v1/desk/entries/{refs[0]}/decisions"
    approved = client.post(
        path, json={"decision": "approve", "version": 1}, headers=headers
    )
    assert approved.status_code == 201
    assert approved.json == {
        "no": 1,
        "moderation": "approved",
        "version": 2,
        "decision": 1,
        "reveal_at": None,
    }
    stale = client.post(
        path,
        json={"decision": "reject", "reason": "off_theme", "version": 1},
        headers=headers,
    )
    assert stale.status_code == 409
    document = json.loads(stale.text)
    assert document["yours"] == {"decision": "reject", "version": 1}
    assert document["theirs"]["decision"] == "approve"
    assert document["version"] == 2


def test_what_moved_the_maker_is_named_by_its_number(
    client: FlaskClient, relay: Relay
) -> None:
    parent = send(relay)
    no = choose(relay, parent.ref, by=make_moderator(relay)).no
    for wrong in (no + 1 if no else 0, 2**31 - 1):
        assert named(post(client, GOOD | {"saw": wrong})) == {"saw": "unknown"}
    for garbage in (0, -1, 2**31, "boats"):
        assert named(post(client, GOOD | {"saw": garbage})) == {"saw": "invalid"}
    sent = post(client, GOOD | {"saw": no}).json
    assert sent is not None
    entry = find(relay, sent["ref"])
    assert (entry.parent_id, entry.parent_known) == (parent.entry_id, "claimed")
    baton = post(client, GOOD | {"saw": no, "baton": parent.baton}).json
    assert baton is not None
    assert find(relay, baton["ref"]).parent_known == "declared"


def test_a_reminder_needs_an_address(client: FlaskClient, relay: Relay) -> None:
    assert named(post(client, GOOD | {"remind": True})) == {"email": "missing"}
    sent = post(client, GOOD | {"remind": True, "email": "lin@example.org"}).json
    assert sent is not None
    assert find(relay, sent["ref"]).remind
