"""Dates as pages write them."""

from __future__ import annotations

import pytest

from relay.domain.page_dates import as_the_site_counts, read_date

FORMS = [
    ("2020-06-29T00:16:15+03:00", None, "2020-06-29T00:16:15+03:00"),
    ("2020-09-29T00:30:00PDT", None, "2020-09-29T00:30:00-07:00"),
    ("20200414T00:38:07Z", None, "2020-04-14T00:38:07+00:00"),
    ("2020-12-03 18:47", None, "2020-12-03T18:47:00"),
    ("2021-07-01T10:00:00.123+0530", None, "2021-07-01T10:00:00+05:30"),
    ("Sun, 28 Jun 2020 21:16:15 GMT", None, "2020-06-28T21:16:15+00:00"),
    ("1593378975", None, "2020-06-28T21:16:15+00:00"),
    ("1593378975000", None, "2020-06-28T21:16:15+00:00"),
    ("2020年4月15日", "ja", "2020-04-15"),
    ("2020년 3월 17일", "ko", "2020-03-17"),
    ("2020/10/04", None, "2020-10-04"),
    ("Dec 15, 2016, 1:55pm EST", "en", "2016-12-15"),
    ("Posted on April 27th, 2020", "en", "2020-04-27"),
    ("11. August 2015", "de", "2015-08-11"),
    ("le 1er février 2021", "fr", "2021-02-01"),
    ("12 de junio de 2017", "es", "2017-06-12"),
    ("17 марта 2020", "ru", "2020-03-17"),
    ("4 Μαΐου 2020", "el", "2020-05-04"),
    ("٢٤ أغسطس ٢٠٢٠", "ar", "2020-08-24"),
    ("2020. március 17.", "hu", "2020-03-17"),
    ("5 września 2019", "pl", "2019-09-05"),
    ("15 มกราคม 2563", "th", "2020-01-15"),
    ("10/11/2022 08:00 AM", "en-US", "2022-10-11"),
    ("10/11/2022", "fr", "2022-11-10"),
    ("25/11/2022", "en", "2022-11-25"),
    ("23.09.20 | 18:19", "de", "2020-09-23"),
    ("令和2年11月3日", "ja", "2020-11-03"),
    ("۴ فروردین ۱۴۰۰", "fa", "2021-03-24"),
    ("18 באוגוסט 2022", "he", "2022-08-18"),
    ("פורסם ב-05.02.2021", "he", "2021-02-05"),
    ("8 tháng 3, 2021", "vi", "2021-03-08"),
    ("2016-04-05T10:00:00-50:00", None, "2016-04-05T10:00:00"),
]


@pytest.mark.parametrize(("text", "language", "iso"), FORMS)
def test_a_date_is_read_in_its_own_form(
    text: str, language: str | None, iso: str
) -> None:
    assert read_date(text, language=language) == iso


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "yesterday",
        "30.02.2020",
        "1 January 0001",
        "2020-13-45",
        "mardi 17 mars",
    ],
)
def test_what_is_no_date_gives_none(text: str | None) -> None:
    assert read_date(text) is None


def test_one_month_name_means_two_months_in_two_languages() -> None:
    assert read_date("3 listopada 2021", language="pl") == "2021-11-03"
    assert read_date("3. listopada 2021", language="hr") == "2021-10-03"


@pytest.mark.parametrize(("year", "known"), [(1989, False), (1990, True), (2100, True)])
def test_only_years_that_had_pages_are_believed(year: int, *, known: bool) -> None:
    assert (read_date(f"{year}-05-05") is not None) is known


@pytest.mark.parametrize(
    ("moment", "address_day", "shown"),
    [
        ("2020-02-18T02:18:11+00:00", "2020-02-17", "2020-02-17"),
        ("2020-05-04T04:25:13+07:00", "2020-05-04", "2020-05-04"),
        ("2020-02-18T02:18:11+00:00", "2020-02-18", "2020-02-18T02:18:11+00:00"),
        ("2020-02-18T02:18:11+00:00", "2019-02-17", "2020-02-18T02:18:11+00:00"),
        ("2020-02-18T02:18:11", "2020-02-17", "2020-02-18T02:18:11"),
        ("2020-02-18T02:18:11+00:00", None, "2020-02-18T02:18:11+00:00"),
        ("2020-02-18", "2020-02-17", "2020-02-18"),
    ],
)
def test_the_day_in_an_address_wins_over_the_day_beside_it(
    moment: str, address_day: str | None, shown: str
) -> None:
    assert as_the_site_counts(moment, address_day) == shown
