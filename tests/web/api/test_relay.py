from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from relay.domain.moderation import Moderation
from relay.models import Entry
from relay.queries.kept_relay import find_relay
from relay.queries.relay_figures import measure_season, tell_season
from relay.services.publish import publish
from relay.services.writing import writing
from relay.web.api import relay as relay_api
from tests.growing import Record, microseconds, random_records
from tests.making import measure
from tests.planting import Planted, plant
from tests.web.making import LYON, Maker

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from relay.bootstrap import Relay


def get(client: FlaskClient, path: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json  # type: ignore[assignment]  # it is an object
    return found


def is_waiting(answer: TestResponse) -> bool:
    return (
        answer.status_code == 503
        and answer.content_type == "application/problem+json"
        and answer.json is not None
        and answer.json["code"] == "not_measured"
        and int(answer.headers["Retry-After"]) > 0
    )


def test_figures_are_told_exactly_as_they_were_kept(
    either_client: FlaskClient, either_relay: Relay
) -> None:
    plant(either_relay, random_records(0))
    measure(either_relay)
    told = get(either_client, "relay?season=leave-no-one-behind")
    with either_relay.engine.connect() as connection:
        kept = find_relay(connection, 1)
        assert kept is not None
        measured = measure_season(
            connection,
            1,
            gazetteer=either_relay.gazetteer,
            now=microseconds(kept.measured_at),
        )
    assert datetime.fromisoformat(told.pop("measured_at")) == kept.measured_at
    assert told.pop("edition") == kept.edition
    assert told == kept.answer
    assert tell_season(measured).items() <= told.items()
    assert told["n"] > 10


def test_the_number_of_what_was_taken_away_is_null_before_it_is_measured_again(
    either_client: FlaskClient, either_relay: Relay
) -> None:
    maker = Maker(either_relay)
    first = maker.published()
    last = maker.published(parent_id=maker.id_of(first), city_id=LYON, country="FR")
    measure(either_relay)
    whole = get(either_client, "relay")
    assert whole["rings"]["nos"] == [first, last]
    for no, to in ((first, Moderation.TAKEN_DOWN), (last, Moderation.WITHDRAWN)):
        maker.take_away(no, to)
    told = get(either_client, "relay")
    assert [each["root"] for each in told["trees"]] == [None]
    assert told["longest_by_passes"] is told["longest_by_km"] is None
    assert told["rings"]["nos"] == [None, None]
    assert {*told["first_entries"]["countries"].items()} == {("CN", None), ("FR", None)}
    assert {*told["first_entries"]["cities"].values()} == {None}
    numbered = {"trees", "longest_by_passes", "longest_by_km", "rings", "first_entries"}
    for name in whole.keys() - numbered:
        assert told[name] == whole[name], name


def test_a_relay_that_was_not_measured_asks_to_come_back(client: FlaskClient) -> None:
    assert is_waiting(client.get("/api/v1/relay"))
    unknown = client.get("/api/v1/relay?season=nothing")
    assert unknown.status_code == 404
    assert unknown.content_type == "application/problem+json"
    assert client.get("/api/v1/relay?seasons=1").status_code == 422


def test_an_entry_that_is_newer_than_the_figures_asks_to_come_back(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    no = maker.published()
    assert is_waiting(client.get(f"/api/v1/entries/{no}/tree"))
    measure(relay)
    assert get(client, f"entries/{no}/tree")["totals"]["entries"] == 1
    later = maker.published()
    assert is_waiting(client.get(f"/api/v1/entries/{later}/tree"))


def test_what_was_read_before_is_not_sent_again(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    no = maker.published()
    measure(relay)
    paths = ("/api/v1/relay", f"/api/v1/entries/{no}/tree")
    known = {
        each: {"If-None-Match": client.get(each).headers["ETag"]} for each in paths
    }
    for each in paths:
        assert client.get(each, headers=known[each]).status_code == 304
    maker.published(parent_id=maker.id_of(no))
    measure(relay)
    for each in paths:
        assert client.get(each, headers=known[each]).status_code == 200


def check_tree(client: FlaskClient, planted: Planted, entry: int) -> None:
    told = get(client, f"entries/{planted.no(entry)}/tree?limit=1000")
    branch, chain = planted.branch(entry), planted.chain(entry)
    assert [each["no"] for each in told["chain"]] == [*map(planted.no, chain)]
    assert {each["no"] for each in told["tree"]} == {*map(planted.no, branch)}
    assert told["tree"][0] == told["chain"][-1]
    for each in (*told["chain"], *told["tree"]):
        check_node(planted, each)
    seen: set[int | None] = {told["tree"][0]["parent"]}
    for each in told["tree"]:
        assert each["parent"] in seen, "a parent stands before its children"
        seen.add(each["no"])
    legs = [km for each in branch - {entry} if (km := planted.leg(each)) is not None]
    located = {city for each in branch if (city := planted.cities[each])}
    totals = told["totals"]
    assert totals["entries"] == len(branch)
    assert totals["cities"] == (len(located) or None)
    assert totals["countries"] == (len({each.country for each in located}) or None)
    assert (totals["km"] or 0) == pytest.approx(sum(legs), rel=1e-4, abs=0.2)
    assert totals["unlocated"] == sum(planted.cities[each] is None for each in branch)
    passes = [planted.above(each)[1] for each in branch - {entry}]
    assert totals["via_hidden"] == sum(each > 0 for each in passes)


def check_node(planted: Planted, told: dict[str, Any]) -> None:
    entry = told["no"] - 100
    above, hidden = planted.above(entry)
    chain, city = planted.chain(entry), planted.cities[entry]
    assert told["parent"] == (None if above is None else planted.no(above))
    assert told["via_hidden"] == hidden
    assert told["depth"] == len(chain) - 1
    assert told["city"] == (city and city.id)
    leg = planted.leg(entry)
    assert (told["leg_km"] is None) == (leg is None)
    assert (told["leg_km"] or 0) == pytest.approx(leg or 0, abs=0.2)
    way = sum(planted.leg(each) or 0 for each in chain)
    assert told["km"] == pytest.approx(way, rel=1e-4, abs=0.2)
    submitted = datetime.fromisoformat(told["submitted"])
    assert submitted == planted.records[entry].submitted
    assert told["known"] == ("none" if above is None else "declared")


@pytest.mark.parametrize("seed", [0, 24, 26, 38, 56])
def test_trees_are_what_a_walk_from_hand_to_hand_finds(
    client: FlaskClient, relay: Relay, seed: int
) -> None:
    planted = plant(relay, random_records(seed))
    measure(relay)
    public = [entry for entry, each in planted.records.items() if each.public]
    for entry in public[::4]:
        check_tree(client, planted, entry)


def test_a_tree_is_read_page_by_page(client: FlaskClient, relay: Relay) -> None:
    records = [Record(at, (at - 1) // 2 if at else None, at) for at in range(31)]
    planted = plant(relay, records)
    measure(relay)
    whole = get(client, "entries/101/tree")["tree"]
    assert [each["no"] - 100 for each in whole[:4]] == [1, 3, 7, 15]
    assert {each["no"] for each in whole} == {*map(planted.no, planted.branch(1))}
    seen: list[dict[str, Any]] = []
    path = "entries/101/tree?limit=4"
    page = get(client, path)
    while True:
        seen += page["tree"]
        if page["next"] is None:
            break
        page = get(client, f"{path}&cursor={page['next']}")
    assert seen == whole
    for wrong in ("cursor=102", "cursor=9999", "limit=0", "limit=1001", "cursor=x"):
        answer = client.get(f"/api/v1/entries/101/tree?{wrong}")
        assert answer.status_code == 422, wrong


def test_a_long_chain_is_read_page_by_page(
    client: FlaskClient, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_api, "CHAIN", 4)
    plant(relay, [Record(at, at - 1 if at else None, at) for at in range(10)])
    measure(relay)
    seen: list[int] = []
    begin: int | None = 0
    while begin is not None:
        page = get(client, f"entries/109/tree?chain_from={begin}")
        assert len(page["chain"]) <= 4
        seen += [each["no"] for each in page["chain"]]
        begin = page["chain_next"]
    assert seen == list(range(100, 110))


def test_what_was_taken_away_is_gone_before_it_is_measured_again(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    first = maker.published(title="First")
    second = maker.published(
        title="Secret", parent_id=maker.id_of(first), city_id=LYON, country="FR"
    )
    third = maker.published(title="Third", parent_id=maker.id_of(second))
    measure(relay)
    maker.take_away(second, Moderation.WITHDRAWN)
    told = get(client, f"entries/{first}/tree")
    assert [(each["no"], each["parent"]) for each in told["tree"]] == [
        (first, None),
        (third, first),
    ]
    assert told["tree"][1]["via_hidden"] == 1
    assert [each["no"] for each in get(client, f"entries/{third}/tree")["chain"]] == [
        first,
        third,
    ]
    assert client.get(f"/api/v1/entries/{second}/tree").status_code == 410
    assert client.get("/api/v1/entries/77/tree").status_code == 404
    maker.take_away(first, Moderation.TAKEN_DOWN)
    (alone,) = get(client, f"entries/{third}/tree")["tree"]
    assert (alone["parent"], alone["via_hidden"]) == (None, 0)
    measure(relay)
    (measured,) = get(client, f"entries/{third}/tree")["tree"]
    assert (measured["parent"], measured["depth"]) == (None, 0)


def test_a_parent_that_is_approved_after_its_child_falls_into_place(
    client: FlaskClient, relay: Relay
) -> None:
    records = [Record(0, None, 0), Record(1, 0, 1, public=False), Record(2, 1, 2)]
    plant(relay, records)
    measure(relay)
    told = get(client, "entries/102/tree")["chain"]
    assert [(each["no"], each["via_hidden"]) for each in told] == [(100, 0), (102, 1)]
    with writing(relay.engine) as session:
        late = session.exec(select(Entry).where(Entry.no == 101)).one()
        publish(session, late, now=relay.clock.now(), printer=relay.printer)
    measure(relay)
    told = get(client, "entries/102/tree")["chain"]
    assert [(each["no"], each["via_hidden"]) for each in told] == [
        (100, 0),
        (101, 0),
        (102, 0),
    ]
