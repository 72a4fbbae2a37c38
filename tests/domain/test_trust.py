from __future__ import annotations

import pytest

from relay.domain.errors import Invalid
from relay.domain.trust import LINK, PATTERN_MAX, Rule, RuleBook, RuleKind, read_pattern

LINKED = "https://www.museum.example/works/7"


def book(*rules: tuple[RuleKind, str]) -> RuleBook:
    return RuleBook(
        Rule(at, kind, read_pattern(kind, typed))
        for at, (kind, typed) in enumerate(rules)
    )


@pytest.mark.parametrize("typed", ["museum.example", "https://Museum.example/about"])
@pytest.mark.parametrize("host", ["museum.example", "www.museum.example"])
def test_a_domain_and_all_below_it_are_let_through(typed: str, host: str) -> None:
    verdict = book((RuleKind.ALLOW_DOMAIN, typed)).judge(
        {"title": "A boat"}, canonical=f"https://{host}/a"
    )
    assert verdict.lets_through


@pytest.mark.parametrize(
    "link",
    [
        "https://evilmuseum.example/a",
        "https://museum.example.evil.test/a",
        "https://evil.test/museum.example",
        "https://museum.example@evil.test/",
        "",
    ],
)
def test_a_domain_that_only_looks_alike_is_not(link: str) -> None:
    verdict = book((RuleKind.ALLOW_DOMAIN, "museum.example")).judge({}, canonical=link)
    assert not verdict.lets_through


def test_an_account_is_its_page_and_what_lies_below_it() -> None:
    rules = book((RuleKind.ALLOW_ACCOUNT, "https://social.example/louvre"))
    assert rules.judge({}, canonical="https://social.example/louvre/7").lets_through
    assert rules.judge({}, canonical="https://social.example/louvre").lets_through
    assert not rules.judge(
        {}, canonical="https://social.example/louvre-fan/7"
    ).lets_through


def test_a_held_word_wins_over_a_domain_that_is_let_through() -> None:
    rules = book(
        (RuleKind.ALLOW_DOMAIN, "museum.example"), (RuleKind.BLOCK_WORD, "casino")
    )
    verdict = rules.judge({"title": "Casino", "alt": "No casino"}, canonical=LINKED)
    assert not verdict.lets_through
    assert verdict.allowed_by is not None
    assert [(hit.place, hit.found) for hit in verdict.hits] == [
        ("title", "Casino"),
        ("alt", "casino"),
    ]


def test_a_link_and_a_domain_are_held_whatever_their_scheme() -> None:
    rules = book(
        (RuleKind.BLOCK_LINK, "https://bad.test/spam?utm_source=x"),
        (RuleKind.BLOCK_DOMAIN, "worse.test"),
    )
    (hit,) = rules.judge({}, canonical="http://bad.test/spam").hits
    assert (hit.place, hit.rule.id) == (LINK, 0)
    assert rules.judge({}, canonical="https://a.worse.test/x").hits
    assert not rules.judge({}, canonical="https://bad.test/other").hits


def test_a_post_is_held_whatever_token_its_link_was_shared_with() -> None:
    post = "https://www.xiaohongshu.com/explore/64aabbccddeeff0011223344"
    rules = book((RuleKind.BLOCK_LINK, f"{post}?xsec_token=ABcd="))
    assert rules.judge({}, canonical=post).hits


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        (RuleKind.BLOCK_WORD, " ", "missing"),
        (RuleKind.BLOCK_WORD, "!?", "no_letters"),
        (RuleKind.BLOCK_WORD, "a" * (PATTERN_MAX + 1), "too_long"),
        (RuleKind.ALLOW_DOMAIN, "localhost", "not_a_domain"),
        (RuleKind.ALLOW_DOMAIN, "com", "not_a_domain"),
        (RuleKind.ALLOW_DOMAIN, "192.0.2.1", "not_a_domain"),
        (RuleKind.ALLOW_DOMAIN, "not a domain", "not_a_domain"),
        (RuleKind.BLOCK_LINK, "javascript://x", "not_a_link"),
        (RuleKind.ALLOW_ACCOUNT, "https://social.example/", "no_account"),
    ],
)
def test_a_pattern_that_means_nothing_is_refused(
    kind: RuleKind, typed: str, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        read_pattern(kind, typed)
    assert [each.code for each in caught.value.fields] == [code]
