"""Which encoding a reader gets, as RFC 9110 would have it."""

from __future__ import annotations

import pytest

from relay.web.encodings import choose_encoding


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=0.8, br;q=0.5", "gzip"),
        ("gzip;q=0.001", "gzip"),
        ("GZIP", "gzip"),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("*;q=0.5, gzip", "gzip"),
        ("identity;q=0.5, br", "br"),
    ],
)
def test_a_reader_gets_what_it_likes_best(header: str, encoding: str) -> None:
    assert choose_encoding(header) == encoding


@pytest.mark.parametrize(
    "header",
    [
        *("", "br;q=0", "br; q=0", "br;q=0.0, gzip;q=0", "*;q=0", "identity", "zstd"),
        *("identity, br;q=0.5", "br;q=nonsense", ";;,=", f"br{' ' * 300}"),
    ],
)
def test_a_reader_is_sent_no_encoding_that_it_has_not_asked_for(header: str) -> None:
    assert choose_encoding(header) == "identity"
