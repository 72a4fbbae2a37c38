"""Names in bylines."""

from __future__ import annotations

import pytest

from relay.domain.page_names import (
    after_byline,
    byline_in,
    clean_byline,
    given_name_first,
    is_account,
    is_byline_label,
    join_names,
    poster_in,
)


@pytest.mark.parametrize(
    ("byline", "name"),
    [
        ("By Ellyn Shook", "Ellyn Shook"),
        ("By: Drew Dietsch", "Drew Dietsch"),
        ("Posted by  Ann O'Neill on 4 May 2020", "Ann O'Neill"),
        ("von Ulrike 18.10.2019 16:06 Uhr", "Ulrike"),
        ("Par Nicolas Gutierrez C. le 14.09.2020", "Nicolas Gutierrez C."),
        ("Автор: Мария Иванова", "Мария Иванова"),
        ("作者：王小明", "王小明"),
        ("投稿者 Masafumi Negishi", "Masafumi Negishi"),
        ("بقلم ليلى حداد", "ليلى حداد"),
        ("Howard Blume, Staff Writer", "Howard Blume"),
        ("April Glaser @aprilaser Dec 15, 2016", "April Glaser"),
        ("JOSH HASKELL, DAVID CAPLAN and PATRICK REEVELL",) * 2,
        ("Vonda Parr", "Vonda Parr"),
        ("Zofia Maj", "Zofia Maj"),
        ("Aiko Hara (Japanese, 1881–1950)", "Aiko Hara"),
        ("Andrea Wong Andrea Wong", "Andrea Wong"),
        ("red, wien.example/ Agenturen", "red, wien.example/Agenturen"),
        ("Example Staff", "Example Staff"),
        ("Howard Blume, Staff", "Howard Blume"),
        ("文子", "文子"),
    ],
)
def test_a_name_is_freed_from_its_byline(byline: str, name: str) -> None:
    assert clean_byline(byline) == name


@pytest.mark.parametrize(
    "byline",
    [
        "admin",
        "",
        None,
        "Dec",
        "https://a.example/ann",
        "ann@a.example",
        "@ann",
        "2020",
        "by",
    ],
)
def test_what_names_nobody_gives_none(byline: str | None) -> None:
    assert clean_byline(byline) is None


def test_in_running_text_only_a_name_before_a_day_is_a_byline() -> None:
    text = "2 Bewertungen von Marianne1 am 20.09.2020 Tipp drucken"
    assert byline_in(text) == "Marianne1"
    assert after_byline(text).startswith("20.09.2020")
    assert byline_in("painted by Ann Lee for her mother") is None
    assert byline_in("Am Dienstag 12.03.2024 in der Halle") is None


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Javi López ⛩️ (@javilop) on X", "Javi López ⛩️"),
        ("金小雨（@xiaoyu）的帖子", "金小雨"),
        ("Ann Lee (@ann@art.example)", "Ann Lee"),
        ('Ann Lee on Lantern: "A kite"', "Ann Lee"),
        ("Ann Lee on Lanternfish", None),
        ("A kite (2020)", None),
    ],
)
def test_a_social_title_names_its_poster(title: str, name: str | None) -> None:
    assert poster_in(title, ["Lantern"]) == name


def test_each_name_is_kept_once_in_order() -> None:
    assert join_names(["Ann", "Bo", "ANN"]) == "Ann, Bo"
    assert join_names([]) is None


@pytest.mark.parametrize(
    ("catalogued", "spoken"),
    [
        ("Picasso, Pablo", "Pablo Picasso"),
        ("O'Neill, Ann-Marie", "Ann-Marie O'Neill"),
        ("Ann Lee, Bo Lund", "Ann Lee, Bo Lund"),
        ("red, wien", "red, wien"),
    ],
)
def test_a_catalogued_name_is_turned_round(catalogued: str, spoken: str) -> None:
    assert given_name_first(catalogued) == spoken


def test_the_name_of_a_login_is_told_from_a_name() -> None:
    assert is_account("mira-vogel_2")
    assert not is_account("Mira Vogel")
    assert not is_account("kami")


@pytest.mark.parametrize(
    "label", ["Written by", "Verfasst von", "Écrit par", "作者", "Автор", "מאת"]
)
def test_a_label_announces_a_writer_in_many_languages(label: str) -> None:
    assert is_byline_label(label)
    assert not is_byline_label("Est. reading time")
