"""No language lacks a sentence, and a gap is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from babel.messages.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    Load = Callable[[str], ModuleType]


@pytest.fixture(scope="session")
def words(script: Load) -> ModuleType:
    return script("words")


def test_every_language_is_whole(
    words: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert words.check() == 0, capsys.readouterr().out


def test_sentences_of_pages_and_of_code_are_found(words: ModuleType) -> None:
    files = {
        place.split("/")[1] for each in words.extract() for place, _ in each.locations
    }
    assert {"web", "templates"} <= files


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (None, "not gathered"),
        ("", "not translated"),
        ("Bonjour", "placeholder forgotten"),
        ("Bonjour %(name)s", None),
    ],
)
def test_a_gap_is_seen(
    words: ModuleType, answer: str | None, fault: str | None
) -> None:
    template, held = Catalog(), Catalog(locale="fr")
    template.add("Hello %(name)s", flags=["python-format"])
    if answer is not None:
        held.add("Hello %(name)s", answer, flags=["python-format"])
    found = list(words.faults(held, template))
    assert len(found) == (0 if fault is None else 1)
    assert all(str(fault) in each for each in found)
