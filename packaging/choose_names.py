"""Chooses a city's name in each language of the interface, from names without tags.

GeoNames' alternate names carry no language. The order of trust is: our own table
(`city_names.csv`), the exemplar cities of Unicode CLDR's time zones, then a choice by
script among the alternate names, then the main name.
"""

from __future__ import annotations

import csv
import importlib.util
import math
import re
import sys
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel import Locale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

LANGUAGES = {
    "zh-Hans": "zh_Hans",
    "zh-Hant": "zh_Hant",
    "en": "en",
    "fr": "fr",
    "ru": "ru",
    "ja": "ja",
    "ko": "ko",
    "de": "de",
    "it": "it",
    "he": "he",
    "es": "es",
}
# Letters of a whole name. Kirghiz and Bulgarian share the Russian alphabet, and
# Yiddish the Hebrew one: the taste below tells them apart as well as it can.
LETTERS = {
    "ideographs": re.compile(r"[々-〇一-鿿]+"),
    "japanese": re.compile(r"[々-〇一-鿿ぁ-ゖァ-ー]*[一-鿿][々-〇一-鿿ぁ-ゖァ-ー]*"),
    "katakana": re.compile(r"[ァ-ー・=]+"),
    "hiragana": re.compile(r"[ぁ-ゖー]+"),
    "ko": re.compile(r"[가-힣][가-힣 ]*"),
    "ru": re.compile(r"[А-ЯЁ][а-яёА-ЯЁ -]*"),
    "he": re.compile(r"[א-ת][א-ת׳״\"' ־-]*"),
}
SINIC = frozenset({"CN", "TW", "HK", "MO"})
HAN = SINIC | {"JP", "KR", "KP"}
TASTED = ("ru", "he", "zh-Hans")  # where taste was measured to beat the most usual
SOFT_HYPHEN = "\u00ad"
MOST_APART = 6  # slips of the pen beyond which two names are simply different
HERE = Path(__file__).parent
Record = dict[str, Any]
Names = dict[str, str]


def load_domain(name: str) -> Any:  # noqa: ANN401 - a module
    """Load one module of relay/domain by its file, so that a build needs no install."""
    path = HERE.parent / "relay" / "domain" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"relay_domain_{name}", path)
    if spec is None or spec.loader is None:
        message = f"{path} is missing"
        raise SystemExit(message)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_spelling = load_domain("spelling")
fold: Callable[[str], str] = _spelling.fold
edit_distance: Callable[..., int] = _spelling.edit_distance


def choose_names(cities: Iterable[Record]) -> dict[int, Names]:
    """Return the names that differ from the one shown: city id → language → name.

    English is always there; it is the name shown where a language has none.
    """
    records = sorted(cities, key=lambda city: -city["population"])
    known = read_exemplars(records)
    for city_id, names in read_table(HERE / "city_names.csv").items():
        known[city_id] = {**known.get(city_id, {}), **names}
    tastes = learn_tastes(records, known)
    traditional = learn_traditional(records)
    chosen = {}
    for city in records:
        names = {"en": city["name"], **choose_by_script(city, tastes, traditional)}
        names |= known.get(city["geonameid"], {})
        shown = names["en"]
        chosen[city["geonameid"]] = {
            language: name
            for language, name in names.items()
            if language == "en" or name != shown
        }
    return chosen


def read_table(path: Path) -> dict[int, Names]:
    """Return our own names: a row per city, a column per language."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            int(row["id"]): {lang: row[lang] for lang in LANGUAGES if row.get(lang)}
            for row in csv.DictReader(file)
        }


def read_exemplars(records: Iterable[Record]) -> dict[int, Names]:
    """Return CLDR's names for the cities that time zones are named after.

    Only where the main name is the zone's: Brunei and Puerto Rico name zones too.
    """
    tables = {lang: Locale.parse(code).time_zones for lang, code in LANGUAGES.items()}
    found: dict[int, Names] = {}
    taken = set()
    for city in records:
        zone = city["timezone"]
        english = tables["en"].get(zone, {}).get("city", zone.rpartition("/")[2])
        if zone not in taken and fold(city["name"]) == fold(english):
            taken.add(zone)
            found[city["geonameid"]] = {
                lang: entry["city"].replace(SOFT_HYPHEN, "")
                for lang, table in tables.items()
                if lang != "en" and (entry := table.get(zone, {})).get("city")
            }
    return found


class Taste:
    """Tells how a language spells names, from names known to be its own.

    Naive Bayes over the one, two and three letters that stand side by side, learnt from
    the right name of each known city against the other names in the same letters.
    """

    def __init__(self) -> None:
        self._right: Counter[str] = Counter()
        self._wrong: Counter[str] = Counter()
        self._rights, self._wrongs = 2, 2

    def learn(self, right: str, names: Iterable[str]) -> None:
        """Take in a city's right name and all of its candidates."""
        for name in names:
            (self._right if name == right else self._wrong).update(_pieces(name))
            self._rights += name == right
            self._wrongs += name != right

    def judge(self, name: str) -> float:
        """Return the logarithm of the odds that a name is the language's own."""
        return sum(
            math.log((self._right[piece] + 1) / self._rights)
            - math.log((self._wrong[piece] + 1) / self._wrongs)
            for piece in sorted(_pieces(name))
        )


def _pieces(name: str) -> set[str]:
    marked = f"^{name.lower()}$"
    return {
        marked[at : at + size]
        for size in (1, 2, 3)
        for at in range(len(marked) - size + 1)
    }


