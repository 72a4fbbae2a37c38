from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.domain.entry_address import NO_MAX, read_no

SITE = "https://relay.example.org"


@pytest.mark.parametrize(
    ("typed", "no"),
    [
        ("128", 128),
        (" 1,128 ", 1128),
        ("1 128", 1128),
        ("No. 128", 128),
        ("#128", 128),
        ("no 128", 128),
        ("Nr. 128", 128),
        ("№ 128", 128),
        ("n° 128", 128),
        ("第 1,128 号", 1128),
        ("（第 128 号）", 128),
        ("编号：128", 128),
        ("128号", 128),
        ("(No. 128)", 128),
        ("No. 128:", 128),
        ("(מס׳ 128)", 128),
        ("מס׳ 128:\u200f", 128),
        ("מס' 128", 128),
        ("1.128.000", 1_128_000),
        ("Swan Lake 2", None),
        ("Room 12", None),
        ("7 swans", None),
        ("12 号房间", None),
        ("天鹅湖 2", None),
        ("אגם הברבורים 2", None),
        ("No. 2 of 7", None),
        ("Casino 12", None),
        ("1, 2", None),
        ("1.2", None),
        ("-5", None),
        ("第128号", 128),
        ("１２８", 128),
        ("١٢٨", 128),
        ("מס׳ 128", 128),
        (f"{SITE}/en/w/128", 128),
        (f"{SITE}/zh-Hans/w/128?view=words#baton", 128),
        ("relay.example.org/w/128", 128),
        ("/en/w/128", 128),
        (str(NO_MAX), NO_MAX),
        (str(NO_MAX + 1), None),
        ("0", None),
        ("", None),
        ("paper boats", None),
        ("boats of 1999 and 2001", None),
        ("https://other.example/en/w/128", None),
        ("https://other.example/128", None),
        ("lin@example.org/w/5", None),
        ("9" * 40, None),
        ("²", 2),
    ],
)
def test_a_number_or_an_address_of_ours_is_read(typed: str, no: int | None) -> None:
    assert read_no(typed, base_url=SITE) == no


@given(st.text())
def test_anything_may_be_typed(typed: str) -> None:
    read_no(typed, base_url=SITE)
