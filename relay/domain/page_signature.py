"""A maker's name in a line beside the headline, told by its label or standing alone."""

from __future__ import annotations

import re

from relay.domain.page_names import clean_byline

_MOST_CHARS = 160
# "Author" and "by", as pages write them before a colon.
_LABELS = (
    r"authors?|(?:written |posted |story |words |text )?by|writer|words|text|"
    r"autor(?:in|en|a|as|es|i|zy|ka)?|verfasser(?:in)?|(?:verfasst |text )?von|"
    r"auteure?s?|autrices?|texte|(?:écrit |texte )?par|"
    r"(?:escrito |texto )?por|texto|autore|(?:testo |scritto )?di|testo|"
    r"auteur|(?:geschreven )?door|tekst|författare|forfatter|(?:skrevet |skriven )?av|"
    r"(?:skrevet )?af|kirjoittaja|teksti|tekijä|szerző|írta|tekstas|autorius|autors|"
    r"автор(?:ы|ка|и)?|текст|συντάκτης|συγγραφέας|κείμενο|του|της|"
    r"yazar|yazan|haber|oleh|penulis|ditulis oleh|tác giả|"
    r"מאת|כותב|כותבת|כתב|כתבה|מחבר|מחברת|"
    r"بقلم|الكاتب|الكاتبة|كاتب|كتب|كتبت|كتابة|تأليف|المؤلف|نویسنده|به قلم|"
    r"लेखक|लेखिका|লেখক|ผู้เขียน|โดย"
)
_SIGNS = r"作者|撰文|撰稿人?|文字?|记者|記者|글쓴이|작성자|글|필자"
_SPACED_SIGNS = r"著者|執筆者?|筆者|投稿者|ライター|文責|書き手"
_AND = r"(?:and|und|et|y|e|и|та|i|og|och|en|&)"
_LITTLE = r"(?:van|von|de|da|di|del|della|der|den|du|dos|la|le|bin|ibn|al|el|zu)"
_ONE = r"[^\W\d_][\w.'’־-]{0,30}"
_ANOTHER_LABEL = r"(?!\S{1,15}(?:\sby)?\s?[:：])"
_NAME = rf"{_ONE}(?:\s{_ANOTHER_LABEL}(?:{_LITTLE}|{_AND}|{_ONE})){{0,6}}"
_CJK = r"[^\W\d_]{2,6}(?:·[^\W\d_]{1,8})?"
_CJK_NAMES = rf"{_CJK}(?:\s?[、,，/]\s?{_CJK}){{0,3}}"
# Behind the name comes nothing, a mark, a number or the next label.
_END = (
    r"(?=\s*$|\s?[|｜/·•,，،;；()（）\[\]–—-]|\s\d|\s\S{1,15}(?:\s\S{1,15})?\s?[:：])"
)
_START = r"(?:^|(?<=[=\s|｜/·•,;()（）\[\]–—-]))"
_LABELLED = (
    re.compile(
        rf"{_START}(?:{_LABELS})\s?[:：]\s?(?P<name>{_NAME}){_END}", re.IGNORECASE
    ),
    re.compile(rf"{_START}(?:{_SIGNS})\s?[:：]\s?(?P<name>{_CJK_NAMES}){_END}"),
    re.compile(
        rf"{_START}(?:{_SPACED_SIGNS})\s?[:：]\s?"
        rf"(?P<name>{_CJK_NAMES}|[^\W\d_]{{1,5}}\s[^\W\d_]{{1,6}}){_END}"
    ),
    re.compile(
        rf"{_START}(?P<name>(?!(?:본지|취재|선임|객원|수습|담당|전문|인턴|사진|시민|모든)\s)"
        r"[가-힣]{2,4})\s(?:선임|전문|객원|수습|인턴|문화|사진)?\s?기자(?=$|[\s|·•=,()\[\]])"
    ),
)
_ALONE = re.compile(
    rf"(?:by|מאת|بقلم)\s(?P<name>{_ONE}(?:\s{_ONE}){{1,5}})", re.IGNORECASE
)
_SMALL_WORDS = re.compile(rf"(?:{_LITTLE}|{_AND})")


def labelled_name(line: str) -> str | None:
    """Return the name that a short line gives behind a label: "Author: Ann Lee"."""
    if len(line) > _MOST_CHARS:
        return None
    for form in _LABELLED:
        for match in form.finditer(line):
            if _is_written_as_name(match["name"]):
                return clean_byline(match["name"])
    return None


def lone_name(line: str) -> str | None:
    """Return the name in a line that says nothing but "by" and a whole name."""
    match = _ALONE.fullmatch(line) if len(line) <= _MOST_CHARS else None
    if match is None or not _is_written_as_name(match["name"]):
        return None
    return clean_byline(match["name"])


def _is_written_as_name(name: str) -> bool:
    """Whether no word is small but those that names have; some letters know no size."""
    first, *rest = name.split()
    return not first[0].islower() and all(
        not each[0].islower() or _SMALL_WORDS.fullmatch(each) for each in rest
    )
