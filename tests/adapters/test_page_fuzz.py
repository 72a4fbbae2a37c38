"""A few seconds of the fuzzer; `python -m tests.fuzz` runs for as long as one likes."""

from __future__ import annotations

from tests.fuzz import DATA, TARGETS, load_pages, run_case

CASES = 50 * len(TARGETS)


def test_no_spoilt_page_link_text_or_answer_gets_through_unread() -> None:
    pages = load_pages(DATA / "pages")
    found = [run_case(number, pages) for number in range(CASES)]
    assert [each for each in found if each] == []
