from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from relay.cli.stats import stats
from relay.settings import environment_with
from tests.growing import NANJING, PARIS, Record, one_a_day
from tests.making import choose, make_moderator, send

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click.testing import Result

    from relay.bootstrap import Relay

ROOT = Path(__file__).parents[2]
GOLDEN = [None, 0, 0, 1, 1, 3, 2]


def fields(record: Record) -> dict[str, Any]:
    """Return an entry as the file has it."""
    lat, lon = record.point or (None, None)
    submitted = record.submitted.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "id": record.id,
        "parent": record.parent,
        "submitted": submitted,
        "published": submitted if record.public else None,
        "lat": lat,
        "lon": lon,
    }


def ask(text: str, *options: str) -> Result:
    return CliRunner().invoke(stats, ["--parents", "-", *options], input=text)


def answer(records: Sequence[Record], *options: str) -> dict[str, Any]:
    text = json.dumps([fields(each) for each in records])
    result = ask(text, "--json", *options)
    assert result.exit_code == 0, result.output
    assert result.stdout.count("\n") == 1
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def test_a_file_is_answered_in_one_object_with_the_names_of_relay_metrics() -> None:
    told = answer(one_a_day(GOLDEN))
    assert list(told) == [
        "n",
        "depth",
        "breadths",
        "trees",
        "structural_virality",
        "attribution_share",
        "forest_km",
        "longest_chain_km",
        "longest_chain_passes",
        "unlocated",
        "cities",
        "farthest_km",
        "median_km",
        "r",
        "mature",
        "h_days",
        "generation_interval",
        "open",
        "resting",
    ]
    assert told["breadths"] == [1, 2, 3, 1]
    assert told["structural_virality"] == pytest.approx(2.380952, abs=5e-7)


def test_the_order_of_the_file_does_not_matter() -> None:
    records = [*one_a_day(GOLDEN), Record(9, 3, 9, PARIS), Record(8, 2, 8, None)]
    assert answer(records) == answer(records[::-1])


def test_hidden_entries_are_contracted_and_entries_without_a_city_counted() -> None:
    told = answer(
        [
            Record("root", None, 0, NANJING),
            Record("hidden", "root", 1, PARIS, public=False),
            Record("child", "hidden", 2, None),
            Record("last", "child", 3, PARIS),
        ]
    )
    assert (told["n"], told["depth"], told["unlocated"]) == (3, 2, 1)
    assert told["longest_chain_km"] == pytest.approx(9038.4, abs=0.05)
    assert told["trees"][0]["root"] == "root"


def test_a_file_is_measured_as_of_its_last_entry_or_of_another_time() -> None:
    records = [Record(at, None, 0) for at in range(30)]
    assert answer(records)["mature"] == 0
    assert answer([*records, Record(99, None, 8)])["mature"] == 30
    later = answer(records, "--now", "2026-09-10T00:00:00+08:00")
    assert (later["mature"], later["r"], later["open"]) == (30, 0, 30)


def test_wrong_edges_are_dropped_with_a_warning_each() -> None:
    records = [Record(1, None, 1), Record(2, 77, 2), Record(3, 1, 0)]
    result = ask(json.dumps([fields(each) for each in records]), "--json")
    assert result.exit_code == 0
    assert len(json.loads(result.stdout)["trees"]) == 3
    assert result.stderr.splitlines() == [
        "relay: entry 2 names 77, which is not there: it begins a tree of its own.",
        "relay: entry 3 names 1, which is not earlier: it begins a tree of its own.",
    ]


def test_of_very_many_wrong_edges_only_some_are_named() -> None:
    records = [Record(at, -1, at) for at in range(50)]
    result = ask(json.dumps([fields(each) for each in records]))
    lines = result.stderr.splitlines()
    assert (len(lines), lines[-1]) == (21, "relay: so do 30 more entries.")


