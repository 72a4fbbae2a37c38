"""Chooses a city's name in each language of the interface, from names without tags.

GeoNames' alternate names carry no language. The order of trust is: our own table
(`city_names.csv`), the exemplar cities of Unicode CLDR's time zones, then a choice by
script among the alternate names, then the main name.
"""

from __future__ import annotations

import csv
import importlib.util
import sys
from collections import Counter, defaultdict
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
    """Return the names that differ from the main name: city id → language → name."""
    records = sorted(cities, key=lambda city: -city["population"])
    chosen = {city["geonameid"]: choose_by_script(city) for city in records}
    _fill_traditional(chosen, learn_traditional(records))
    for source in (read_exemplars(records), read_table(HERE / "city_names.csv")):
        for city_id, names in source.items():
            if city_id in chosen:
                chosen[city_id].update(names)
    for city in records:
        names = chosen[city["geonameid"]]
        for language in [key for key, name in names.items() if name == city["name"]]:
            if language != "en":
                del names[language]
    return chosen


def read_table(path: Path) -> dict[int, Names]:
    """Return our own names: a row per city, a column per language."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            int(row["id"]): {lang: row[lang] for lang in LANGUAGES if row.get(lang)}
            for row in csv.DictReader(file)
        }


def read_exemplars(records: Iterable[Record]) -> dict[int, Names]:
    """Return CLDR's names for the cities that time zones are named after."""
    by_zone: dict[str, list[Record]] = defaultdict(list)
    for city in records:
        by_zone[city["timezone"]].append(city)
    zones = {lang: Locale.parse(code).time_zones for lang, code in LANGUAGES.items()}
    found: dict[int, Names] = {}
    for zone, cities in sorted(by_zone.items()):
        english = zones["en"].get(zone, {}).get("city")
        wanted = {fold(zone.rpartition("/")[2])} | (
            {fold(english)} if english else set()
        )
        named = [city for city in cities if fold(city["name"]) in wanted] or [
            city
            for city in cities[:1]
            if wanted & {fold(each) for each in city["alternatenames"]}
        ]
        if named:
            found[named[0]["geonameid"]] = {
                lang: entry["city"]
                for lang, table in zones.items()
                if lang != "en" and (entry := table.get(zone, {})).get("city")
            }
    return found


def choose_by_script(city: Record) -> Names:
    """Return the names that the letters of the alternate names give away."""
    names = [city["name"], *city["alternatenames"]]
    chosen = {
        "zh-Hans": _choose_chinese(names, wanted="gb2312", other="big5"),
        "zh-Hant": _choose_chinese(names, wanted="big5", other="gb2312"),
        "ja": _choose_japanese(names, city["countrycode"]),
        "ko": _choose_korean(names, city["countrycode"]),
        "ru": _choose_russian(names, city["name"]),
        "he": _choose_hebrew(names),
    }
    return {language: name for language, name in chosen.items() if name}


