"""One entry's relay as a page: the way to it, its picture, and all that came of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

from relay.domain.moderation import Moderation
from relay.queries import relay_tree as queries
from tests.growing import Record, random_records
from tests.making import choose, make_moderator, measure
from tests.planting import Planted, plant
from tests.web.making import HAIFA, LYON

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from selectolax.lexbor import LexborNode

    from relay.bootstrap import Relay
    from tests.web.making import Maker


ISOLATES = re.compile("[\u2068\u2069]")


def read(client: FlaskClient, path: str) -> LexborHTMLParser:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return LexborHTMLParser(answer.text)


def numbers(nodes: list[LexborNode]) -> list[int]:
    """Return the entries that links lead to."""
    links = [str(each.attributes["href"]) for each in nodes]
    return [int(found[1]) for each in links if (found := re.search(r"/w/(\d+)$", each))]


def words(node: LexborNode | None) -> str:
    assert node is not None
    return " ".join(ISOLATES.sub("", node.text()).split())


def relay_of_four(maker: Maker) -> list[int]:
    """Nanjing → Lyon → Haifa, and Nanjing → Nanjing."""
    first = maker.published(title="First")
    second = maker.published(
        title="Second", parent_id=maker.id_of(first), city_id=LYON, country="FR"
    )
    third = maker.published(
        title="Third", parent_id=maker.id_of(second), city_id=HAIFA, country="IL"
    )
    return [first, second, third, maker.published(parent_id=maker.id_of(first))]


def test_the_page_tells_how_far_the_relay_went(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    first, second, third, fourth = relay_of_four(maker)
    measure(relay)
    page = read(client, f"/en/relay/{first}")
    assert words(page.css_first(".lede")) == (
        "This relay has reached 3 cities in 3 countries or regions."
    )
    facts = {
        words(each.css_first("dt")): words(each.css_first("dd"))
        for each in page.css(".tree-facts div")
    }
    assert facts == {
        "Artworks that came of it": "3",
        "Passes on its longest way": "2",
        "Kilometres from hand to hand": "12,052",
        "Farthest from Nanjing": "Lyon 9,110 km",
    }
    assert numbers(page.css(".twigs a")) == [second, third, fourth]
    assert "in the same city" in words(page.css(".twigs > li")[-1])
    assert page.css_first(f'a[href="/en/map?relay={first}"]') is not None


def test_the_way_from_the_first_hand_has_cities_days_and_kilometres(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    first, second, third, _ = relay_of_four(maker)
    measure(relay)
    page = read(client, f"/en/relay/{third}")
    hops = page.css(".way .chain li")
    assert [words(each.css_first("a, b")) for each in hops] == [
        "First",
        "Second",
        "Third",
    ]
    assert numbers(page.css(".way .chain a")) == [first, second]
    assert "km" not in words(hops[0])
    assert "Maker 2, Lyon" in words(hops[1])
    assert words(hops[1]).endswith("9,110 km")
    assert all(each.css_first("time[datetime]") for each in hops)
    assert words(page.css_first(".way .sum")).startswith("2 passes and 12,0")
    assert page.css_first(".tree-picture") is None
    assert "still here" in words(page.css_first(".lede"))


def test_a_root_says_that_a_relay_starts_here(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    first = maker.published()
    measure(relay)
    page = read(client, f"/en/relay/{first}")
    assert "A relay starts here, in Nanjing." in words(page.css_first(".way"))
    assert page.css_first(f'a[href="/en/w/{first}#baton"]') is not None


def test_a_city_that_nobody_knows_leaves_no_gap_in_the_words(
    client: FlaskClient, maker: Maker, relay: Relay
) -> None:
    lost = maker.published(city_id=7, country="FR", name="Ida")
    next_one = maker.published(parent_id=maker.id_of(lost), city_id=LYON, country="FR")
    measure(relay)
    tree = read(client, f"/en/relay/{lost}")
    assert "A relay starts here, in France." in words(tree.css_first(".way"))
    assert words(tree.css_first(".tree-head .over")).endswith("Ida · France")
    page = read(client, f"/en/w/{lost}")
    assert words(page.css_first(".where")).startswith("France · ")
    assert "A relay starts here, in France" in words(page.body)
    assert page.css("a[href='/en/city/7']") == []
    assert "Ida, city not known" in words(read(client, f"/en/w/{next_one}").body)


def test_an_entry_that_was_not_measured_yet_is_told_kindly(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    first = maker.published(title="First")
    for _ in range(2):
        page = read(client, f"/en/relay/{first}")
        assert "has not been measured yet" in words(page.css_first(".lede"))
        measure(relay)
        assert "still here" in client.get(f"/en/relay/{first}").text
        first = maker.published(title="Newer than the figures")


@pytest.mark.parametrize("seed", [0, 24, 26, 38, 56])
def test_the_list_and_the_way_are_what_a_walk_from_hand_to_hand_finds(
    client: FlaskClient, relay: Relay, seed: int
) -> None:
    planted = plant(relay, random_records(seed))
    measure(relay)
    public = [entry for entry, each in planted.records.items() if each.public]
    for entry in public[::5]:
        page = read(client, f"/en/relay/{planted.no(entry)}")
        branch = planted.branch(entry) - {entry}
        assert set(numbers(page.css(".twigs a"))) == {*map(planted.no, branch)}
        chain = [*map(planted.no, planted.chain(entry)[:-1])]
        assert numbers(page.css(".way .chain a")) == chain
        check_nesting(planted, page, entry)


def check_nesting(planted: Planted, page: LexborHTMLParser, top: int) -> None:
    """Walk through the lists: who stands below whom must have come from there."""

    def walk(items: list[LexborNode], above: int) -> None:
        for item in items:
            here = above
            run = item.css_first("ol.run")
            hands = direct(run, "li") if run and run.parent == item else [item]
            for hand in hands:
                entry = numbers(direct(hand, "a"))[0] - 100
                assert planted.above(entry)[0] == here
                here = entry
                for inner in direct(hand, "ul"):
                    walk(direct(inner, "li"), entry)

    for whole in page.css("ul.twigs.first"):
        walk(direct(whole, "li"), top)


def direct(node: LexborNode | None, tag: str) -> list[LexborNode]:
    return [each for each in node.iter() if each.tag == tag] if node else []


@pytest.mark.parametrize("to", [Moderation.WITHDRAWN, Moderation.TAKEN_DOWN])
def test_what_was_taken_away_leaks_neither_before_nor_after_it_is_measured_again(
    client: FlaskClient, relay: Relay, maker: Maker, to: Moderation
) -> None:
    first = maker.published(title="First")
    secret = maker.published(
        title="Secret title",
        name="Secret name",
        parent_id=maker.id_of(first),
        city_id=LYON,
        country="FR",
    )
    third = maker.published(title="Third", parent_id=maker.id_of(secret))
    measure(relay)
    assert "Secret title" in client.get(f"/en/relay/{third}").text
    maker.take_away(secret, to)
    for _ in range(2):
        for no in (first, third):
            html = client.get(f"/en/relay/{no}").text
            assert "Secret" not in html
            assert f"/w/{secret}" not in html
            assert f"/relay/{secret}" not in html
            assert f"No. {secret}" not in html
            assert "through 1 artwork that is not shown" in html
        stone = client.get(f"/en/relay/{secret}")
        assert stone.status_code == 410
        assert "Secret" not in stone.text
        measure(relay)


def test_an_entry_that_waits_or_was_never_there_is_not_found(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    maker.pending(no=7)
    measure(relay)
    for no in (7, 8, 99999999999):
        assert client.get(f"/en/relay/{no}").status_code == 404


def test_a_parent_that_is_approved_later_falls_into_place(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    first = maker.published(title="First")
    late = maker.pending(title="Late", parent_id=maker.id_of(first), ref="late")
    third = maker.published(title="Third", parent_id=late)
    measure(relay)
    way = words(read(client, f"/en/relay/{third}").css_first(".way"))
    assert "through 1 artwork that is not shown" in way
    assert "Late" not in way
    choose(relay, "late", by=make_moderator(relay))
    measure(relay)
    way = words(read(client, f"/en/relay/{third}").css_first(".way"))
    assert "First" in way
    assert "Late" in way
    assert "not shown" not in way


def chain_of(relay: Relay, length: int) -> None:
    plant(relay, [Record(at, at - 1 if at else None, at) for at in range(length)])
    measure(relay)


def test_a_long_way_is_cut_in_the_middle_and_can_be_read_whole(
    client: FlaskClient, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "CHAIN_PAGE", 10)
    monkeypatch.setattr("relay.web.public.relay_tree.CHAIN_PAGE", 10)
    chain_of(relay, 40)
    page = read(client, "/en/relay/139")
    assert numbers(page.css(".way .chain a")) == [*range(100, 106), *range(128, 139)]
    gap = page.css_first(".way .gap a")
    assert gap is not None
    assert words(gap) == "… 22 hands …"
    seen, path = [*range(100, 106)], str(gap.attributes["href"])
    while path:
        part = read(client, path)
        seen += numbers(part.css(".way .chain a"))
        later = [
            each for each in part.css(".way > p > a") if words(each) == "Later hands"
        ]
        path = str(later[0].attributes["href"]) if later else ""
    assert seen == [*range(100, 139)]
    middle = read(client, "/en/relay/139?hands=21")
    earlier = middle.css_first(".way > p > a")
    assert earlier is not None
    assert earlier.attributes["href"] == "/en/relay/139?hands=11#way"
    assert middle.css(".way .chain")[0].attributes["start"] == "21"


@pytest.mark.parametrize(
    "query",
    [
        "hands=0",
        "hands=41",
        "hands=-1",
        "hands=x",
        "hands=" + "9" * 30,
        "from=1",
        "from=x",
        "hands=²",
    ],
)
def test_nonsense_means_everything(
    client: FlaskClient, relay: Relay, query: str
) -> None:
    chain_of(relay, 40)
    plain = read(client, "/en/relay/139")
    strange = read(client, f"/en/relay/139?{query}")
    assert words(plain.css_first("main")) == words(strange.css_first("main"))


def test_a_wide_relay_is_listed_page_by_page(client: FlaskClient, relay: Relay) -> None:
    plant(relay, [Record(0, None, 0)] + [Record(at, 0, at) for at in range(1, 69)])
    measure(relay)
    page = read(client, "/en/relay/100")
    assert len(numbers(page.css(".twigs a"))) == 48
    more = page.css_first(".twigs .rest a")
    assert words(more) == "and 20 more from here"
    assert more is not None
    rest = read(client, str(more.attributes["href"]))
    assert numbers(rest.css(".twigs a")) == [*range(149, 169)]
    bundle = page.css_first('.tree-picture a[href="#list"]')
    assert words(bundle).endswith("+61")


def test_the_picture_can_be_clicked_but_is_no_second_list_for_keyboards(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    first, second, third, fourth = relay_of_four(maker)
    measure(relay)
    picture = read(client, f"/en/relay/{first}").css_first(".tree-picture svg")
    assert picture is not None
    assert picture.attributes["aria-hidden"] == "true"
    links = {str(each.attributes["href"]): each for each in picture.css("a")}
    assert links.keys() == {
        f"/en/relay/{first}",
        f"/en/relay/{second}",
        f"/en/w/{third}",
        f"/en/w/{fourth}",
    }
    assert all(each.attributes["tabindex"] == "-1" for each in links.values())
    assert words(links[f"/en/w/{third}"].css_first("title")) == f"No. {third}, Haifa"


def places(page: LexborHTMLParser) -> list[float]:
    return [float(str(each.attributes["cx"])) for each in page.css("circle.tn")]


def test_the_picture_is_mirrored_where_one_reads_leftwards(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    first, *_ = relay_of_four(maker)
    measure(relay)
    english, hebrew = (
        places(read(client, f"/{lang}/relay/{first}")) for lang in ("en", "he")
    )
    assert [360 - x for x in english] == pytest.approx(hebrew)


def test_an_artwork_leads_to_its_relay_and_says_how_much_came_of_it(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    first, _, third, _ = relay_of_four(maker)
    alone = maker.published()
    measure(relay)

    def said(no: int) -> list[str]:
        links = read(client, f"/en/w/{no}").css(f'.passing a[href="/en/relay/{no}"]')
        return [words(each.parent) for each in links]

    assert said(first) == ["3 artworks came of it. See its whole relay"]
    assert said(third) == ["See its whole relay"]
    assert said(alone) == []


def test_hostile_words_stay_words(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    first = maker.published(title="<script>alert(1)</script>", name='"><b>')
    maker.published(title="</title><i>", parent_id=maker.id_of(first))
    measure(relay)
    html = client.get(f"/en/relay/{first}").text
    assert "<script>alert" not in html
    assert '"><b>' not in html
    assert "</title><i>" not in html