GOOD = fields(Record(5, None, 0))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("{}", "no JSON list"),
        (json.dumps(GOOD), "no JSON list"),
        ("[3]", "item 1 is no entry"),
        ("[[1, null, 2, 3, true]]", "item 1 is no entry"),
        ('[{"id": 5}]', "item 1 is no entry"),
        (json.dumps([GOOD, GOOD]), "The id 5 is there twice"),
        (json.dumps([GOOD | {"id": True}]), '"id" is true'),
        (json.dumps([GOOD | {"id": None}]), '"id" is null'),
        (json.dumps([GOOD | {"parent": [1]}]), 'entry 5: "parent" is [1]'),
        (json.dumps([GOOD | {"submitted": "soon"}]), '"submitted" is "soon", no time'),
        (json.dumps([GOOD | {"submitted": 12}]), '"submitted" is 12, no time'),
        (json.dumps([GOOD | {"published": "x" * 500}]), "…, no time"),
        (json.dumps([{**GOOD, "published": False}]), '"published" is false, no time'),
        (json.dumps([GOOD | {"lat": 90.1}]), '"lat" is 90.1, no number'),
        (json.dumps([GOOD | {"lon": -180.5}]), '"lon" is -180.5, no number'),
        (json.dumps([GOOD | {"lon": None}]), '"lon" is null, no number'),
        (json.dumps([GOOD | {"lat": float("nan")}]), '"lat" is NaN, no number'),
        ("[true]", "item 1 is no entry"),
        (json.dumps([GOOD | {"more": GOOD}]), "an entry holds another one"),
        (json.dumps([GOOD | {"lat": [32]}]), '"lat" is [32], no number'),
        (json.dumps([GOOD | {"lat": "32"}]), '"lat" is "32", no number'),
        (json.dumps([GOOD | {"lat": 10**400}]), '"lat" is 1000'),
        (
            json.dumps([{k: v for k, v in GOOD.items() if k != "published"}]),
            '"published" is null, missing',
        ),
    ],
)
def test_a_wrong_file_is_refused_in_one_line_that_names_the_entry(
    text: str, complaint: str
) -> None:
    result = ask(text, "--json")
    assert result.exit_code == 1
    assert result.stdout == ""
    said = result.stderr or str(result.exception)
    assert complaint in said
    assert len(said.splitlines()) == 1


def test_other_fields_are_passed_over_and_places_may_be_left_out() -> None:
    lean = {k: v for k, v in GOOD.items() if k not in {"lat", "lon", "parent"}}
    result = ask(json.dumps([lean | {"more": {"of": [{"id": 1}]}}]), "--json")
    told = json.loads(result.stdout)
    assert (told["n"], told["unlocated"], told["cities"]) == (1, 1, None)


def test_no_entries_are_no_mistake() -> None:
    told = answer([])
    assert (told["n"], told["trees"], told["depth"]) == (0, [], None)


def test_people_read_a_table_with_a_dash_for_what_is_unknown() -> None:
    text = json.dumps([fields(each) for each in one_a_day(GOLDEN)])
    table = ask(text).stdout
    lines = {line[:34].strip(): line[34:] for line in table.splitlines()}
    assert lines["entries"] == "7"
    assert lines["structural virality"] == "2.38"
    assert lines["R(H): passes an entry, in time H"] == "—"
    assert lines["entries by generation"] == "1  2  3  1"
    assert "only a part" not in table


def test_where_few_say_who_passed_on_the_table_says_that_it_is_a_part() -> None:
    text = json.dumps([fields(each) for each in one_a_day([None] * 30 + [0])])
    table = ask(text).stdout
    assert "The trees are only a part of the relay: fewer than 60% of" in table
    assert "20 smaller trees" in table


@pytest.mark.parametrize(
    "options", [["--season", "x"], ["--flows"], ["--now", "tomorrow"]]
)
def test_options_that_do_not_fit_are_refused(options: list[str]) -> None:
    assert ask("[]", *options).exit_code == 2


@pytest.fixture
def here(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> Relay:
    monkeypatch.setenv("RELAY_DATA", str(relay.settings.data))
    return relay


def test_the_current_season_is_measured_from_the_database(here: Relay) -> None:
    first = send(here, "https://example.org/1")
    second = send(here, "https://example.org/2", baton=first.baton)
    mei = make_moderator(here)
    for each in (first, second):
        choose(here, each.ref, by=mei)
    told = json.loads(CliRunner().invoke(stats, ["--json"]).stdout)
    assert (told["season"], told["n"], told["depth"]) == ("leave-no-one-behind", 2, 1)
    assert "flow_list" not in told
    with_flows = CliRunner().invoke(
        stats, ["--json", "--flows", "--season", "leave-no-one-behind"]
    )
    (flow,) = json.loads(with_flows.stdout)["flow_list"]
    assert (flow["from"], flow["to"], flow["passes"]) == (1799962, 1799962, 1)
    table = CliRunner().invoke(stats, []).stdout
    assert "batons that were used             50%" in table


def test_an_unknown_season_is_named(here: Relay) -> None:  # noqa: ARG001 - it sets the folder
    result = CliRunner().invoke(stats, ["--season", "nope"])
    assert (result.exit_code, "no season nope" in result.stderr) == (1, True)


def test_the_command_answers_from_a_file_without_any_database(tmp_path: Path) -> None:
    file = tmp_path / "entries.json"
    file.write_text(json.dumps([GOOD, GOOD]), encoding="utf-8")
    command = [sys.executable, "-m", "relay.cli", "stats", "--parents", str(file)]
    ended = subprocess.run(
        command,
        check=False,
        capture_output=True,
        cwd=ROOT,
        env=environment_with(data=tmp_path / "data"),
        timeout=60,
    )
    assert ended.returncode == 1
    assert ended.stderr.decode().splitlines() == ["relay: The id 5 is there twice."]
    assert not (tmp_path / "data").exists()
