from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from relay.adapters.gazetteer import SqliteGazetteer
from relay.domain.errors import Unavailable

BUILT = Path(__file__).parents[2] / "relay" / "data" / "gazetteer.sqlite"
NANJING, PARIS, TEL_AVIV, COLOGNE = 1799962, 2988507, 293397, 2886242
LANGUAGES = ("zh-Hans", "zh-Hant", "en", "fr", "ru", "ja", "ko", "de", "it", "he", "es")


@pytest.fixture(scope="module")
def gazetteer() -> SqliteGazetteer:
    return SqliteGazetteer(BUILT)


@pytest.mark.parametrize(
    "text",
    [
        "Nanjing",
        "nanjing ",
        "南京",
        "南京市",
        "Nankin",
        "Нанкин",
        "난징",
        "נאנג'ינג",
        "נאנג׳ינג",
        "Nanjing, CN",
        "Nanjing, China",
        "南京，中国",
        "中国南京",
        "Nanking (China)",
        "nanjing china",
        "نانجينغ",
    ],
)
def test_every_spelling_and_script_finds_nanjing(
    gazetteer: SqliteGazetteer, text: str
) -> None:
    assert gazetteer.search(text)[0].id == NANJING


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Paris, France", ("Paris", "FR", "")),
        ("Paris, TX", ("Paris", "US", "Texas")),
        ("Portland, Oregon", ("Portland", "US", "Oregon")),
        ("Cambridge, MA", ("Cambridge", "US", "Massachusetts")),
        ("Cambridge, UK", ("Cambridge", "GB", "")),
        ("Pekin", ("Beijing", "CN", "")),
        ("Köln", ("Cologne", "DE", "")),
        ("munchen", ("Munich", "DE", "")),
        ("大津市", ("Ōtsu", "JP", "")),
        ("ぱり", ("Paris", "FR", "")),
        ("s-hertogenbosch", ("'s-Hertogenbosch", "NL", "")),
    ],
)
def test_what_people_write_finds_what_they_mean(
    gazetteer: SqliteGazetteer, text: str, expected: tuple[str, str, str]
) -> None:
    first = gazetteer.search(text)[0]
    assert (first.name, first.country, first.region) == expected


def test_the_beginning_of_a_name_finds_the_large_cities_first(
    gazetteer: SqliteGazetteer,
) -> None:
    found = gazetteer.search("shang", limit=3)
    assert (found[0].name, len(found)) == ("Shanghai", 3)
    assert "Singapore" in {city.name for city in gazetteer.search("s", limit=20)}


def test_a_country_narrows_the_search(gazetteer: SqliteGazetteer) -> None:
    found = gazetteer.search("s", limit=10, country="fr")
    assert len(found) == 10
    assert {city.country for city in found} == {"FR"}
    assert gazetteer.search("Nanjing", country="FR") == []


@pytest.mark.parametrize("text", ["", " ", ",", "\0", "🏮", "x" * 5000, "%", "'; --"])
def test_what_is_no_name_finds_nothing(gazetteer: SqliteGazetteer, text: str) -> None:
    assert list(gazetteer.search(text)) == []
    assert list(gazetteer.similar(text)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nanjng", "Nanjing"),
        ("Nnajing", "Nanjing"),
        ("Bueons Aires", "Buenos Aires"),
        ("Marsselle", "Marseille"),
        ("Москова", "Moscow"),
        ("Brisbn", "Brisbane"),
        ("Moskow, Russia", "Moscow"),
        ("Shangai", "Shanghai"),
    ],
)
def test_a_slip_of_the_pen_offers_what_was_meant(
    gazetteer: SqliteGazetteer, text: str, expected: str
) -> None:
    assert gazetteer.similar(text)[0].name == expected


def test_pari_offers_paris_among_its_neighbours(gazetteer: SqliteGazetteer) -> None:
    assert "Paris" in {city.name for city in gazetteer.similar("Pari")}


@pytest.mark.parametrize(
    ("city", "names"),
    [
        (
            NANJING,
            "南京 南京 Nanjing Nankin Нанкин 南京 난징 Nanjing Nanchino "  # noqa: ISC004 - one string
            "נאנג׳ינג Nankín",
        ),
        (PARIS, "巴黎 巴黎 Paris Paris Париж パリ 파리 Paris Parigi פריז París"),
        (
            COLOGNE,
            "科隆 科隆 Cologne Cologne Кёльн ケルン 쾰른 Köln Colonia קלן Colonia",
        ),
    ],
)
def test_cities_have_their_names_in_all_languages(
    gazetteer: SqliteGazetteer, city: int, names: str
) -> None:
    assert [gazetteer.name(city, lang) for lang in LANGUAGES] == names.split()


