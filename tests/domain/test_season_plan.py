from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from relay.domain.errors import Invalid
from relay.domain.season import SymbolKind
from relay.domain.season_plan import (
    LINK_MAX,
    TITLE_MAX,
    WORDS,
    Partner,
    SeasonPlan,
    SymbolFile,
    check_plan,
    clean_plan,
    differences,
    from_plain,
    is_web_link,
    stamp,
    to_plain,
)

PLAN = SeasonPlan(
    slug="next",
    number=4,
    titles={"en": "Hands"},
    symbol_kind=SymbolKind.ANTIQUE,
    origin_city=1799962,
    opens_at=datetime(2026, 6, 21, 1, tzinfo=UTC),
    time_zone="Asia/Shanghai",
    symbol_files=(SymbolFile("ab/cd.webp", "webp", 1280, 900),),
    symbol_alts={"en": "A brick with a name"},
    partners=(Partner("A museum", "https://example.org/"),),
)


def faults_of(plan: SeasonPlan) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        check_plan(plan)
    return [(each.field, each.code) for each in caught.value.fields]


def test_a_plan_goes_through_json_unchanged() -> None:
    plain = json.loads(json.dumps(to_plain(PLAN)))
    assert from_plain(plain) == PLAN
    assert stamp(from_plain(plain)) == stamp(PLAN)
    closing = replace(PLAN, closes_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert from_plain(to_plain(closing)) == closing
    assert stamp(closing) != stamp(PLAN)
    assert differences(PLAN, closing) == ("closes_at",)


def test_cleaning_drops_what_says_nothing() -> None:
    clean = clean_plan(
        replace(
            PLAN,
            slug=" next ",
            titles={"en": "  Hands\n", "he": " \u200b "},
            rules={"en": "One.\r\n\r\n\r\nTwo.  "},
            hashtags=("LeaveNoOne", "#LeaveNoOne", "  ", "＃爱"),
            partners=(Partner(" A "), Partner("", " ")),
        )
    )
    assert clean.slug == "next"
    assert clean.titles == {"en": "Hands"}
    assert clean.rules == {"en": "One.\n\nTwo."}
    assert clean.hashtags == ("#LeaveNoOne", "#爱")
    assert clean.partners == (Partner("A"),)
    check_plan(clean)


@pytest.mark.parametrize("slug", ["", "Next", "a b", "-a", "a--b", "a" * 65, "é"])
def test_an_address_is_made_of_small_letters_and_digits(slug: str) -> None:
    assert faults_of(replace(PLAN, slug=slug))[0][0] == "slug"


def test_the_address_of_the_desks_own_form_is_reserved() -> None:
    assert faults_of(replace(PLAN, slug="new")) == [("slug", "reserved")]
    check_plan(replace(PLAN, slug="new-hands"))


def test_a_season_needs_a_title_in_some_language() -> None:
    check_plan(replace(PLAN, titles={"he": "ידיים"}))
    assert faults_of(replace(PLAN, titles={})) == [("titles-en", "missing")]


def test_a_picture_needs_words_in_some_language() -> None:
    wrong = replace(PLAN, symbol_alts={})
    assert faults_of(wrong) == [("symbol_alts-en", "missing")]
    check_plan(replace(wrong, symbol_files=()))


def test_words_have_bounds_in_each_language() -> None:
    check_plan(replace(PLAN, titles={"en": "a" * TITLE_MAX}))
    for name, (most, _) in WORDS.items():
        words: dict[str, Any] = {name: {**getattr(PLAN, name), "he": "a" * (most + 1)}}
        assert faults_of(replace(PLAN, **words)) == [(f"{name}-he", "too_long")]


def test_it_closes_after_it_opens_or_never() -> None:
    assert faults_of(replace(PLAN, closes_at=PLAN.opens_at)) == [
        ("closes", "before_opening")
    ]


def test_numbers_hashtags_and_partners_have_bounds() -> None:
    wrong = replace(
        PLAN,
        number=0,
        hashtags=("#a-b",),
        partners=(Partner("", "https://example.org"), Partner("B", "javascript:1")),
    )
    assert faults_of(wrong) == [
        ("number", "out_of_bounds"),
        ("hashtags", "not_a_hashtag"),
        ("partner-name-1", "missing"),
        ("partner-link-2", "not_a_link"),
    ]
    assert faults_of(replace(PLAN, hashtags=tuple(f"#t{n}" for n in range(13))))


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org",
        "http://example.org:8080/a?b#c",
        "https://例え.jp/é",
        "https://example.org/" + "a" * (LINK_MAX - 20),
    ],
)
def test_web_links_may_be_followed(link: str) -> None:
    assert is_web_link(link)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        " https://example.org",
        "JAVASCRIPT://example.org/%0aalert(1)",
        "data:text/html,hi",
        "//example.org",
        "example.org",
        "https://",
        "https://user:secret@example.org",
        "https://example.org:99999",
        "https://example.org\\@evil.example",
        "https://exa mple.org",
        'https://"onmouseover=alert(1)//',
        "https://[::1",
        "https://example.org/\u202egpj",
        "https://example.org/" + "a" * (LINK_MAX - 19),
    ],
)
def test_other_links_may_not(link: str) -> None:
    assert not is_web_link(link)
