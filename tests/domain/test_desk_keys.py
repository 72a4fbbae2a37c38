from __future__ import annotations

import pytest

from relay.domain.desk_keys import DEFAULT_KEYS, Act, check_habits, habits_of
from relay.domain.errors import Invalid


def test_habits_that_nobody_changed_are_as_they_come() -> None:
    habits = habits_of(None)
    assert habits.keys == DEFAULT_KEYS
    assert habits.keys_on
    assert habits.veil is False


def test_what_is_stored_is_read_back() -> None:
    keys = DEFAULT_KEYS | {Act.APPROVE: "F", Act.NEXT: "ן"}
    habits = check_habits(keys_on=False, keys=keys, veil=True)
    assert habits.keys[Act.APPROVE] == "f"
    assert habits.stored()["keys"] == {"approve": "f", "next": "ן"}
    assert habits_of(habits.stored()) == habits


@pytest.mark.parametrize("key", ["", " ", "ab", "7", "\x00", "\u200b"])
def test_a_key_is_one_press(key: str) -> None:
    with pytest.raises(Invalid) as raised:
        check_habits(keys_on=True, keys=DEFAULT_KEYS | {Act.UNDO: key}, veil=False)
    assert [each.field for each in raised.value.fields] == ["key-undo"]
    assert habits_of({"keys": {"undo": key}}).keys == DEFAULT_KEYS


def test_one_key_cannot_do_two_things() -> None:
    with pytest.raises(Invalid) as raised:
        check_habits(keys_on=True, keys=DEFAULT_KEYS | {Act.REJECT: "a"}, veil=False)
    assert [(each.field, each.code) for each in raised.value.fields] == [
        ("key-reject", "taken")
    ]
    assert habits_of({"keys": {"reject": "a"}}).keys == DEFAULT_KEYS


def test_nonsense_in_the_account_is_no_habit() -> None:
    assert habits_of({"keys": "jk", "keys_on": "no"}) == habits_of({})
