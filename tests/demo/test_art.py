from __future__ import annotations

import time

import pytest

from relay.demo import art

SMALL = 160
# A full-size work takes 0.14 s on an idle core; machines of tests are busy.
SECONDS = 4.0


@pytest.fixture(scope="module")
def works() -> list[bytes]:
    return [art.draw(index, longest=SMALL).tobytes() for index in range(art.COUNT)]


def test_there_are_enough_works_of_enough_families() -> None:
    assert art.COUNT >= 160
    assert len({each.family for each in art.SKETCHES}) >= 20


def test_no_two_works_are_the_same(works: list[bytes]) -> None:
    assert len(set(works)) == art.COUNT


def test_every_work_is_drawn_the_same_each_time(works: list[bytes]) -> None:
    for index in range(0, art.COUNT, 4):
        assert art.draw(index, longest=SMALL).tobytes() == works[index], art.key(index)


@pytest.mark.parametrize("index", range(0, art.COUNT, 7))
def test_a_work_is_no_empty_sheet(index: int) -> None:
    work = art.draw(index, longest=SMALL)
    # Colours, not grains of paper: those differ by a few steps only.
    coarse = work.resize((40, 40)).quantize(64).convert("RGB")
    colours = coarse.getcolors(1600)
    assert colours is not None
    assert len(colours) > 8
    levels = work.convert("L").tobytes()
    assert max(levels) - min(levels) > 40


@pytest.mark.parametrize("longest", [320, 899, 900])
def test_the_longer_side_is_as_long_as_asked(longest: int) -> None:
    for index in (0, 1, 9):
        work = art.draw(index, longest=longest)
        ratio = art.SKETCHES[index].ratio
        assert max(work.size) == longest
        assert work.width / work.height == pytest.approx(ratio, rel=0.01)


def test_formats_go_from_tall_to_wide() -> None:
    ratios = {each.ratio for each in art.SKETCHES}
    assert min(ratios) <= 0.65
    assert max(ratios) >= 2
    assert len(ratios) >= 10


def test_names_of_works_are_unique_and_count_within_the_family() -> None:
    names = [art.key(index) for index in range(art.COUNT)]
    assert len(set(names)) == art.COUNT
    assert names[:2] == ["plum-1", "plum-2"]


def test_a_full_size_work_is_drawn_quickly() -> None:
    began = time.process_time()
    art.draw(0, longest=1200)
    assert time.process_time() - began < SECONDS