def _encodes(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _all_in(text: str, *ranges: tuple[int, int]) -> bool:
    return bool(text) and all(
        any(first <= ord(char) <= last for first, last in ranges) for char in text
    )


_IDEOGRAPHS = ((0x3005, 0x3007), (0x4E00, 0x9FFF))
_KANA = ((0x3041, 0x3096), (0x30A1, 0x30FC))


def _ideographic(names: Iterable[str]) -> list[str]:
    return sorted({name for name in names if _all_in(name, *_IDEOGRAPHS)})


def _without_suffix(names: list[str], suffixes: tuple[str, ...]) -> list[str]:
    """Leave out "南京市" where "南京" stands beside it, or could."""
    short = []
    for name in names:
        cut = next(
            (s for s in suffixes if name.endswith(s) and len(name) > len(s) + 1), ""
        )
        short.append(name.removesuffix(cut) if cut else name)
    return short


def _choose_chinese(names: list[str], *, wanted: str, other: str) -> str:
    able = [name for name in _ideographic(names) if _encodes(name, wanted)]
    own = [name for name in able if not _encodes(name, other)]
    return _most_usual(_without_suffix(own or able, ("市", "县", "縣")))


def _most_usual(names: list[str]) -> str:
    """Return the name most like all the others; the shorter, then the earlier."""
    if not names:
        return ""
    counted = Counter(names)
    return min(
        counted,
        key=lambda name: (
            sum(edit_distance(name, each, most=9) for each in names),
            len(name),
            name,
        ),
    )


def _choose_japanese(names: list[str], country: str) -> str:
    kanji = [name for name in _ideographic(names) if _encodes(name, "shift_jis")]
    kana = sorted({name for name in names if _all_in(name, *_KANA, (0x30FB, 0x30FB))})
    katakana = [name for name in kana if _all_in(name, (0x30A1, 0x30FC))]
    if country in {"CN", "TW", "HK", "MO"}:
        own = [name for name in kanji if not _encodes(name, "gb2312")]
        japanese = [name for name in own if not _encodes(name, "big5")]
        return _most_usual(_without_suffix(japanese or own or kanji, ("市", "県")))
    if country == "JP":
        mixed = sorted(
            {
                name
                for name in names
                if _all_in(name, *_IDEOGRAPHS, *_KANA) and _encodes(name, "shift_jis")
            }
        )
        written = [name for name in mixed if not _all_in(name, *_KANA)]
        return _most_usual(_without_suffix(written or mixed, ("市", "町", "村")))
    return _most_usual(katakana or kana)


def _choose_korean(names: list[str], country: str) -> str:
    hangul = sorted({n for n in names if _all_in(n, (0xAC00, 0xD7A3), (0x20, 0x20))})
    if country in {"KR", "KP", "CN", "JP"}:
        hangul = [name.removesuffix(" 시").strip() for name in hangul]
        hangul = _without_suffix(hangul, ("시",))
    return _most_usual(hangul)


_RUSSIAN = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя- ")


def _choose_russian(names: list[str], _main: str) -> str:
    able = sorted({n for n in names if n and set(n.lower()) <= _RUSSIAN})
    able = [n for n in able if n[0].isupper() and not n.endswith(" ош")]
    return _most_usual(able)


def _choose_hebrew(names: list[str]) -> str:
    letters = (
        (0x05D0, 0x05EA),
        (0x05F3, 0x05F4),
        (0x20, 0x20),
        (0x22, 0x22),
        (0x27, 0x27),
        (0x2D, 0x2D),
        (0x05BE, 0x05BE),
    )
    able = sorted({n for n in names if _all_in(n, *letters)})
    return _most_usual(able)


def learn_traditional(records: Iterable[Record]) -> dict[str, str]:
    """Return simplified → traditional, learnt from pairs of names of the same city."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for simple, full in _pairs(records):
        for one, other in zip(simple, full, strict=True):
            seen[one][other] += 1
    return {one: counts.most_common(1)[0][0] for one, counts in sorted(seen.items())}


def _pairs(records: Iterable[Record]) -> Iterator[tuple[str, str]]:
    for city in records:
        names = _ideographic(city["alternatenames"])
        simple = [n for n in names if _encodes(n, "gb2312")]
        full = [n for n in names if _encodes(n, "big5")]
        for one in simple:
            for other in full:
                if (
                    len(one) == len(other)
                    and one != other
                    and _encodes(one, "big5") < 1
                    and _encodes(other, "gb2312") < 1
                ):
                    same = sum(a == b for a, b in zip(one, other, strict=True))
                    if same * 2 >= len(one):
                        yield one, other


def _fill_traditional(chosen: dict[int, Names], table: Mapping[str, str]) -> None:
    for names in chosen.values():
        simple = names.get("zh-Hans", "")
        full = "".join(table.get(char, char) for char in simple)
        if simple and "zh-Hant" not in names and _encodes(full, "big5"):
            names["zh-Hant"] = full
