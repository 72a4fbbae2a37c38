from __future__ import annotations

import pytest

from relay.domain.hashtags import find_hashtags


@pytest.mark.parametrize(
    ("words", "hashtags", "found"),
    [
        ("Boats #LeaveNoOneBehind.", ["#leavenoonebehind"], ("#leavenoonebehind",)),
        ("Boats #careful", ["#care"], ()),
        ("#careful #care", ["care"], ("care",)),
        ("＃ＣＡＲＥ", ["#care"], ("#care",)),
        ("#一个都不能少#纸船", ["#一个都不能少"], ("#一个都不能少",)),
        ("care without the mark", ["#care"], ()),
        ("#care", ["#", " "], ()),
        ("", ["#care"], ()),
    ],
)
def test_hashtags_are_found_as_people_type_them(
    words: str, hashtags: list[str], found: tuple[str, ...]
) -> None:
    assert find_hashtags(words, hashtags) == found
