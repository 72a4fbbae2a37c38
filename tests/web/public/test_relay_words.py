"""The relay's figures in words: each in the reader's language."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from relay.web.public.relay_words import ISOLATED, say_date

if TYPE_CHECKING:
    from flask import Flask

NOVEMBER = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("first", "month", "then", "other"),
    [
        ("he", "נוב׳", "zh-Hans", "11月"),
        ("zh-Hans", "11月", "he", "נוב׳"),
        ("he", "נוב׳", "en", "Nov"),
    ],
)
def test_a_month_is_named_in_the_readers_language_whoever_asked_before(
    app: Flask, first: str, month: str, then: str, other: str
) -> None:
    with app.test_request_context(f"/{first}/"):
        assert say_date(NOVEMBER, "MMM") == ISOLATED.format(month)
    with app.test_request_context(f"/{then}/"):
        assert say_date(NOVEMBER, "MMM") == ISOLATED.format(other)
