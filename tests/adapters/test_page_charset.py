"""Pages in the alphabets that the web was written in before UTF-8."""

from __future__ import annotations

import pytest

from relay.adapters.page_charset import codec, decode

SENTENCES = {
    "gb18030": "南京的孩子们画了一幅关于和平的画，老师说这是最美的作品。",
    "big5": "南京的孩子們畫了一幅關於和平的畫，老師說這是最美的作品。",
    "shift_jis": "子どもたちが平和の絵を描きました。先生はいちばん美しいと言います。",
    "euc-jp": "子どもたちが平和の絵を描きました。先生はいちばん美しいと言います。",
    "iso-2022-jp": "長崎の子どもたちが平和の絵を描きました。",
    "euc-kr": "서울의 아이들이 평화에 대한 그림을 그렸습니다.",
    "windows-1251": "Дети Нижнего нарисовали картину о мире, и учитель рад.",
    "koi8-r": "Дети Нижнего Новгорода нарисовали картину о мире, и учитель рад.",
    "iso-8859-2": "Zażółć gęślą jaźń: dzieci z Łodzi namalowały obraz o pokoju.",
    "windows-1252": "Les élèves ont peint un tableau – « la paix » – à l’été.",
    "windows-1253": "Τα παιδιά της Θεσσαλονίκης ζωγράφισαν έναν πίνακα για την ειρήνη.",
    "windows-1254": "İstanbullu çocuklar barış üzerine bir resim yaptı; en güzel işi.",
    "windows-1255": "הילדים של חיפה ציירו תמונה על שלום, והמורה אומרת שזה יפה.",
    "windows-1256": "رسم أطفال القاهرة لوحة عن السلام، وتقول المعلمة إنها أجمل عمل.",
    "windows-874": "เด็กในกรุงเทพวาดภาพเกี่ยวกับสันติภาพ ครูบอกว่าสวยที่สุด",
}
PYTHON_NAMES = {"windows-874": "cp874"}


def page(label: str, *, meta: str = "") -> tuple[bytes, str]:
    text = SENTENCES[label]
    markup = f"<html><head>{meta}<title>{text}</title></head><body><p>{text}"
    return markup.encode(PYTHON_NAMES.get(label, label)), text


@pytest.mark.parametrize("label", SENTENCES)
def test_http_names_the_alphabet(label: str) -> None:
    body, text = page(label)
    assert text in decode(body, content_type=f'text/html; Charset="{label.upper()}"')


@pytest.mark.parametrize("label", SENTENCES)
@pytest.mark.parametrize(
    "meta",
    [
        '<meta charset="{}">',
        "<META HTTP-EQUIV=Content-Type content='text/html; charset={}'>",
    ],
)
def test_the_page_names_its_own_alphabet(label: str, meta: str) -> None:
    body, text = page(label, meta=meta.format(label))
    assert text in decode(body, content_type="text/html")


@pytest.mark.parametrize(
    "label", sorted(set(SENTENCES) - {"iso-8859-2", "windows-1254"})
)
def test_an_alphabet_that_nobody_names_is_detected(label: str) -> None:
    body, text = page(label)
    assert text in decode(body, content_type=None)


@pytest.mark.parametrize(
    ("label", "language"),
    [
        ("iso-8859-2", "pl"),
        ("windows-1254", "tr-TR"),
        ("koi8-r", "ru"),
        ("euc-jp", "ja"),
    ],
)
def test_the_language_of_a_page_helps_to_detect_its_alphabet(
    label: str, language: str
) -> None:
    body, text = page(label)
    body = body.replace(b"<html>", f'<html dir=ltr lang="{language}">'.encode())
    assert text in decode(body, content_type=None)


@pytest.mark.parametrize("label", SENTENCES)
def test_a_label_that_its_bytes_disprove_is_passed_over(label: str) -> None:
    body, text = page(label, meta=f'<meta charset="{label}">')
    assert text in decode(body, content_type="text/html; charset=utf-8")


@pytest.mark.parametrize("label", SENTENCES)
def test_a_servers_western_default_gives_way_to_the_page(label: str) -> None:
    body, text = page(label, meta=f'<meta charset="{label}">')
    assert text in decode(body, content_type="text/html; charset=ISO-8859-1")


@pytest.mark.parametrize(
    ("label", "language"),
    [
        ("gb18030", "zh-CN"),
        ("shift_jis", "ja"),
        ("euc-kr", "ko"),
        ("windows-1251", "ru"),
        ("koi8-r", "ru"),
        ("windows-1255", "he"),
        ("windows-874", "th"),
    ],
)
def test_a_western_label_gives_way_to_the_language_of_the_page(
    label: str, language: str
) -> None:
    body, text = page(label)
    body = body.replace(b"<html>", f'<html lang="{language}">'.encode())
    assert text in decode(body, content_type="text/html; charset=iso-8859-1")


def test_a_western_page_of_no_listed_language_keeps_its_label() -> None:
    body, text = page("windows-1252")
    for language in (b"fr", b"xx"):
        labelled = body.replace(b"<html>", b"<html lang=" + language + b">")
        read = decode(labelled, content_type="text/html; charset=iso-8859-1")
        assert text in read


@pytest.mark.parametrize("label", ["utf-8", "gb18030", "shift_jis", "euc-kr", "big5"])
def test_a_character_cut_in_the_middle_at_the_end_is_dropped(label: str) -> None:
    text = "南京" if label != "shift_jis" else "長崎"
    text = "서울" if label == "euc-kr" else text
    body = f"<title>{text * 9}".encode(label)[:-1]
    read = decode(body, content_type=f"text/html; charset={label}")
    assert read == f"<title>{text * 8}{text[0]}"


@pytest.mark.parametrize("lie", ["iso-8859-1", "windows-1251", "gbk", "no-such-label"])
def test_utf_8_is_recognised_under_any_label(lie: str) -> None:
    body = "<title>Žluťoučký kůň 和平".encode()
    assert "Žluťoučký kůň 和平" in decode(
        body, content_type=f"text/html; charset={lie}"
    )


@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_believed_before_http(name: str) -> None:
    body = "<title>Brücke 橋".encode(name)
    read = decode(body, content_type="text/html; charset=iso-8859-1")
    assert read == "<title>Brücke 橋"


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_two_bytes_a_character_are_seen_without_a_mark(name: str) -> None:
    body = f"<html><head><title>Brücke{' ' * 60}".encode(name)
    assert "<title>Brücke" in decode(body, content_type=None)


def test_one_broken_character_does_not_cost_a_page_its_alphabet() -> None:
    body = ("和平的画" * 60).encode("gb2312") + b"\xff" + "和平".encode("gb2312")
    assert "和平的画和平的画" in decode(body, content_type="text/html; charset=gb2312")
    mostly = ("和平的画" * 60).encode() + b"\xff" + "和平".encode()
    assert "和平的画和平的画" in decode(mostly, content_type=None)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("latin1", "cp1252"),
        ("US-ASCII", "cp1252"),
        ("gb2312", "gb18030"),
        ("x-sjis", "cp932"),
        ("ks_c_5601-1987", "cp949"),
        ("iso-8859-9", "cp1254"),
        ("tis-620", "cp874"),
        ("iso-8859-8-i", "iso8859-8"),
    ],
)
def test_labels_mean_what_browsers_mean_by_them(label: str, name: str) -> None:
    assert codec(f" {label} ") == name


@pytest.mark.parametrize("label", ["utf-7", "idna", "rot13", "unicode_escape", "", "x"])
def test_what_is_no_alphabet_of_the_web_is_refused(label: str) -> None:
    assert codec(label) is None
