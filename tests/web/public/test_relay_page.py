"""The relay's page: ripples, figures, charts, all without a script."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlmodel import Session, select

from relay.domain.entry import ParentKnown
from relay.domain.moderation import Moderation
from relay.models import Season
from relay.queries.kept_relay import find_relay
from tests.making import measure
from tests.web.making import HAIFA, LYON

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from relay.bootstrap import Relay
    from tests.web.making import Maker

NOW = datetime.now(UTC)
DAYS = timedelta(days=1)
LOST = 7  # a city that the gazetteer does not know


def chain_of(maker: Maker, hands: int, *, start: int = 60) -> list[int]:
    """Publish a chain from Nanjing to Lyon to Haifa and round again, a day apart."""
    numbers: list[int] = []
    for at in range(hands):
        city, country = ((1799962, "CN"), (LYON, "FR"), (HAIFA, "IL"))[at % 3]
        parent = maker.id_of(numbers[-1]) if numbers else None
        numbers.append(
            maker.published(
                city_id=city,
                country=country,
                parent_id=parent,
                parent_known=ParentKnown.DECLARED if parent else ParentKnown.NONE,
                submitted_at=NOW - (start - at) * DAYS,
            )
        )
    return numbers


def answer_of(relay: Relay) -> dict[str, Any]:
    with relay.engine.connect() as connection:
        kept = find_relay(connection, 1)
    assert kept is not None
    return kept.answer


def look(client: FlaskClient, path: str = "/en/relay") -> LexborHTMLParser:
    answer = client.get(path)
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


def figures_of(page: LexborHTMLParser) -> dict[str, str]:
    """Return what each figure is called and what it says."""
    found = {}
    for each in page.css(".figs > div"):
        name, value = each.css_first("dt"), each.css_first("dd b")
        assert name is not None
        assert value is not None
        found[name.text(strip=True)] = " ".join(value.text().split())
    return found


def words_of(page: LexborHTMLParser) -> str:
    main = page.css_first("main")
    assert main is not None
    return " ".join(main.text().split())


def test_before_the_first_measuring_the_page_says_when_to_come_back(
    client: FlaskClient, maker: Maker
) -> None:
    maker.published()
    words = words_of(look(client))
    assert "has not been measured yet" in words
    assert "Measured at" not in words


def test_an_empty_relay_invites(client: FlaskClient, relay: Relay) -> None:
    measure(relay)
    page = look(client)
    assert "Nothing has been published in this season yet" in words_of(page)
    assert page.css_first("main a.btn[href$='/add']") is not None
    assert page.css_first("svg.ripple-rings") is None


def test_one_artwork_is_one_dot(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    no = maker.published()
    measure(relay)
    page = look(client)
    assert "One artwork has begun" in words_of(page)
    (dot,) = page.css(".hands a")
    assert dot.attributes["href"] == f"/en/w/{no}"


def test_without_a_pass_the_page_says_so_and_shows_dashes_never_nought(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    maker.published()
    maker.published(city_id=LYON, country="FR")
    measure(relay)
    page = look(client)
    assert "Nobody has passed a baton on yet" in words_of(page)
    figures = figures_of(page)
    assert figures["Time between two hands"] == "–not known"
    assert figures["Reproduction number R"] == "–not known"
    assert "That is few" in words_of(page)


def test_each_dot_and_each_row_of_the_table_leads_to_its_entry(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    numbers = chain_of(maker, 5)
    measure(relay)
    page = look(client)
    expected = {f"/en/w/{no}" for no in numbers}
    assert {each.attributes["href"] for each in page.css(".hands a")} == expected
    assert {each.attributes["href"] for each in page.css(".which a")} == expected
    # The picture is for the pointer; the table is there for everybody.
    assert all(each.attributes["tabindex"] == "-1" for each in page.css(".hands a"))


@pytest.mark.parametrize("which", [0, 2])
def test_what_was_taken_away_is_not_named_before_it_is_measured_again(
    client: FlaskClient, maker: Maker, relay: Relay, which: int
) -> None:
    numbers = chain_of(maker, 3)
    measure(relay)
    gone = numbers[which]
    assert f"No. {gone}" in words_of(look(client))
    maker.take_away(gone, Moderation.TAKEN_DOWN)
    page = look(client)
    assert f"No. {gone}" not in client.get("/en/relay").text
    assert not page.css(f"main a[href*='/{gone}']")
    assert "This artwork has been taken away" in words_of(page)
    # Its dot remains, as the figures do: the picture is what was measured.
    assert len(page.css(".hands circle")) == 3
    assert len(page.css(".hands a")) == 2


def test_each_figure_of_the_answer_appears(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    numbers = chain_of(maker, 25)
    maker.published(city_id=LOST, country="FR", submitted_at=NOW - DAYS)
    measure(relay)
    told = answer_of(relay)
    page = look(client)
    figures, words = figures_of(page), words_of(page)
    assert figures == {
        "Longest chain": "24 passes",
        "Widest ring": str(told["max_breadth"]),
        "Beginnings": "2",
        "Distance in all": f"{round(told['forest_km']):,} km",
        "Around the earth": f"{told['laps']:.2f} times",
        "Longest journey of one baton": f"{round(told['longest_chain_km']):,} km",
        "Farthest": f"{round(told['farthest_km']):,} km",
        "Typical distance": f"{round(told['median_km']):,} km",
        "Cities": "3",
        "Countries or regions": "3",
        "Without a city": "1",
        "Reproduction number R": "0.96",
        "Time between two hands": "24 hours",
        "Nine of ten passes": "24 hours",
        "Until artwork 10": "9 days",
        "Until artwork 100": "–not known",
        "Until artwork 1,000": "–not known",
        "Time to double": figures["Time to double"],
        "Batons taken up": "0%",
        "Open": str(told["open"]),
        "Resting": str(told["resting"]),
        "Between cities": "24",
        "Within one city": "0",
        "There and back": "0%",
        "Came with a baton": str(told["known"]["declared"]),
        "Named by the maker": "0",
        "Found in the post": "0",
        "Began without one": "2",
    }
    assert "96% of the artworks say who passed the baton on" in words
    assert "about 96 more came of them within 7 days" in words
    assert "Measured from 25 artworks that are older than that." in words
    assert "0 of 26 batons" in words
    assert f"No. {numbers[0]}" in words


def test_a_young_relay_says_why_there_is_no_r(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    chain_of(maker, 3)
    measure(relay)
    words = words_of(look(client))
    assert "we need 20 artworks that are older than 7 days" in words
    assert "There are 3 so far." in words
    assert "took it on within" not in words


def test_every_chart_is_an_svg_with_a_table_behind_it(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    chain_of(maker, 4)
    measure(relay)
    page = look(client)
    charts = [*page.css("svg.chart-box"), *page.css("svg.ripple-rings")]
    assert len(charts) == 9
    assert all(each.attributes["aria-hidden"] == "true" for each in charts)
    tables = [each.text(strip=True) for each in page.css("details.behind caption")]
    assert len(tables) == len(set(tables)) == 8  # one serves the three charts by day
    bars = page.css_first("svg.chart-box")
    assert bars is not None
    assert len(bars.css("rect.bar")) == 4
    assert not page.css("main script")
    main = page.css_first("main")
    assert main is not None
    assert "style=" not in str(main.html)


def test_the_days_stand_in_their_table(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    chain_of(maker, 4)
    measure(relay)
    page = look(client)
    table = next(each for each in page.css("table") if "end of each day" in each.text())
    rows = [
        [cell.text(strip=True) for cell in row.css("td")]
        for row in table.css("tbody tr")
    ]
    assert rows[0] == ["1", "1", "1"]
    assert rows[-1] == ["4", "3", "3"]
    assert len(rows) == len(answer_of(relay)["days"])


def test_languages_platforms_and_kinds_are_told_by_name(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    maker.published(lang="fr", platform="weibo")
    maker.published(lang="fr", platform="weibo")
    maker.published(lang="he", kind="city")
    measure(relay)
    words = words_of(look(client))
    for name in ("French", "Hebrew", "Weibo", "Person", "City"):
        assert name in words


def test_the_page_is_made_anew_when_the_relay_is_measured_anew(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    maker.published()
    measure(relay)
    assert len(look(client).css(".hands a")) == 1
    maker.published()
    measure(relay)
    assert len(look(client).css(".hands a")) == 2


def test_another_season_can_be_asked_for_and_none_that_is_not_there(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    maker.published()
    measure(relay)
    with Session(relay.engine) as session:
        slug = session.exec(select(Season.slug)).one()
    assert len(look(client, f"/en/relay?season={slug}").css(".hands a")) == 1
    assert client.get("/en/relay?season=nothing").status_code == 404
    hostile = client.get("/en/relay?season=%3Cscript%3Ealert(1)%3C/script%3E")
    assert hostile.status_code == 404
    assert "<script>alert" not in hostile.text


def test_a_seasons_words_are_escaped(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    with Session(relay.engine) as session:
        season = session.exec(select(Season)).one()
        season.titles = {"en": "<img src=x onerror=alert(1)>"}
        session.add(season)
        session.commit()
    maker.published(title="<b>bold</b>", name="<i>Lin</i>")
    measure(relay)
    html = client.get("/en/relay").text
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html


@pytest.mark.parametrize("lang", ["he", "zh-Hans"])
def test_the_page_is_whole_in_other_languages(
    client: FlaskClient, maker: Maker, relay: Relay, lang: str
) -> None:
    chain_of(maker, 24)
    measure(relay)
    page = look(client, f"/{lang}/relay")
    html = page.css_first("html")
    assert html is not None
    assert html.attributes["lang"] == lang
    assert not re.search(r"[a-z]{4,} [a-z]{3,} [a-z]{3,}", _without_sources(page))


def _without_sources(page: LexborHTMLParser) -> str:
    for each in page.css("cite, [lang=en]"):
        each.decompose()
    return words_of(page)


def test_the_relay_is_in_the_menu_on_the_map_and_on_its_season(
    client: FlaskClient, relay: Relay
) -> None:
    page = look(client)
    here = page.css_first("ul.menu a[aria-current=page]")
    assert here is not None
    assert here.text(strip=True) == "Relay"
    with Session(relay.engine) as session:
        slug = session.exec(select(Season.slug)).one()
    season = look(client, f"/en/season/{slug}")
    assert season.css_first(f"main a[href='/en/relay?season={slug}']") is not None
    assert look(client, "/en/map").css_first("main a[href='/en/relay']") is not None
