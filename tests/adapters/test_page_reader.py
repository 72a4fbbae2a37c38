"""What the reader makes of whole pages, small ones written for these tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relay.adapters.page_reader import read_page
from relay.domain.page_text import DESCRIPTION_CHARS, TITLE_CHARS
from relay.domain.preview import PageFacts

PAGES = Path(__file__).parents[1] / "data" / "pages"
URL = "https://kuenste.example/werke/bruecke?utm_source=x"


def read(name: str, url: str = URL) -> PageFacts:
    return read_page((PAGES / f"{name}.html").read_bytes(), url)


def facts(markup: str, url: str = URL) -> PageFacts:
    return read_page(markup.encode(), url)


def test_open_graph_gives_every_fact_and_the_title_loses_the_site() -> None:
    assert read("museum_open_graph") == PageFacts(
        title="Die blaue Brücke",
        description="Acht Kinder aus Linz malen die Brücke zu ihrer Schule.",
        image="https://kuenste.example/bilder/bruecke.jpg?w=1200",
        image_alt="Eine blaue Brücke mit acht Figuren",
        author="Lena Huber",
        publisher="Haus der kleinen Künste",
        date="2026-03-04T09:30:00+01:00",
        lang="de-AT",
        url="https://kuenste.example/werke/bruecke",
        oembed="https://kuenste.example/oembed?id=7",
    )


def test_json_ld_is_read_through_references_and_a_comma_too_many() -> None:
    found = read("blog_json_ld", "https://thread.example/coat")
    assert found.title == "A coat for the winter"
    assert found.author == "Amara Okafor, Jun Sato"
    assert found.publisher == "The Thread Room"
    assert found.date == "2025-11-30T22:15:00-05:00"
    assert found.image == "https://cdn.example/coat.png"
    assert found.description == "Forty neighbours sewed one coat."


def test_a_page_without_metadata_is_read_as_a_person_reads_it() -> None:
    found = read("plain_visible", "https://werkstatt.example/haus/neues")
    assert found.title == "Neues"
    assert found.author == "Mira Vogel"
    assert found.date == "2024-03-12"
    assert found.image == "https://werkstatt.example/haus/haus.jpg"
    assert found.description is not None
    assert found.description.startswith("Ein Vogelhaus aus Treibholz")


def test_a_post_names_its_poster_and_the_sites_short_name() -> None:
    found = read("social_post", "https://lantern.example/p/1")
    assert found.author == "金 小雨"
    assert found.publisher == "Lantern"
    assert found.lang == "zh"


def test_microdata_in_arabic_with_its_own_digits() -> None:
    found = read("microdata_story", "https://noor.example/w/3")
    assert found.title == "شعاع من نور"
    assert found.author == "ليلى حداد"
    assert found.date == "2025-08-24"
    assert found.lang == "ar"
    assert found.image == "https://pics.example/noor.webp"


@pytest.mark.parametrize("cut", range(60, 1100, 97))
def test_a_cut_tail_never_fails_and_keeps_what_was_said_before(cut: int) -> None:
    body = (PAGES / "museum_open_graph.html").read_bytes()[:cut]
    found = read_page(body, URL)
    if b"og:description" in body:
        assert found.title == "Die blaue Brücke"


def test_a_page_that_says_nothing_gives_nothing_but_its_address() -> None:
    assert read_page(b"", "https://a.example/") == PageFacts(url="https://a.example/")


@pytest.mark.parametrize(
    ("declared", "title"),
    [
        ("Ein Netz aus Licht | Kulturhaus", "Ein Netz aus Licht"),
        ("Kulturhaus - Ein Netz aus Licht", "Ein Netz aus Licht"),
        ("Ein Netz aus Licht – kulturhaus.example", "Ein Netz aus Licht"),
        ("光之網：Kulturhaus", "光之網"),
        # Not the site's name, so it stays.
        ("Ein Netz aus Licht | Teil 2", "Ein Netz aus Licht | Teil 2"),
        ("Licht-Netz im Kulturhaus", "Licht-Netz im Kulturhaus"),
        ("Kulturhaus", "Kulturhaus"),
    ],
)
def test_a_site_is_trimmed_from_a_title_only_where_that_is_sure(
    declared: str, title: str
) -> None:
    markup = (
        f'<meta property="og:title" content="{declared}">'
        '<meta property="og:site_name" content="Kulturhaus">'
    )
    assert facts(markup, "https://www.kulturhaus.example/w/9").title == title


def test_a_front_page_keeps_the_name_of_its_site() -> None:
    markup = (
        '<meta property="og:site_name" content="Kulturhaus">'
        "<title>Kulturhaus - Programm</title>"
    )
    assert facts(markup, "https://k.example/").title == "Kulturhaus - Programm"


def test_the_visible_headline_wins_where_the_page_title_confirms_it() -> None:
    markup = (
        '<meta property="og:title" content="You will not believe this boat">'
        "<title>The paper boat of Nanjing | Harbour News</title>"
        "<h1>The paper boat<br>of Nanjing</h1>"
    )
    assert facts(markup).title == "The paper boat of Nanjing"


def test_a_heading_that_leads_home_is_never_the_title() -> None:
    markup = (
        "<title>Harbour News - A boat</title>"
        '<h1><a href="https://kuenste.example/">Harbour News</a></h1>'
    )
    assert facts(markup).title == "A boat"


def test_words_are_escaped_twice_tagged_spaced_and_turned_around_by_strangers() -> None:
    markup = (
        '<meta property="og:title" content="  Tom &amp;amp;  Aki&#8238;gpj.exe&#0; '
        '&lt;b&gt;paint&lt;/b&gt; ">'
    )
    assert facts(markup).title == "Tom & Akigpj.exe paint"


def test_long_words_are_cut_at_a_word_and_show_it() -> None:
    ink, sea = "ink " * 400, "sea " * 900
    markup = f'<title>{ink}</title><meta name="description" content="{sea}">'
    found = facts(markup)
    assert found.title is not None
    assert found.description is not None
    assert len(found.title) <= TITLE_CHARS
    assert len(found.description) <= DESCRIPTION_CHARS
    assert found.title.endswith("ink…")


def test_a_description_that_software_wrote_is_none() -> None:
    markup = (
        '<meta property="og:description" content="Visit the post for more.">'
        '<meta name="description" content="{{ entry.teaser }}">'
    )
    assert facts(markup).description is None


def test_two_descriptions_that_agree_outvote_the_third() -> None:
    markup = (
        '<meta property="og:description" content="Read more on our site today">'
        '<meta name="description" content="A kite over the wall.">'
        '<meta name="twitter:description" content="A kite over the wall.">'
    )
    assert facts(markup).description == "A kite over the wall."


@pytest.mark.parametrize(
    "source",
    ["data:image/png;base64,AAAA", "javascript:alert(1)", "file:///etc/passwd", "  "],
)
def test_a_picture_is_only_ever_an_address_of_the_web(source: str) -> None:
    assert facts(f'<meta property="og:image" content="{source}">').image is None


def test_a_picture_is_found_against_the_base_of_the_page() -> None:
    markup = (
        '<base href="https://cdn.example/a/"><meta property="og:image" content="b.jpg">'
    )
    assert facts(markup).image == "https://cdn.example/a/b.jpg"


def test_the_front_page_is_no_canonical_address_of_an_inner_one() -> None:
    markup = '<link rel="canonical" href="/">'
    assert facts(markup, "https://a.example/w/1").url == "https://a.example/w/1"


def test_people_come_before_the_company_and_addresses_are_no_names() -> None:
    markup = (
        '<meta property="og:site_name" content="Harbour News">'
        '<meta name="author" content="Harbour News">'
        '<meta property="article:author" content="https://social.example/harbour">'
        '<article><p class="byline">By <a rel="author">Sol Ndiaye</a> and '
        '<a rel="author">Kim Lee</a></p></article>'
        '<div class="related-posts"><span class="author">Someone Else</span></div>'
    )
    assert facts(markup).author == "Sol Ndiaye, Kim Lee"


def test_a_comments_day_is_not_the_works() -> None:
    markup = (
        '<div class="comment-list"><time datetime="2020-01-01">x</time></div>'
        '<article><time datetime="2024-05-06T07:08:09Z">May</time></article>'
    )
    assert facts(markup).date == "2024-05-06T07:08:09+00:00"


def test_a_published_day_comes_before_a_changed_one() -> None:
    markup = (
        '<meta property="article:modified_time" content="2026-01-01">'
        '<meta property="article:published_time" content="2025-01-01">'
    )
    assert facts(markup).date == "2025-01-01"


def test_broken_json_ld_still_tells_the_day_and_the_maker() -> None:
    markup = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "articleBody": "a '
        '"quoted" word", "datePublished": "2025-10-26T18:10:00+01:00", "author": '
        '{"@type": "Person", "name": "Ada Kos"}}</script>'
    )
    found = facts(markup)
    assert (found.date, found.author) == ("2025-10-26T18:10:00+01:00", "Ada Kos")


def test_the_address_dates_a_page_that_does_not_date_itself() -> None:
    assert facts("<p>x", "https://a.example/2019/jul/04/kite").date == "2019-07-04"


MARKUP = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "<title>",
                "</title>",
                "<h1>",
                '<meta property="og:title" content="',
                '<script type="application/ld+json">',
                '{"@type":"Article","author":[{"name":',
                '"@id":"#a"}',
                "</script>",
                '<time datetime="',
                '<a rel="author" class="byline">',
                '<link rel="canonical" href="//[',
                '<base href="http://[::1',
                '">',
                "&#x202e;",
                "99999999999999999999",
                "٣١ février 2021",
                '<html lang="',
                "By Ann 1.1.2020",
            ]
        ),
        st.text(max_size=12),
    ),
    max_size=40,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(body=st.binary(max_size=400), kind=st.one_of(st.none(), st.text(max_size=30)))
def test_no_bytes_and_no_header_make_it_raise(body: bytes, kind: str | None) -> None:
    assert isinstance(read_page(body, URL, content_type=kind), PageFacts)


@settings(max_examples=250, deadline=None)
@given(markup=MARKUP)
def test_no_markup_makes_it_raise_or_answer_without_bounds(markup: str) -> None:
    found = facts(markup)
    for text, limit in (
        (found.title, TITLE_CHARS),
        (found.description, DESCRIPTION_CHARS),
        (found.author, 2_100),
    ):
        assert text is None or 0 < len(text) <= limit
        assert text is None or "\u202e" not in text
    for address in (found.image, found.url, found.oembed):
        assert address is None or address.startswith(("http://", "https://"))


def test_a_description_that_was_cut_gives_way_to_the_same_text_whole() -> None:
    markup = (
        '<meta property="og:description" content="Forty faces drawn on a tr...">'
        '<meta name="description" content="Forty faces drawn on a tram.">'
    )
    assert facts(markup).description == "Forty faces drawn on a tram."
    still_cut = markup.replace("tram.", "tram by peo...")
    assert facts(still_cut).description == "Forty faces drawn on a tr…"


@pytest.mark.parametrize("gap", [" ", "%20"])
def test_a_srcset_where_one_address_belongs_gives_its_first(gap: str) -> None:
    listed = f"/a.jpg{gap}1200w, /b.jpg{gap}600w"
    markup = f'<meta property="og:image" content="{listed}">'
    assert facts(markup).image == "https://kuenste.example/a.jpg"


def test_what_only_a_script_knows_is_the_day_of_last_but_one_resort() -> None:
    markup = (
        '<p>Seen on 3 May 2011</p><script>var a={"publishedAt":"2023-04-05T06:00Z"}'
        "</script>"
    )
    assert facts(markup).date == "2023-04-05T06:00:00+00:00"
    assert facts("<p>Seen on 3 May 2011</p>").date == "2011-05-03"
    assert facts("<p>© 3 May 2011 Example</p>").date is None


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("<p>著者：山田花子</p>", "山田花子"),
        ("<p>著者：山田 花子</p>", "山田 花子"),
        ("<p>作者：李小明</p>", "李小明"),
        ("<p>מאת: דנה כהן</p>", "דנה כהן"),
        ("<p>بقلم: سامر الحلبي</p>", "سامر الحلبي"),
        ("<p>김민수 기자</p>", "김민수"),
        ("<p>Yazar: Ayşe Yılmaz</p>", "Ayşe Yılmaz"),
        ("<p>by Tom O'Brien</p>", "Tom O'Brien"),
        ("<p>Автор: Иван Петров Фото: Анна Белова</p>", "Иван Петров"),
        ("<p>Texte : Zoé de la Tour</p>", "Zoé de la Tour"),
        ("<p>Words: Ann Lee Photos by: Bo Ray</p>", "Ann Lee"),
        ("<p>Author: <b>Ann Lee</b> | 4 min</p>", "Ann Lee"),
        (
            "<div><div>2020-06-18 08:30:11 来源：城市晚报 作者：李小明</div></div>",
            "李小明",
        ),
    ],
)
def test_a_line_beside_the_headline_needs_no_class_to_name_the_maker(
    line: str, author: str
) -> None:
    story = "<p>They flew all day, and in the evening the wind went down.</p>"
    title = "Kites over the harbour"
    below = f"<title>{title}</title><div><h1>{title}</h1>{line}{story}</div>"
    assert facts(below).author == author
    wrapped = f"<title>{title}</title><header><h1>{title}</h1></header>{line}{story}"
    assert facts(wrapped).author == author


def test_a_label_just_above_the_headline_names_the_maker() -> None:
    markup = (
        "<title>Kites over us</title><p>Autorin: Lena Huber</p><h1>Kites over us</h1>"
    )
    assert facts(markup).author == "Lena Huber"


@pytest.mark.parametrize(
    "line",
    [
        "<p>By the sea they flew</p>",
        "<p>By Hand</p>",
        "<p>Text: large, small</p>",
        "<p>본지 기자</p>",
        "<p>Author: guides for schools</p>",
        "<p>A kite made by Ann Lee for her mother</p>",
        "<p>They flew.</p><p>by Ann Lee</p>",
        "<aside><p>Author: Someone Else</p></aside>",
        "<script>Author: Someone Else</script>",
        f"<p>{'They flew. ' * 20} Author: Ann Lee</p>",
    ],
)
def test_a_line_beside_the_headline_that_is_no_byline_names_nobody(line: str) -> None:
    title = "Kites over the harbour"
    markup = f"<title>{title}</title><h1>{title}</h1>{line}<p>And so on.</p>"
    assert facts(markup).author is None


def test_a_byline_is_sought_no_further_than_a_few_blocks_below() -> None:
    title = "Kites over the harbour"
    head, line = f"<title>{title}</title><h1>{title}</h1>", "<p>Author: Ann Lee</p>"
    assert facts(head + "<div></div>" * 5 + line).author == "Ann Lee"
    assert facts(head + "<div><p></p><p></p></div>" * 30 + line).author is None