def learn_tastes(
    records: Iterable[Record], known: Mapping[int, Names]
) -> dict[str, Taste]:
    """Return each tasted language's taste, learnt from the cities that we know."""
    tastes = {language: Taste() for language in TASTED}
    for city in records:
        for language, taste in tastes.items():
            right = known.get(city["geonameid"], {}).get(language)
            names = list_candidates(city, language)
            if right in names and len(names) > 1:
                taste.learn(right, names)
    return tastes


def choose_by_script(
    city: Record, tastes: Mapping[str, Taste], traditional: Mapping[str, str]
) -> Names:
    """Return the names that the letters of the alternate names give away."""
    chosen = {}
    for language in ("zh-Hans", "zh-Hant", "ja", "ko", "ru", "he"):
        names = list_candidates(city, language)
        if names:
            chosen[language] = most_usual(names, tastes.get(language))
    simple, full = chosen.get("zh-Hans", ""), chosen.get("zh-Hant", "")
    if simple and not full:
        full = "".join(traditional.get(char, char) for char in simple)
        if _encodes(full, "big5"):
            chosen["zh-Hant"] = full
    elif full and not simple:
        # One city in five that has a Chinese name at all, such as 西雅圖.
        simplified = {value: key for key, value in traditional.items()}
        simple = "".join(simplified.get(char, char) for char in full)
        if _encodes(simple, "gb2312"):
            chosen["zh-Hans"] = simple
    return chosen


def most_usual(names: list[str], taste: Taste | None) -> str:
    """Return the name most like the others and most to the taste; then the shorter."""
    apart = dict.fromkeys(names, 0.0)
    if len(names) > 2:  # noqa: PLR2004 - two names are as far from each other
        for one, other in combinations(names, 2):
            distance = edit_distance(one, other, most=MOST_APART) / len(names)
            apart[one] += distance
            apart[other] += distance
    if taste and len(names) > 1:
        apart = {name: apart[name] - taste.judge(name) for name in names}
    return min(names, key=lambda name: (round(apart[name], 6), len(name), name))


def list_candidates(city: Record, language: str) -> list[str]:
    """Return the names that may be of this language, in order, each once."""
    names, country = [city["name"], *city["alternatenames"]], city["countrycode"]
    if language == "zh-Hans":
        found = _list_chinese(names, country, wanted="gb2312", other="big5")
    elif language == "zh-Hant":
        found = _list_chinese(names, country, wanted="big5", other="gb2312")
    elif language == "ja":
        found = _list_japanese(names, country)
    elif language == "ko":
        found = _list_korean(names, country)
    elif language == "he":
        found = [
            name.replace("'", "׳").replace('"', "״") for name in _written(names, "he")
        ]
    else:
        found = _written(names, language)
    return sorted(set(found))


def _written(names: Iterable[str], letters: str) -> list[str]:
    return [name for name in names if LETTERS[letters].fullmatch(name)]


def _encodes(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _list_chinese(
    names: list[str], country: str, *, wanted: str, other: str
) -> list[str]:
    able = [n for n in _written(names, "ideographs") if _encodes(n, wanted)]
    able = [n for n in able if len(n) > 1]  # 沪 is a short sign, not a name
    own = [n for n in able if not _encodes(n, other)]
    return _bare(own or able, country, ("广域市", "廣域市", "市", "县", "縣"))


def _bare(names: list[str], country: str, kinds: tuple[str, ...]) -> list[str]:
    """Leave out what says "city": 南京市 is 南京, but 墨西哥 without 市 is a land."""
    bare = []
    for name in names:
        kind = next(
            (k for k in kinds if name.endswith(k) and len(name) > len(k) + 1), ""
        )
        short = name[: len(name) - len(kind)]
        bare.append(short if country in HAN or short in names else name)
    return bare


def _list_japanese(names: list[str], country: str) -> list[str]:
    if country == "JP":
        written = [n for n in _written(names, "japanese") if _encodes(n, "shift_jis")]
        written = written or _written(names, "hiragana") + _written(names, "katakana")
        return _bare(written, country, ("市", "町", "村"))
    if country in SINIC:
        kanji = [n for n in _written(names, "ideographs") if _encodes(n, "shift_jis")]
        full = [n for n in kanji if not _encodes(n, "gb2312")]
        own = [n for n in full if not _encodes(n, "big5")]
        return _bare(own or full or kanji, country, ("市", "県"))
    return _written(names, "katakana")


def _list_korean(names: list[str], country: str) -> list[str]:
    hangul = _written(names, "ko")
    if country not in HAN:
        return hangul
    return _bare([name.removesuffix(" 시") for name in hangul], country, ("시",))


def learn_traditional(records: Iterable[Record]) -> dict[str, str]:
    """Return simplified → traditional, learnt from pairs of names of the same city."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for simple, full in _list_pairs(records):
        for one, other in zip(simple, full, strict=True):
            seen[one][other] += 1
    return {
        one: min(counts, key=lambda char: (-counts[char], char))
        for one, counts in sorted(seen.items())
    }


def _list_pairs(records: Iterable[Record]) -> Iterator[tuple[str, str]]:
    """Yield names of equal length that share at least half of their characters."""
    for city in records:
        names = sorted(_written(city["alternatenames"], "ideographs"))
        simple = [n for n in names if _encodes(n, "gb2312") and not _encodes(n, "big5")]
        full = [n for n in names if _encodes(n, "big5") and not _encodes(n, "gb2312")]
        for one in simple:
            for other in full:
                same = sum(map(str.__eq__, one, other))
                if len(one) == len(other) and same * 2 >= len(one):
                    yield one, other
