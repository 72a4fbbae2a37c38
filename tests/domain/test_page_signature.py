"""Which lines beside a headline are there to name the maker."""

from __future__ import annotations

import pytest

from relay.domain.page_signature import labelled_name, lone_name


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("作者：李小明 来源：城市晚报", "李小明"),
        ("文：李小明、王芳 圖：陳大文", "李小明、王芳"),
        ("執筆者：山田 花子", "山田 花子"),
        ("서울=김민수 선임기자", "김민수"),
        ("글: 이하나", "이하나"),
        ("Von: Jan van der Berg und Mira Vogel", "Jan van der Berg und Mira Vogel"),
        ("12.03.2024 | Autor: Jörg Müller", "Jörg Müller"),
        ("Auteur : Zoé Martin", "Zoé Martin"),
        ("الكاتب: سامر الحلبي | ٢٠٢٤", "سامر الحلبي"),
        ("כותבת: דנה כהן", "דנה כהן"),
        ("Text: large, small", None),
        ("Authors: see below", None),
        ("시민 기자", None),
        ("The author: a portrait in nine letters", None),
        ("Author: Ann Lee " + "x" * 160, None),
    ],
)
def test_a_label_with_a_colon_tells_of_a_name(line: str, name: str | None) -> None:
    assert labelled_name(line) == name


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("by Tom O'Brien", "Tom O'Brien"),
        ("By Ann van Dam", "Ann van Dam"),
        ("מאת דנה כהן", "דנה כהן"),
        ("by Tom", None),
        ("by the old harbour", None),
        ("Photographed by Ann Lee", None),
        ("By Ann Lee, who flew it first", None),
    ],
)
def test_a_line_that_only_says_by_and_a_whole_name_is_enough(
    line: str, name: str | None
) -> None:
    assert lone_name(line) == name


@pytest.mark.parametrize("sign", ["作者：", "by ", "a:", "A b ", "기자 ", "、李", "|"])
def test_a_sign_without_end_takes_no_time(sign: str) -> None:
    labelled_name((sign * 1_000)[:160])
    assert labelled_name(sign * 500_000) is lone_name(sign * 500_000) is None
