"""The fonts of shared pictures: which file can set which letter, and its face.

The build brings one serif family for Latin, Cyrillic, Greek, Hebrew, Chinese, Japanese
and Korean. For letters of other scripts the machine's own Noto fonts are looked for,
as Debian names them. No letter is set by a font that would draw an empty box for it.
"""

from __future__ import annotations

import json
import os
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import ImageFont, features

from relay.domain.line_breaks import is_wide, split_clusters
from relay.domain.text import is_visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SYSTEM_FOLDERS = tuple(
    map(
        Path,
        (
            "/usr/share/fonts",
            "/usr/local/share/fonts",
            "/Library/Fonts",
            "/System/Library/Fonts",
        ),
    )
)
# Words of each script that we promise to set, by what a person would call it.
PROMISED = {
    "Latin": ("en", "Wall ñ ő č"),
    "Cyrillic": ("ru", "Стена Київ"),
    "Hebrew": ("he", "חומה"),
    "Chinese, simplified": ("zh-Hans", "城墙金陵"),
    "Chinese, traditional": ("zh-Hant", "城牆臺灣"),
    "Japanese": ("ja", "壁のひかり"),
    "Korean": ("ko", "성벽의 빛"),
}

_CHINESE_FIRST = ("zh-Hans", "zh-Hant", "ja", "ko")
_SQUARE = {
    "zh": _CHINESE_FIRST,
    "zh-Hans": _CHINESE_FIRST,
    "zh-Hant": ("zh-Hant", "zh-Hans", "ja", "ko"),
    "ja": ("ja", "zh-Hant", "zh-Hans", "ko"),
    "ko": ("ko", "ja", "zh-Hant", "zh-Hans"),
}
# Signs that stand in a square among Chinese, Japanese and Korean letters.
_SQUARE_SIGNS = frozenset("“”‘’…—·")
_COLLECTION_FACES = {"ja": 0, "ko": 1, "zh-Hans": 2, "zh-Hant": 3}
_SQUARE_SCRIPTS = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "IDEOGRAPHIC"})
_EUROPEAN = frozenset({"LATIN", "CYRILLIC", "GREEK"})
# What stands right without shaping, one letter beside the other.
_SIMPLE = _SQUARE_SCRIPTS | _EUROPEAN | {"HEBREW", "ARMENIAN", "GEORGIAN"}
_SIGNS = ("NotoSansSymbols2", "NotoSansSymbols", "DejaVuSans")
_IGNORED = frozenset("\u200c\u200d ")
_NO_LETTER = "\U0010fffe"  # never assigned: every font draws its box for it

_TEST_PX = 24
_BOLD = 600
_KEPT_FACES = 96  # open at a time, 0.3 MB each
_KEPT_ANSWERS = 16_384


@dataclass(frozen=True)
class FontFile:
    """A file that letters are set by, and which of the faces in it."""

    path: Path
    face: int = 0
    varies: bool = False


@dataclass(frozen=True)
class _Claim:
    """A built file and the ranges of characters that it claims to hold."""

    file: FontFile
    ranges: tuple[int, ...]

    def claims(self, code: int) -> bool:
        """Tell whether a character lies in one of the ranges."""
        pairs = zip(self.ranges[::2], self.ranges[1::2], strict=True)
        return any(first <= code <= last for first, last in pairs)


