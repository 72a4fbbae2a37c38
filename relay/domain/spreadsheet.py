"""Cells of spreadsheets: what strangers wrote must not be taken for a formula."""

from __future__ import annotations

# What makes spreadsheet programs calculate, also behind white space (OWASP, CSV
# Injection); the full-width forms are taken for the same in Japanese ones.
_BEGINS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "|", "%")


def safe_cell(value: object) -> str:
    """Return a value as a cell holds it; an apostrophe keeps a formula a text."""
    text = "" if value is None else str(value)
    # A number of ours calculates nothing.
    if isinstance(value, int | float):
        return text
    return (
        f"'{text}" if text.lstrip(" \u00a0\u3000\ufeff").startswith(_BEGINS) else text
    )
