"""Who made it: names as bylines write them, freed from what stands around them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from relay.domain.page_months import month_number
from relay.domain.page_text import NAME_CHARS, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_WORDS = 25
_LONGEST_NAME = 60
_MOST_NAMES = 10
# "By" in the languages of the web; a word needs a gap or a colon after it.
_BY = re.compile(
    r"^(?:(?:posted|written|published|created|uploaded|reported|edited|story|text|words|"
    r"photos?|article|review|submitted|reviewed|contributed)\s+(?:and\s+\w+\s+)?by|by|von|vom|par|por|"
    r"autore?s?|auteure?s?|author|autorin|verfasst von|ein(?:e)? \w+ von|text|texte|testo|"
    r"di|a cura di|escrito por|publicado por|publié par|écrit par|rédigé par|door|av|af|de la|"
    r"автор(?:ка|ы)?|текст|от|yazan|yazar|írta|szerző|skrevet av|teksti|tekst|kirjoittaja|"
    r"autor(?:zy|ka)?|napisał[a]?|vložil|opublikował|scris de|συντάκτης|της?|του|"
    r"بقلم|كتب|كتبت|نویسنده|מאת|oleh|penulis|โดย|tác giả|द्वारा|লেখক)[\s:：]+"
    r"|^(?:作者|文|撰文|编辑|編輯|记者|記者|責任編輯|责任编辑|来源|投稿者|著者|執筆者?|"
    r"ライター|筆者|取材|글|작성자|기자|글쓴이)\s*[:：/／|｜]?\s+"
    r"|^(?:作者|文|撰文|编辑|編輯|记者|記者|投稿者|著者|執筆|글)[:：/／|｜]",
    re.IGNORECASE,
)
# A byline in running text is sure only when a day follows the name.
_BYLINE_IN_TEXT = re.compile(
    r"(?<!\w)(?:[Bb]y|BY|[Vv]on|[Pp]ar|[Pp]or|[Dd]oor|[Dd]i|[Aa]v|[Aa]f|[Oo]leh|[Aa]utor|"
    r"Автор|автор|作者|文|投稿者)\s?[:：]?\s?"
    r"(?P<name>[^\W\d_][\w.'’-]{1,30}(?:\s(?:van|von|de|da|del|der|la|bin|al|"
    r"(?-i:[^\W\d_a-zа-я])[\w.'’-]{0,30})){0,4})"
    r"\s?(?:[,|·•–—-]\s?)?(?:am|on|le|el|il|den|op|at|em|em\s)?\s?"
    r"(?=\d{1,4}[./\s年-]\s?[\w]|[^\W\d_]{3,9}\.?\s\d{1,2},)"
)
_URL = re.compile(r"https?://|www\.|\.com/|\w@\w", re.IGNORECASE)
# What follows a name: a date, a time of day, a handle, an invitation.
_AFTER = re.compile(
    r"\s*(?:[|•·●—]|\s[-–]\s|\s@\w|\(@|(?<=\w)@\w|\+\s?Follow|Follow\b|\bFollow|"
    r"\b(?:on|am|at|le|el|il|den|updated|published|posted|senior|staff|contributor)\s+"
    r"(?=\W?\d|[A-Z][a-z]{2,9}\s\d)|\d{1,2}[./:]\d|\b\d{1,2}(?:st|nd|rd|th)?\b|\b(?:19|20)\d\d).*$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"[\s,]+(?:staff writer|senior editor|contributor|correspondent|reporter|editor|"
    r"staff|guest author|redakteur(?:in)?|autor(?:in)?|journaliste|redacción|"
    r"says|schreibt|記者|记者|の投稿|기자)\s*:?$",
    re.IGNORECASE,
)
_NOBODY = frozenset(
    "admin administrator author authors autor unknown anonymous none null undefined n/a "
    "name staff redaktion default guest user username editor's_note by von share follow "
    "about more posts".split()
)
_WORD = re.compile(r"[^\W\d_]+")


def clean_byline(text: str | None) -> str | None:
    """Return the name or names in a byline, or None when it holds none."""
    line = plain(text, limit=NAME_CHARS)
    if not line or _URL.search(line):
        return None
    for _ in range(2):
        line = _BY.sub("", line).strip(" ,:;|-–—·•/\"")
    line = _without_date(_AFTER.sub("", line))
    line = _ROLE.sub("", line).strip(" ,:;|-–—·•/")
    return line if _is_name(line) else None


def byline_in(text: str) -> str | None:
    """Return the name in running text that stands between "by" and a day."""
    match = _BYLINE_IN_TEXT.search(text)
    return clean_byline(match["name"]) if match else None


def after_byline(text: str) -> str:
    """Return what follows such a byline in running text, its day first; or nothing."""
    match = _BYLINE_IN_TEXT.search(text)
    return text[match.end() :] if match else ""


def join_names(names: Iterable[str]) -> str | None:
    """Return several names as one line, each once, in order."""
    once: dict[str, str] = {}
    for each in names:
        once.setdefault(each.casefold(), each)
    return ", ".join(list(once.values())[:_MOST_NAMES]) or None


def _without_date(line: str) -> str:
    words = line.split(" ")
    for at, word in enumerate(words):
        if at and month_number(word.strip(",.")) and len(word.strip(",.")) > 2 and at + 1 == len(words):
            return " ".join(words[:at])
    return line


def _is_name(line: str) -> bool:
    if not line or line.casefold() in _NOBODY or line.startswith("@"):
        return False
    return bool(_WORD.search(line)) and len(line.split()) <= _MOST_WORDS
