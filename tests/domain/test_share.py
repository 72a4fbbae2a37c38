"""The names of shared pictures are made of all that they show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relay.domain.share import (
    EntryCard,
    Page,
    Said,
    SeasonCard,
    SharePicture,
    Work,
    share_key,
    shared_number,
)

PAGE = Page("en", rtl=False, brand=Said("Leave No One Behind", "en"))
WORK = Work(128, "No. 128", Said("Signed", "en"), Said("Noa", "en"), "Haifa, Israel")
CARD = EntryCard(PAGE, WORK)


def key(card: EntryCard = CARD, *, edition: str = "1", form: str = "png") -> str:
    return share_key(card, edition=edition, form=form)


def test_the_same_facts_have_the_same_name() -> None:
    assert key() == key(EntryCard(PAGE, replace(WORK)))


@pytest.mark.parametrize(
    "change",
    [
        {"title": Said("Signed!", "en")},
        {"title": Said("Signed", "fr")},
        {"name": Said("Noa L.", "en")},
        {"place": "Lyon, France"},
        {"travel": ("Leg 4",)},
        {"picture": SharePicture("ab/cd.jpg", "#ffffff")},
    ],
)
def test_every_changed_fact_makes_another_name(change: dict[str, object]) -> None:
    assert key(EntryCard(PAGE, replace(WORK, **change))) != key()  # type: ignore[arg-type]  # each is of its field's type


def test_the_artists_edition_the_language_and_the_form_make_another_name() -> None:
    other_page = EntryCard(replace(PAGE, lang="zh-Hans"), WORK)
    assert len({key(), key(edition="2"), key(form="jpg"), key(other_page)}) == 4


def test_a_name_tells_whose_drawing_it_is() -> None:
    assert shared_number(key()) == 128
    assert shared_number("share/stray.png") is None


def test_a_seasons_drawing_belongs_to_no_entry() -> None:
    card = SeasonCard(PAGE, "One hand reaches the next", (("24", "artworks"),), (1, 2))
    later = replace(card, generations=(1, 3))
    names = {share_key(each, edition="1", form="jpg") for each in (card, later)}
    assert len(names) == 2
    assert {shared_number(each) for each in names} == {None}