@pytest.mark.parametrize(
    ("city", "name"), [(4684888, "达拉斯"), (5809844, "西雅图"), (5391811, "圣迭戈")]
)
def test_a_chinese_name_known_in_one_script_only_is_written_in_both(
    gazetteer: SqliteGazetteer, city: int, name: str
) -> None:
    assert gazetteer.name(city, "zh-Hans") == name


def test_no_name_that_is_shown_holds_invisible_characters(
    gazetteer: SqliteGazetteer,
) -> None:
    assert gazetteer.name(3413829, "de") == "Reykjavík"
    for city in gazetteer.search("s", limit=40):
        for lang in LANGUAGES:
            assert gazetteer.name(city.id, lang).isprintable()


def test_an_unknown_city_has_no_name(gazetteer: SqliteGazetteer) -> None:
    assert gazetteer.find(1) is None
    assert gazetteer.name(1, "en") == ""
    assert gazetteer.name(TEL_AVIV, "xx") == "Tel Aviv"


def test_a_found_city_has_its_centroid(gazetteer: SqliteGazetteer) -> None:
    city = gazetteer.find(NANJING)
    assert city is not None
    assert (round(city.lat, 1), round(city.lon, 1)) == (32.1, 118.8)
    assert city.population > 5_000_000


@pytest.mark.parametrize("number", [2**70, -1, 0])
def test_a_number_beyond_any_city_is_unknown(
    gazetteer: SqliteGazetteer, number: int
) -> None:
    assert gazetteer.find(number) is None


def test_many_cities_are_read_at_once_as_they_are_one_by_one() -> None:
    ids = [each.id for each in SqliteGazetteer(BUILT).list_largest(2_000)]
    at_once, one_by_one = SqliteGazetteer(BUILT), SqliteGazetteer(BUILT)
    asked = [*ids, ids[0], 1, 0, -1, 2**70]
    cities = at_once.find_many(asked)
    names = at_once.list_names(asked, "zh-Hans")
    assert cities == {each: one_by_one.find(each) for each in ids}
    assert names == {each: one_by_one.name(each, "zh-Hans") for each in ids}
    assert names[NANJING] == "南京"


def test_the_cities_of_a_great_map_are_read_once_in_each_language(
    tmp_path: Path,
) -> None:
    file = tmp_path / "gazetteer.sqlite"
    file.symlink_to(BUILT)
    gazetteer = SqliteGazetteer(file)
    *ids, unread = [each.id for each in gazetteer.list_largest(10_001)]
    cities = gazetteer.find_many(ids)
    names = {lang: gazetteer.list_names(ids, lang) for lang in ("en", "ru", "he")}
    file.unlink()
    # A new thread would have to open the file.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(gazetteer.find_many, ids).result() == cities
        for lang, read in names.items():
            assert thread.submit(gazetteer.list_names, ids, lang).result() == read
        with pytest.raises(Unavailable):
            thread.submit(gazetteer.name, unread, "ru").result()
    assert names["ru"][NANJING] == "Нанкин"


def test_threads_may_ask_at_the_same_time(gazetteer: SqliteGazetteer) -> None:
    answers: list[int] = []

    def ask() -> None:
        answers.extend(gazetteer.search("南京")[0].id for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [NANJING] * 120


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_opens_its_own_file(gazetteer: SqliteGazetteer) -> None:
    gazetteer.search("南京")
    child = os.fork()
    if not child:
        found = gazetteer.search("Paris, France")
        os._exit(0 if found and found[0].id == PARIS else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert gazetteer.search("Nankin")[0].id == NANJING


def test_a_missing_file_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="missing"):
        SqliteGazetteer(tmp_path / "none.sqlite")


def test_a_broken_file_is_our_error(tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"not a database" * 500)
    with pytest.raises(Unavailable, match="cannot be read"):
        SqliteGazetteer(broken).search("Nanjing")


def test_a_warm_search_takes_about_a_millisecond(gazetteer: SqliteGazetteer) -> None:
    texts = ["n", "sa", "南", "Paris, France", "Nankin", "s'hertogenbosch", "Н"]
    for text in texts:
        gazetteer.search(text)
    began = time.process_time()
    for _ in range(10):
        for text in texts:
            gazetteer.search(text)
    assert (time.process_time() - began) / 70 < 0.003  # measured 0.0002
