from __future__ import annotations

from dataclasses import dataclass

import pytest

from relay.domain.scope import Scope, is_in_scope, read_scope


@dataclass
class Sent:
    country: str = "CN"
    lang: str = "zh-Hans"
    activity: str = "workshop"


def test_an_empty_scope_covers_everything() -> None:
    assert is_in_scope(Sent(), Scope())
    assert read_scope(None) == read_scope({"countries": []}) == Scope()
    assert Scope().is_open


@pytest.mark.parametrize(
    ("stored", "covered"),
    [
        ({"countries": ["CN", "IL"]}, True),
        ({"countries": ["IL"]}, False),
        ({"countries": ["CN"], "languages": ["he"]}, False),
        ({"languages": ["zh"]}, True),
        ({"languages": ["zh-Hant", "z"]}, False),
        ({"activities": ["workshop"]}, True),
    ],
)
def test_every_part_that_is_given_must_hold(
    stored: dict[str, list[str]], *, covered: bool
) -> None:
    assert is_in_scope(Sent(), read_scope(stored)) is covered
