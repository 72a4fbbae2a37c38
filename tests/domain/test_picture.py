from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.domain.picture import (
    BANDS,
    NEAR_BITS,
    PLAIN,
    PLAIN_BITS,
    bands,
    distance,
    is_plain,
    look_alike,
    mirror,
    near_bands,
)

fingerprints = st.integers(0, 2**64 - 1).map(lambda value: f"{value:016x}")


def flipped(fingerprint: str, places: set[int]) -> str:
    value = int(fingerprint, 16)
    for place in places:
        value ^= 1 << place
    return f"{value:016x}"


def test_fingerprints_look_alike_up_to_seven_bits_and_not_at_eight() -> None:
    one = "0123456789abcdef"
    assert look_alike(one, flipped(one, set(range(NEAR_BITS))))
    assert not look_alike(one, flipped(one, set(range(NEAR_BITS + 1))))


@given(fingerprints, st.sets(st.integers(0, 63), max_size=NEAR_BITS))
def test_whatever_looks_alike_is_found_by_a_part(one: str, places: set[int]) -> None:
    other = flipped(one, places)
    parts = zip(bands(one), bands(other), strict=True)
    assert any(theirs in near_bands(ours) for ours, theirs in parts)


def test_a_fingerprint_has_four_parts_and_each_seventeen_near_ones() -> None:
    assert bands("0123456789abcdef") == ("0123", "4567", "89ab", "cdef")
    assert BANDS == 4
    near = near_bands("00ff")
    assert len(set(near)) == 17
    assert {"00ff", "80ff", "00fe"} <= set(near)


@given(fingerprints)
def test_what_is_mirrored_twice_is_as_before(one: str) -> None:
    assert mirror(mirror(one)) == one
    assert distance(mirror(one), mirror(flipped(one, {5}))) == 1


@pytest.mark.parametrize(("bits", "plain"), [(0, True), (PLAIN_BITS, True)])
def test_what_is_near_to_nothing_is_plain(bits: int, *, plain: bool) -> None:
    assert is_plain(flipped(PLAIN, set(range(bits)))) is plain
    assert not is_plain(flipped(PLAIN, set(range(PLAIN_BITS + 1))))
    assert mirror(PLAIN) == PLAIN
