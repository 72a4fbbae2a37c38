from __future__ import annotations

from pathlib import Path

import pytest

from relay.adapters.land import NaturalEarthLand, read_land
from relay.domain.errors import Unavailable
from relay.domain.geo import City

BUILT = Path(__file__).parents[2] / "relay" / "data" / "land.json"
NANJING = City(1799962, "Nanjing", "CN", 32.06167, 118.77778, 9_000_000)


def test_the_built_land_is_drawn_around_a_city_and_kept() -> None:
    land = NaturalEarthLand(BUILT)
    outline = land.outline(NANJING)
    assert outline.startswith("M")
    assert 10_000 < len(outline) <= 22_000
    assert land.outline(NANJING) is outline


def test_the_built_land_holds_every_continent_and_the_caspian_sea() -> None:
    land = read_land(BUILT)
    assert len(land.shores) > 100
    assert len(land.lakes) == 1


@pytest.mark.parametrize("text", ["", "{}", '{"shores": [[1]], "lakes": []}'])
def test_a_broken_outline_is_our_error(tmp_path: Path, text: str) -> None:
    broken = tmp_path / "land.json"
    broken.write_text(text, encoding="utf-8")
    with pytest.raises(Unavailable, match="cannot be read"):
        NaturalEarthLand(broken).outline(NANJING)


def test_a_missing_outline_is_our_error(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be read"):
        NaturalEarthLand(tmp_path / "none.json").outline(NANJING)
