"""Where a title ends and the site begins."""

from __future__ import annotations

import pytest

from relay.domain.page_title import endings, openings, site_beside, without_site


@pytest.mark.parametrize(
    ("title", "own"),
    [
        ("Kite | Harbour News", "Kite"),
        ("Kite - Harbour News - Harbour News", "Kite"),
        ("HARBOUR NEWS: Kite", "Kite"),
        ("Kite » Harbour News", "Kite"),
        ("Kite-Harbour News", "Kite-Harbour News"),
        ("Harbour News | Harbour News", "Harbour News | Harbour News"),
        ("Kite | Harbour News Weekly", "Kite | Harbour News Weekly"),
    ],
)
def test_only_the_sites_whole_name_is_taken_off(title: str, own: str) -> None:
    assert without_site(title, ["Harbour News"]) == own


def test_a_plain_colon_ends_a_section_but_does_not_end_a_headline() -> None:
    assert "kite" in endings("News: Kite")
    assert "kite" not in openings("Kite: the long way home")
    assert "kite" in openings("Kite | the long way home")


def test_what_stands_beside_a_title_is_the_site() -> None:
    assert site_beside("Kite", "Kite – Harbour News") == "Harbour News"
    assert site_beside("Kite", "Harbour News | Kite") == "Harbour News"
    assert site_beside("Kite", "Kite and string – Harbour News") is None
