from __future__ import annotations

import pytest

from relay.domain.desk_settings import (
    BOUNDS,
    DEFAULTS,
    DeskSettings,
    check_settings,
    settings_of,
)
from relay.domain.errors import Invalid


def test_what_is_not_stored_or_cannot_be_used_has_its_default() -> None:
    assert settings_of({}) == DEFAULTS == DeskSettings()
    stored = {
        "hand_out": 5,
        "lease_minutes": "15",
        "reports_hide": True,
        "second_approval": ["city", "nobody"],
        "blur_reported": 0,
        "from_the_future": 1,
    }
    assert settings_of(stored) == DeskSettings(hand_out=5)


def test_kinds_of_makers_are_kept_in_one_order_and_each_once() -> None:
    read = check_settings({"second_approval": ["city", "individual", "city"]})
    assert read == {"second_approval": ("individual", "city")}
    assert settings_of({"second_approval": []}).second_approval == ()
    with pytest.raises(Invalid, match="second_approval"):
        check_settings({"second_approval": [["city"]]})


@pytest.mark.parametrize("name", BOUNDS)
def test_numbers_have_bounds_at_both_ends(name: str) -> None:
    least, most = BOUNDS[name]
    assert check_settings({name: least}) == {name: least}
    assert check_settings({name: most}) == {name: most}
    for wrong in (least - 1, most + 1, True, "5", None):
        with pytest.raises(Invalid, match=f"{name} .out_of_bounds"):
            check_settings({name: wrong})


def test_every_wrong_setting_is_named() -> None:
    with pytest.raises(Invalid) as caught:
        check_settings({"hand_out": 0, "blur_reported": "no", "colour": "red"})
    assert [(each.field, each.code) for each in caught.value.fields] == [
        ("hand_out", "out_of_bounds"),
        ("blur_reported", "not_a_choice"),
        ("colour", "unknown"),
    ]
