"""Which letters can be set, and that no letter is ever an empty box."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from relay.adapters.fonts import PROMISED, FontBook
from relay.bootstrap import BUILT

if TYPE_CHECKING:
    from pathlib import Path

BOX = "\U0010fffe"


@pytest.fixture(scope="module")
def fonts() -> FontBook:
    """The fonts that the build brings, and none of this machine."""
    return FontBook(BUILT / "fonts", system=())


@pytest.mark.parametrize("script", PROMISED)
def test_every_promised_script_can_be_set_without_a_font_of_the_machine(
    fonts: FontBook, script: str
) -> None:
    lang, words = PROMISED[script]
    assert fonts.keep_settable(words, lang) == words


@pytest.mark.parametrize("script", PROMISED)
def test_no_letter_is_drawn_as_the_box_of_its_font(
    fonts: FontBook, script: str
) -> None:
    lang, words = PROMISED[script]
    for letter in words.replace(" ", ""):
        file = fonts.find(letter, lang)
        assert file is not None
        face = fonts.open(file, 60, 400)
        assert bytes(face.getmask(letter)) != bytes(face.getmask(BOX)), letter


def test_a_font_that_only_claims_a_letter_is_passed_by(fonts: FontBook) -> None:
    # The Latin file's range holds it, its glyphs do not: the Cyrillic file has it.
    file = fonts.find("Ґ", "uk")
    assert file is not None
    assert "cyrillic" in file.path.name


@pytest.mark.parametrize(
    ("lang", "family"),
    [
        ("zh-Hans", "noto-serif-sc"),
        ("zh-Hant", "noto-serif-tc"),
        ("ja", "noto-serif-jp"),
        ("ko", "noto-serif-kr"),
        ("en", "noto-serif-sc"),
    ],
)
def test_the_language_chooses_the_shape_of_a_shared_letter(
    fonts: FontBook, lang: str, family: str
) -> None:
    file = fonts.find("直", lang)
    assert file is not None
    assert file.path.name.startswith(family)


def test_signs_that_no_font_has_are_left_out(fonts: FontBook) -> None:
    assert (
        fonts.keep_settable("Kites \U0001f9ff\ufe0f for all", "en") == "Kites for all"
    )
    assert fonts.keep_settable("\U0001f9ff", "en") is None


@pytest.mark.parametrize(
    "text", ["\u200d", "\u3164", "\u2800\u00ad", "a\u200d"[1:] * 9]
)
def test_words_that_nobody_can_see_are_not_set(fonts: FontBook, text: str) -> None:
    assert fonts.keep_settable(text, "ko") is None


def test_an_emoji_is_left_out_whole() -> None:
    # The machine's signs may hold the hand, but no hand of that colour.
    fonts = FontBook(BUILT / "fonts")
    emoji = "👩\u200d👩\u200d👧\u200d👦🏳\ufe0f\u200d🌈🇺🇳👍🏽"
    assert fonts.keep_settable(emoji, "en") is None
    assert fonts.keep_settable(f"Hands {emoji}", "en") == "Hands"


def test_words_with_a_letter_that_no_font_has_are_not_set_at_all(
    fonts: FontBook,
) -> None:
    assert fonts.keep_settable("Wall 𓀀𓀁", "en") is None


def test_without_chinese_fonts_chinese_is_refused_and_not_boxed(
    tmp_path: Path,
) -> None:
    for each in (BUILT / "fonts").glob("noto-serif-latin*"):
        shutil.copy(each, tmp_path)
    shutil.copy(BUILT / "fonts" / "fonts.json", tmp_path)  # claims what is not there
    fonts = FontBook(tmp_path, system=())
    assert fonts.keep_settable("Wall", "en") == "Wall"
    assert fonts.keep_settable("城墙", "zh-Hans") is None
    assert not fonts.check()["Chinese, simplified"]
    assert fonts.check()["Latin"]


def test_a_machine_without_any_font_says_so_of_every_script(tmp_path: Path) -> None:
    assert not any(FontBook(tmp_path, system=()).check().values())


def test_a_broken_font_is_passed_by(tmp_path: Path) -> None:
    tmp_path.joinpath("NotoSerif-Regular.otf").write_bytes(b"no font at all")
    fonts = FontBook(tmp_path / "nothing", system=[tmp_path])
    assert fonts.find("a", "en") is None


def test_another_set_of_fonts_is_another_edition_of_drawings(
    fonts: FontBook, tmp_path: Path
) -> None:
    assert fonts.edition != FontBook(tmp_path, system=()).edition


def test_the_fonts_licence_comes_along() -> None:
    licences = list((BUILT / "fonts").glob("*.LICENSE.txt"))
    assert len(licences) == 6
    for each in licences:
        assert "SIL Open Font License" in each.read_text(encoding="utf-8")


def test_letters_that_need_shaping_are_left_to_machines_that_shape() -> None:
    fonts = FontBook(BUILT / "fonts")
    if fonts.find("न", "hi") is None:
        pytest.skip("this machine has no font for Devanagari, or cannot shape it")
    fonts = FontBook(BUILT / "fonts", shapes=False)
    assert fonts.find("न", "hi") is None
    assert fonts.find("ש", "he") is not None
