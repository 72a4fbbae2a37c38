"""What an entry must hold before it may be sent in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relay.domain.entry import (
    ALT_MAX,
    TITLE_MAX,
    AltBy,
    EntryWords,
    check_words,
    clean_words,
)
from relay.domain.errors import FieldError, Invalid

WHOLE = EntryWords(title="Spring", alt="A tree", name="Lin Yue", consent=True)


def faults_of(words: EntryWords) -> set[FieldError]:
    with pytest.raises(Invalid) as caught:
        check_words(words)
    return set(caught.value.fields)


def test_a_whole_entry_is_accepted() -> None:
    check_words(WHOLE)


def test_every_missing_field_is_named_at_once() -> None:
    assert {fault.field for fault in faults_of(EntryWords())} == {
        "title",
        "alt",
        "name",
        "consent",
    }


@pytest.mark.parametrize("way", [AltBy.POST, AltBy.VOLUNTEER])
def test_whoever_cannot_describe_the_picture_may_ask_for_help(way: AltBy) -> None:
    check_words(replace(WHOLE, alt="", alt_by=way))


def test_limits_hold_at_the_edge_and_break_one_past_it() -> None:
    check_words(replace(WHOLE, title="x" * TITLE_MAX, alt="y" * ALT_MAX))
    assert faults_of(replace(WHOLE, title="x" * (TITLE_MAX + 1))) == {
        FieldError("title", "too_long")
    }
    assert faults_of(replace(WHOLE, alt="y" * (ALT_MAX + 1))) == {
        FieldError("alt", "too_long")
    }


def test_a_child_needs_a_guardian() -> None:
    child = replace(WHOLE, by_child=True)
    assert faults_of(child) == {FieldError("guardian_consent", "missing")}
    check_words(replace(child, guardian_consent=True))


@pytest.mark.parametrize(
    "address",
    [
        "lin",
        "lin@",
        "@x.org",
        "a b@x.org",
        "a@b",
        "jürgen@x.org",
        ".a@x.org",
        "a.@x.org",
        "a..b@x.org",
        "a,b@x.org",
        "(a)b@x.org",
        '"a b"@x.org',
        "<a@x.org>",
        "a@b@x.org",
        "=?utf-8?q?a?=@x.org",
        "x" * 65 + "@x.org",
        "a@x..org",
        "a@.x.org",
        "a@x.org.",
        "a@-x.org",
        "a@x_y.org",
        "a@x,y.org",
        "a@" + "x" * 64 + ".org",
        "a@127.0.0.1",
        "a@[127.0.0.1]",
        "a@straße.example",
        "a@" + "ü" * 60 + ".org",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    assert faults_of(replace(WHOLE, email=address)) == {
        FieldError("email", "not_an_address")
    }


@pytest.mark.parametrize(
    "address",
    [
        "lin@example.org",
        "a.b+c_d-e!#$%&'*/?=^`{|}~@x-y.example.org",
        "x" * 64 + "@x.org",
        "lin@bücher.example",
        "lin@BÜCHER.example",
        "lin@例子.中国",
        "lin@xn--bcher-kva.example",
        "lin@163.com",
    ],
)
def test_an_address_that_can_be_written_to_is_taken(address: str) -> None:
    check_words(replace(WHOLE, email=address))


def test_spaces_and_turning_characters_are_cleaned_away() -> None:
    words = clean_words(
        replace(WHOLE, title=" A\u202e  b\x00 ", alt=" one \r\n\n\n\n two ", name="\t")
    )
    assert (words.title, words.alt, words.name) == ("A b", "one\n\ntwo", "")


@pytest.mark.parametrize("field", ["title", "name", "alt"])
@pytest.mark.parametrize("nothing", ["\u200d", "\u3164", "\u2800 \u1160", "\u00ad"])
def test_words_that_nobody_can_see_are_missing(field: str, nothing: str) -> None:
    words = clean_words(replace(WHOLE, **{field: nothing}))  # type: ignore[arg-type]  # all three are text
    assert faults_of(words) == {FieldError(field, "missing")}


def test_a_title_may_be_an_emoji() -> None:
    check_words(
        clean_words(replace(WHOLE, title="👩\u200d👩\u200d👧\u200d👦", name="❤\ufe0f"))
    )
