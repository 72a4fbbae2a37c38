"""What the reader makes of the dialects that publishing software writes.

Each page in `dialects` was written for this test after the markup of one kind of
software or one way to write a day; its first line says what a person reads in it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from relay.adapters.page_reader import read_page

DIALECTS = sorted(
    (Path(__file__).parents[1] / "data" / "pages" / "dialects").glob("*.html")
)
DAY_CHARS = len("2026-03-04")


@pytest.mark.parametrize("page", DIALECTS, ids=lambda page: str(page.stem))
def test_a_page_is_read_as_a_person_reads_it(page: Path) -> None:
    said, markup = page.read_text(encoding="utf-8").split("\n", 1)
    wanted = json.loads(said.removeprefix("<!--").removesuffix("-->"))
    facts = read_page(markup.encode(), wanted.pop("url"))
    found = {name: getattr(facts, name) for name in wanted}
    for name in ("date", "lang"):
        if found.get(name):
            found[name] = found[name][: DAY_CHARS if name == "date" else 2]
    for each in (wanted, found):
        if each.get("image"):
            each["image"] = each["image"].removeprefix("https:").removeprefix("http:")
    assert found == wanted


def test_there_are_enough_dialects_to_call_the_rules_general() -> None:
    assert len(DIALECTS) >= 60