class FontBook:
    """Finds the font of each letter. One thread at a time: faces cannot be shared.

    `shapes` tells whether letters are shaped: joined, reordered, with marks in place.
    """

    def __init__(
        self,
        built: Path,
        *,
        system: Sequence[Path] = SYSTEM_FOLDERS,
        shapes: bool | None = None,
    ) -> None:
        self._built = built
        self._system = system
        # Pillow brings raqm along, but needs the machine's libfribidi for it.
        self.shapes = bool(features.check("raqm")) if shapes is None else shapes
        self._layout = (ImageFont.Layout.BASIC, ImageFont.Layout.RAQM)[self.shapes]
        self.find = lru_cache(maxsize=_KEPT_ANSWERS)(self._find)
        self.open = lru_cache(maxsize=_KEPT_FACES)(self._open)
        self._holds = lru_cache(maxsize=_KEPT_ANSWERS)(self._look_up)
        self._tester = lru_cache(maxsize=_KEPT_FACES)(self._open_tester)

    def _find(self, cluster: str, lang: str) -> FontFile | None:
        """Return the font that can set a letter with its marks; None when none can."""
        marks = [each for each in cluster if each not in _IGNORED]
        for file in self._candidates(cluster[0], lang):
            if all(self._holds(file, each) for each in marks):
                return file
        return None

    def _open(self, file: FontFile, px: float, weight: int) -> ImageFont.FreeTypeFont:
        """Return a face, ready to be drawn with."""
        path = _heavier(file, weight)
        face = ImageFont.truetype(path, px, index=file.face, layout_engine=self._layout)
        if file.varies:
            face.set_variation_by_axes([weight])
        return face

    def keep_settable(self, text: str, lang: str) -> str | None:
        """Return a text without the signs that no font holds, such as emoji.

        None when a letter would be missing from one of its words, or nothing that can
        be seen is left.
        """
        kept = []
        for cluster in split_clusters(unicodedata.normalize("NFC", text)):
            if cluster.isspace():
                kept.append(" ")
            elif self.find(cluster, lang):
                kept.append(cluster)
            elif unicodedata.category(cluster[0])[0] in "LNM":
                return None
        settable = " ".join("".join(kept).split())
        return settable if is_visible(settable) else None

    def check(self) -> dict[str, bool]:
        """Return for each script that we promise whether its letters can be set."""
        return {
            script: self.keep_settable(words, lang) == words
            for script, (lang, words) in PROMISED.items()
        }

    @property
    def edition(self) -> str:
        """What drawings depend on here: which scripts there are, and whether shaped."""
        held = "".join(str(int(each)) for each in self.check().values())
        return f"{held}{int(self.shapes)}"

    def _candidates(self, letter: str, lang: str) -> Iterator[FontFile]:
        for family in _families(letter, lang):
            for claim in self._claims.get(family, ()):
                if claim.claims(ord(letter)):
                    yield claim.file
        yield from self._installed_for(letter, lang)

    def _installed_for(self, letter: str, lang: str) -> Iterator[FontFile]:
        """Yield the machine's own fonts for a letter, by the names that Noto has."""
        script = unicodedata.name(letter, "").partition(" ")[0].partition("-")[0]
        if script in _SQUARE_SCRIPTS:
            face = _COLLECTION_FACES[_square(letter, lang)[0]]
            names: tuple[str, ...] = ("NotoSerifCJK", "NotoSansCJK")
        else:
            face, named = 0, script.title()
            names = (
                ("NotoSerif", "DejaVuSerif", "LiberationSerif", "NotoSans")
                if script in _EUROPEAN
                else tuple(f"Noto{kind}{named}" for kind in ("Serif", "Naskh", "Sans"))
            )
            is_letter = unicodedata.category(letter)[0] in "LM"
            if is_letter and script not in _SIMPLE and not self.shapes:
                return
        for name in (*names, *_SIGNS):
            path = self._installed.get(name)
            if path:
                yield FontFile(path, face if path.suffix == ".ttc" else 0)

    @cached_property
    def _claims(self) -> dict[str, list[_Claim]]:
        index = self._built / "fonts.json"
        if not index.is_file():
            return {}
        families = json.loads(index.read_text(encoding="utf-8"))
        return {
            family: [
                _Claim(FontFile(self._built / name, varies=True), tuple(ranges))
                for name, ranges in files
            ]
            for family, files in families.items()
        }

    @cached_property
    def _installed(self) -> dict[str, Path]:
        """The regular fonts of this machine by name: NotoSansThai, DejaVuSerif."""
        return {
            path.stem.removesuffix("-Regular"): path
            for folder in self._system
            for place, _, files in os.walk(folder)
            for path in (Path(place, name) for name in sorted(files))
            if path.suffix in {".ttf", ".otf", ".ttc"}
        }

    def _look_up(self, file: FontFile, letter: str) -> bool:
        """Tell whether a font has a glyph of its own for a character."""
        tester = self._tester(file)
        if tester is None:
            return False
        face, box = tester
        return _drawn(face, letter) != box

    def _open_tester(
        self, file: FontFile
    ) -> tuple[ImageFont.FreeTypeFont, tuple[object, ...]] | None:
        """Return a face that shapes nothing, with its box; None for a broken file."""
        try:
            face = ImageFont.truetype(
                file.path,
                _TEST_PX,
                index=file.face,
                layout_engine=ImageFont.Layout.BASIC,
            )
            return face, _drawn(face, _NO_LETTER)
        except OSError:
            return None


def _drawn(face: ImageFont.FreeTypeFont, letter: str) -> tuple[object, ...]:
    mask = face.getmask(letter)
    return mask.size, bytes(mask)


def _families(letter: str, lang: str) -> tuple[str, ...]:
    square = _square(letter, lang)
    among_squares = lang.partition("-")[0] in _SQUARE and letter in _SQUARE_SIGNS
    if is_wide(letter) or _is_hangul(letter) or among_squares:
        return (*square, "latin", "hebrew")
    return ("latin", "hebrew", *square)


def _square(letter: str, lang: str) -> tuple[str, ...]:
    """Return whose squares to prefer: the language's own, else the letter's."""
    if lang in _SQUARE:
        return _SQUARE[lang]
    if _is_hangul(letter):
        return _SQUARE["ko"]
    return _SQUARE.get(lang.partition("-")[0], _CHINESE_FIRST)


def _is_hangul(letter: str) -> bool:
    return "\u1100" <= letter <= "\u11ff" or "\uac00" <= letter <= "\ud7a3"


def _heavier(file: FontFile, weight: int) -> Path:
    """Return the bold file beside a regular one where a bold face is wanted."""
    bold = file.path.with_name(file.path.name.replace("-Regular.", "-Bold."))
    return bold if weight >= _BOLD and not file.varies and bold.is_file() else file.path
