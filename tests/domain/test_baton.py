"""Codes that can be typed but not guessed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from relay.domain.baton import (
    ALPHABET,
    BODY_LENGTH,
    LENGTH,
    LOOK_ALIKES,
    Correction,
    Slip,
    baton_code,
    list_corrections,
    read_code,
    show_code,
    spell_code,
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


@given(picks, st.integers(0, LENGTH - 2))
def test_two_swapped_neighbours_are_always_noticed(chosen: list[int], at: int) -> None:
    code = baton_code(chosen)
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert read_code(swapped) == (code if swapped == code else None)


def test_every_single_slip_of_a_code_is_noticed() -> None:
    code = baton_code(range(BODY_LENGTH))
    for at in range(LENGTH):
        for other in ALPHABET:
            changed = code[:at] + other + code[at + 1 :]
            assert (read_code(changed) == changed) is (other == code[at])


@given(picks, st.sampled_from(list(Slip)), st.data())
def test_a_slip_is_put_right_and_named(
    chosen: list[int], slip: Slip, data: st.DataObject
) -> None:
    code = baton_code(chosen)
    at = data.draw(st.integers(0, LENGTH - (2 if slip is Slip.SWAPPED else 1)))
    other = data.draw(st.sampled_from([each for each in ALPHABET if each != code[at]]))
    typed = {
        Slip.CHANGED: code[:at] + other + code[at + 1 :],
        Slip.SWAPPED: code[:at] + code[at : at + 2][::-1] + code[at + 2 :],
        Slip.MISSING: code[:at] + code[at + 1 :],
        Slip.EXTRA: code[:at] + other + code[at:],
    }[slip]
    found = list_corrections(typed)
    if typed == code:
        assert found == ()
        return
    assert code in {each.code for each in found}
    assert len(found) <= 12 + 11 + 13
    for each in found:
        assert read_code(each.code) == each.code
        assert 1 <= each.at <= len(typed) + 1


def test_a_correction_says_which_character_it_is() -> None:
    code = baton_code([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 7])
    typed = code[:4] + "X" + code[5:]
    found = {each.code: each for each in list_corrections(show_code(typed).lower())}
    assert found[code] == Correction(code, Slip.CHANGED, 5, "X", code[4])


@given(picks, st.integers(0, BODY_LENGTH), st.data())
def test_a_character_that_no_code_has_stands_for_what_it_looks_like(
    chosen: list[int], at: int, data: st.DataObject
) -> None:
    code = baton_code(chosen)
    looks = [each for each, meant in LOOK_ALIKES.items() if code[at] in meant]
    if looks:
        typed = code[:at] + data.draw(st.sampled_from(looks)) + code[at + 1 :]
        assert read_code(typed.lower()) == code


@given(picks, st.integers(0, BODY_LENGTH), st.sampled_from("01ILOUZ"))
def test_a_look_alike_never_leads_to_a_code_that_looks_otherwise(
    chosen: list[int], at: int, strange: str
) -> None:
    code = baton_code(chosen)
    found = read_code(code[:at] + strange + code[at + 1 :])
    # The check leaves one character for each place: the code's own, or nothing.
    assert found == (code if code[at] in LOOK_ALIKES[strange] else None)


@given(picks)
def test_other_keyboards_write_the_same_code(chosen: list[int]) -> None:
    code = baton_code(chosen)
    wide = "".join(chr(ord(each) + 0xFEE0) for each in code)
    assert read_code(wide) == code
    cyrillic = code.translate(str.maketrans("ABCEHKMPTXY", "АВСЕНКМРТХУ"))
    assert read_code(cyrillic) == code
    assert read_code(f"{code[:4]} – {code[4:8]}.{code[8:]}") == code
    assert read_code(f"https://relay.example/b/{code}/card?words=he#top") == code


@given(picks)
def test_no_two_characters_are_said_alike(chosen: list[int]) -> None:
    code = baton_code(chosen)
    assert len(spell_code(code)) == LENGTH
    assert len({spell_code(each)[0] for each in ALPHABET}) == len(ALPHABET)


@given(st.text())
def test_any_text_can_be_asked_for_corrections(text: str) -> None:
    list_corrections(text)


@given(st.text())
def test_any_other_text_is_no_code_and_no_error(text: str) -> None:
    read_code(text)


def test_the_alphabet_has_no_look_alikes() -> None:
    assert not set("01ILOUZ2") & (set(ALPHABET) - {"2"})
