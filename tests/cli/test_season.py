from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sqlmodel import Session, select

from relay.cli.season import season
from relay.models import AuditRow, Season, Story

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from relay.bootstrap import Relay

SLUG = "leave-no-one-behind"


@pytest.fixture
def run(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("RELAY_DATA", str(relay.settings.data))
    return CliRunner()


def hours(run: CliRunner, *options: str, slug: str = SLUG) -> Result:
    return run.invoke(season, ["hours", slug, *options])


def kept(relay: Relay) -> Season:
    with Session(relay.engine) as session:
        return session.exec(select(Season)).one()


def test_seasons_are_listed(run: CliRunner) -> None:
    said = run.invoke(season, ["list"]).output
    assert said.startswith(f"3  {SLUG}  Leave No One Behind  ")
    assert "no end" in said


def test_hours_are_those_of_the_seasons_own_place(run: CliRunner, relay: Relay) -> None:
    opens, closes = "--opens=2026-06-21T09:00", "--closes=2026-12-21T18:00"
    assert hours(run, opens, closes).exit_code == 0
    assert kept(relay).opens_at == datetime(2026, 6, 21, 1, tzinfo=UTC)
    assert kept(relay).closes_at == datetime(2026, 12, 21, 10, tzinfo=UTC)
    assert hours(run, "--closes=never").exit_code == 0
    assert kept(relay).closes_at is None
    assert kept(relay).opens_at == datetime(2026, 6, 21, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "closes",
    [
        *("2026-12-21T10:00Z", "2026-12-21T10:00+00:00", "2026-12-21T05:00-05:00"),
        *("2026-12-21T18:00", "20261221T180000"),
    ],
)
def test_an_offset_that_is_given_counts(
    run: CliRunner, relay: Relay, closes: str
) -> None:
    said = hours(run, "--opens=2026-06-21T01:00Z", f"--closes={closes}").output
    assert kept(relay).opens_at == datetime(2026, 6, 21, 1, tzinfo=UTC)
    assert kept(relay).closes_at == datetime(2026, 12, 21, 10, tzinfo=UTC)
    assert "2026-06-21T09:00:00+08:00 – 2026-12-21T18:00:00+08:00" in said


def test_a_time_beyond_all_calendars_is_refused(run: CliRunner) -> None:
    assert "is no time" in hours(run, "--closes=0001-01-01T00:00").output


def test_nonsense_changes_nothing(run: CliRunner, relay: Relay) -> None:
    before = kept(relay).model_dump()
    wrong = hours(run, "--opens=tomorrow")
    assert wrong.exit_code == 1
    assert "tomorrow is no time" in wrong.output
    assert hours(run, slug="nothing").exit_code == 1
    early = hours(run, "--closes=2000-01-01T00:00")
    assert early.exit_code == 1
    assert "must close after it opens" in early.output
    assert kept(relay).model_dump() == before


def test_hours_are_logged(run: CliRunner, relay: Relay) -> None:
    hours(run, "--closes=2099-01-01T00:00")
    with Session(relay.engine) as session:
        row = session.exec(select(AuditRow)).one()
    assert (row.what, row.moderator_id) == ("season.changed", None)


def test_a_season_is_shown_as_it_is_kept_and_made_anew(run: CliRunner) -> None:
    shown = run.invoke(season, ["show", SLUG]).output
    plan = json.loads(shown)
    assert plan["titles"]["en"] == "Leave No One Behind"
    plan |= {"slug": "next", "number": 4, "time_zone": "Europe/London"}
    made = run.invoke(season, ["keep"], input=json.dumps(plan))
    assert made.output == "next: made\n"
    assert json.loads(run.invoke(season, ["show", "next"]).output) == plan
    words = json.dumps({"rules": {"en": "Be kind."}})
    said = run.invoke(season, ["keep", "--change", "next"], input=words)
    assert said.output == "next: changed\n"
    again = json.loads(run.invoke(season, ["show", "next"]).output)
    assert again == plan | {"rules": {"en": "Be kind."}}


@pytest.mark.parametrize(
    ("options", "given", "said"),
    [
        ([], "{}", "no season as"),
        ([], "[]", "no season as"),
        ([], "nothing", "no season as"),
        (["--change", SLUG], '{"number": 0}', "number (out_of_bounds)"),
        (["--change", SLUG], '{"opens_at": "soon"}', "no season as"),
        (["--change", SLUG], '{"opens_at": "2026-01-01T00:00"}', "no season as"),
        (["--change", SLUG], '{"titles": ["a"]}', "no season as"),
        (["--change", SLUG], '{"colour": "red"}', "no season as"),
        (["--change", "nothing"], "{}", "There is no season nothing"),
    ],
)
def test_what_is_no_season_is_not_kept(
    run: CliRunner, relay: Relay, options: list[str], given: str, said: str
) -> None:
    before = kept(relay).model_dump()
    answer = run.invoke(season, ["keep", *options], input=given)
    assert answer.exit_code == 1
    assert said in answer.output
    assert kept(relay).model_dump() == before


def test_times_around_a_change_of_clocks_are_asked_back(
    run: CliRunner, relay: Relay
) -> None:
    zone = json.dumps({"time_zone": "Europe/London"})
    run.invoke(season, ["keep", "--change", SLUG], input=zone)
    assert "leap over" in hours(run, "--opens=2026-03-29T01:30").output
    assert "comes twice" in hours(run, "--opens=2026-10-25T01:30").output
    assert hours(run, "--opens=2026-10-25T01:30+01:00").exit_code == 0
    assert kept(relay).opens_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_citys_story_is_kept_from_standard_input_or_a_file(
    run: CliRunner, relay: Relay, tmp_path: Path
) -> None:
    asked = ["story", SLUG, "Nanjing, CN", "--lang"]
    said = run.invoke(season, [*asked, "zh-Hans"], input="城墙与江。")
    assert said.output == "The story of Nanjing in zh-Hans was kept.\n"
    file = tmp_path / "story.txt"
    file.write_text("A wall and a river.", encoding="utf-8")
    run.invoke(season, [*asked, "en", "--file", str(file)])
    with Session(relay.engine) as session:
        words = session.exec(select(Story.words)).one()
    assert words == {"zh-Hans": "城墙与江。", "en": "A wall and a river."}
    assert "taken away" in run.invoke(season, [*asked, "en"], input="").output


@pytest.mark.parametrize(
    ("options", "text", "said"),
    [
        (["Springfield", "--lang", "en"], "x", "Which city is meant?"),
        (["Nanjing, CN", "--lang", "Klingon"], "x", "--lang: give a language tag"),
        (["Nanjing, CN", "--lang", "en"], "x" * 4001, "4000 characters"),
    ],
)
def test_a_wrong_story_is_refused_in_a_sentence(
    run: CliRunner, options: list[str], text: str, said: str
) -> None:
    answer = run.invoke(season, ["story", SLUG, *options], input=text)
    assert answer.exit_code == 1
    assert said in answer.output
