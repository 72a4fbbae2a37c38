from __future__ import annotations

import pytest

from relay.domain.scope import EVERYTHING, Scope, scope_of

ENTRY = {"country": "CN", "lang": "zh-Hans", "activity": "workshop"}


def test_an_empty_scope_covers_everything() -> None:
    assert EVERYTHING.covers(**ENTRY)
    assert scope_of(None) == scope_of({"countries": []}) == EVERYTHING


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        (Scope(countries=("CN", "IL")), True),
        (Scope(countries=("IL",)), False),
        (Scope(countries=("CN",), languages=("he",)), False),
        (Scope(activities=("workshop",)), True),
    ],
)
def test_every_part_that_is_given_must_hold(scope: Scope, *, covered: bool) -> None:
    assert scope.covers(**ENTRY) is covered


def test_what_cannot_be_read_is_no_limit() -> None:
    stored = {"countries": "CN", "languages": ["he", 7, ""], "more": ["x"]}
    assert scope_of(stored) == Scope(languages=("he",))
