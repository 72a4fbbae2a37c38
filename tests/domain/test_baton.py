"""Codes that can be typed but not guessed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from relay.domain.baton import (
    ALPHABET,
    BODY_LENGTH,
    baton_code,
    read_code,
    show_code,
)

picks = st.lists(
    st.integers(min_value=0, max_value=len(ALPHABET) - 1),
    min_size=BODY_LENGTH,
    max_size=BODY_LENGTH,
)


@given(picks)
def test_a_code_is_read_however_it_is_written(chosen: list[int]) -> None:
    code = baton_code(chosen)
    assert read_code(code) == code
    assert read_code(f"  {show_code(code).lower()} ") == code
    assert read_code(f"https://relay.example/b/{code}?x=1") == code


@given(picks, st.integers(0, BODY_LENGTH), st.integers(1, len(ALPHABET) - 1))
def test_one_wrong_character_is_always_noticed(
    chosen: list[int], at: int, by: int
) -> None:
    code = baton_code(chosen)
    wrong = ALPHABET[(ALPHABET.index(code[at]) + by) % len(ALPHABET)]
    assert read_code(code[:at] + wrong + code[at + 1 :]) is None


@given(picks, st.integers(0, BODY_LENGTH - 2))
def test_two_swapped_neighbours_are_always_noticed(chosen: list[int], at: int) -> None:
    code = baton_code(chosen)
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert read_code(swapped) == (code if swapped == code else None)


@given(st.text())
def test_any_other_text_is_no_code_and_no_error(text: str) -> None:
    read_code(text)


def test_the_alphabet_has_no_look_alikes() -> None:
    assert not set("01ILOUZ2") & (set(ALPHABET) - {"2"})
