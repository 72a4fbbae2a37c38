from __future__ import annotations

import pytest

from relay.domain.password import PASSWORD_MAX, PASSWORD_MIN, find_password_fault


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("five quiet paper boats", None),
        ("五只安静的纸船儿", None),
        ("zürcher 8", None),
        ("x7$kqp2m", None),
        ("x7$kqp2", "too_short"),
        ("password", "common"),
        ("PassWord1", "common"),
        ("12345678", "common"),
        ("876543210", "common"),
        ("89012345", "common"),
        ("qwertyui", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("abcabcabc", "common"),
        ("abcdabcd", "common"),
        ("hijklmno", "common"),
        ("mei.lin@example.org", "own_name"),
        ("MEI.LIN.1", None),
        ("Mei.Lin@", None),
        ("tab\tin it all", "controls"),
        ("half \ud800 a sign", "controls"),
    ],
)
def test_what_is_wrong_with_a_password(password: str, fault: str | None) -> None:
    assert find_password_fault(password, email="mei.lin@example.org") == fault


def test_the_name_before_the_at_sign_alone_is_refused_too() -> None:
    assert find_password_fault("Mei.Lin.Wang", email="mei.lin.wang@a.org") == "own_name"
    assert find_password_fault("Mei.Lin.Wang") is None


def test_the_limits_are_where_they_are_said_to_be() -> None:
    long = ("quiet boats " * 100)[:PASSWORD_MAX]
    assert find_password_fault(long) is None
    assert find_password_fault(long + "x") == "too_long"
    assert find_password_fault("q7$kqp2mz"[:PASSWORD_MIN]) is None
    assert find_password_fault("q7$kqp2mz"[: PASSWORD_MIN - 1]) == "too_short"
