from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.domain.baton import ALPHABET, BODY_LENGTH, baton_code, show_code
from relay.domain.baton_in_text import MOST_CODES, Mentions, find_batons

SITE = "https://relay.example.org"
CODE = baton_code([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5])
OTHER = baton_code([2, 7, 1, 8, 2, 8, 1, 8, 2, 8, 4])


def codes(text: str) -> tuple[str, ...]:
    return find_batons(text, SITE).codes


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        f"My turn! Baton {show_code(CODE)} #relay",
        show_code(CODE).lower(),
        show_code(CODE).replace("-", " "),
        show_code(CODE).replace("-", "–"),
        f"接力棒{CODE}。请接力",
        f"שרביט {show_code(CODE)}.",
        f"take it: {SITE}/b/{CODE}",
        f"relay.example.org/b/{CODE.lower()}?utm_source=x",
        f"https://l.example.com/?u=https%3A%2F%2Frelay.example.org%2Fb%2F{CODE}&h=1",
        "".join(chr(ord(each) + 0xFEE0) for each in CODE),
        f"{CODE[:5]}\u200b{CODE[5:]}",
        f"SEEN THEM THAT {show_code(CODE).replace('-', ' ')} EVER",
    ],
)
def test_a_code_is_found_however_it_is_written(text: str) -> None:
    assert CODE in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Boats of paper on a dark river",
        f"x{CODE}",
        f"{CODE}9",
        CODE[:-1] + ("2" if CODE[-1] != "2" else "3"),
        CODE[:-1],
        f"{CODE[:4]}-{CODE[4:8]} {CODE[8:]}",
        f"{CODE[:6]}-{CODE[6:]}",
        CODE.replace(CODE[0], "0", 1),
    ],
)
def test_what_is_no_code_is_not_guessed_at(text: str) -> None:
    assert codes(text) == ()


def test_a_link_to_our_site_comes_before_other_codes() -> None:
    assert codes(f"{show_code(OTHER)} and {SITE}/b/{CODE}") == (CODE, OTHER)
    elsewhere = f"{OTHER} and https://evil-relay.example.org.evil/b/{CODE}"
    assert codes(elsewhere) == (OTHER, CODE)


@pytest.mark.parametrize(
    ("text", "nos"),
    [
        (f"{SITE}/en/w/128", (128,)),
        (f"see {SITE}/zh-Hans/w/7?x=1 and {SITE}/w/9.", (7, 9)),
        ("RELAY.example.org/he/w/5", (5,)),
        ("https://other.example/en/w/128", ()),
        ("https://not-relay.example.org/en/w/128", ()),
        (f"{SITE}.evil.example/en/w/128", ()),
        (f"{SITE}/en/w/99999999999", ()),
        (f"{SITE}/en/w/0", ()),
        (f"{SITE}/en/wall/1", ()),
    ],
)
def test_links_to_our_entries_are_found_and_no_others(
    text: str, nos: tuple[int, ...]
) -> None:
    assert find_batons(text, SITE).nos == nos


def test_with_a_port_the_address_is_whole() -> None:
    assert find_batons("127.0.0.1:8000/en/w/3", "http://127.0.0.1:8000").nos == (3,)
    assert find_batons("127.0.0.1:80001/en/w/3", "http://127.0.0.1:8000").nos == ()


picks = st.lists(
    st.integers(0, len(ALPHABET) - 1), min_size=BODY_LENGTH, max_size=BODY_LENGTH
)


@given(picks, st.text(max_size=30), st.text(max_size=30))
def test_a_code_that_stands_alone_is_found_in_any_text(
    body: list[int], before: str, after: str
) -> None:
    code = baton_code(body)
    found = find_batons(f"{before}\n{show_code(code)}\n{after}", SITE).codes
    assert code in found


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(find_batons(text, SITE), Mentions)


def test_a_text_full_of_codes_is_bounded_in_answer_and_time() -> None:
    many = [baton_code([at // 29 % 29, at % 29, *[1] * 9]) for at in range(800)]
    begun = time.process_time()
    assert len(codes(" ".join(many))) == MOST_CODES
    for evil in ("ABCD-" * 40_000, "A" * 200_000, "%41" * 60_000, "http://" * 30_000):
        find_batons(evil, SITE)
    assert time.process_time() - begun < 3
