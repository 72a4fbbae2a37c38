from __future__ import annotations

import pytest

from relay.domain.spreadsheet import safe_cell


@pytest.mark.parametrize(
    "hostile",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "\u00a0=1",
        "＝1",
        "|calc",
        "%0A=1",
    ],
)
def test_what_would_calculate_is_kept_a_text(hostile: str) -> None:
    assert safe_cell(hostile) == f"'{hostile}"


@pytest.mark.parametrize(
    ("value", "cell"),
    [("A boat", "A boat"), ("1 = 1", "1 = 1"), (-5, "-5"), (None, ""), ("月", "月")],
)
def test_everything_else_stays_as_it_is(value: object, cell: str) -> None:
    assert safe_cell(value) == cell
