"""Who made it: names as bylines write them, freed from what stands around them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from relay.domain.page_months import month_number
from relay.domain.page_text import NAME_CHARS, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_WORDS = 25
_MOST_NAMES = 10
_MONTH_CHARS = 3
# "By" in the languages of the web; in letters with gaps it needs one after it.
_BY_WORDS = (
    r"(?:posted|written|published|created|uploaded|reported|edited|submitted|reviewed)"
    r"\s+by|(?:story|text|words|photos?|article|review)\s+(?:and\s+\w+\s+)?by|"
    r"by|author|von|vom|verfasst von|eine? \w+ von|autorin|text|"
    r"par|auteure?s?|texte|publié par|écrit par|rédigé par|proposé par|"
    r"por|escrito por|publicado por|di|autore?s?|a cura di|scritto da|testo|de la|"
    r"door|av|af|skrevet av|tekst|teksti|kirjoittaja|"
    r"автор(?:ка|ы)?|текст|от|autor(?:zy|ka)?|napisała?|vložil|opublikował|scris de|"
    r"yazan|yazar|írta|szerző|συντάκτης|της?|του|oleh|penulis|tác giả|โดย|"
    r"verfasst von|écrit par|geschreven door|geschrieben von|napisan[ey] przez|"
    r"написано автором|skriven av|skrevet af|kirjoittanut|tekijä|"
    r"bejegyezte|szerkesztő|napsal|zapsal|autors|autorius|diposkan oleh|ditulis oleh|"
    r"بقلم|كتب|كتبت|كتبه|كُتب بواسطة|نویسنده|نوشته شده توسط|מאת|נכתב על ידי|"
    r"द्वारा|লেখক"
)
_BY_SIGNS = (
    r"作者|文|撰文|编辑|編輯|记者|記者|責任編輯|责任编辑|投稿者|著者|執筆者?|ライター|"
    r"筆者|取材|글|작성자|기자|글쓴이"
)
_BY = re.compile(
    rf"^(?:(?:{_BY_WORDS})[\s:：]+|(?:{_BY_SIGNS})\s*(?:[:：/／|｜]\s*|\s+))",
    re.IGNORECASE,
)
# A byline in running text is sure only when a day follows the name.
_BYLINE_IN_TEXT = re.compile(
    r"(?<!\w)(?:(?:[Bb]y|BY|[Vv]on|[Pp]ar|[Pp]or|[Dd]oor|[Dd]i|[Aa]v|[Aa]f|[Oo]leh|"
    r"[Aa]utor|[Аа]втор)(?:\s?[:：]\s?|\s)|(?:作者|文|投稿者)\s?[:：]?\s?)"
    r"(?P<name>[^\W\d_][\w.'’-]{1,30}"
    r"(?:\s(?:van|von|de|da|del|der|la|bin|al|[^\W\d_a-zа-я][\w.'’-]{0,30})){0,4})"
    r"\s?(?:[,|·•–—-]\s?)?(?:am|on|le|el|il|den|op|at|em)?\s?"
    r"(?=\d{1,4}[./\s年-]\s?[\w]|[^\W\d_]{3,9}\.?\s\d{1,2},)"
)
_POSTER = re.compile(
    r"(?P<name>[^(@]{1,80}?)\s?[(（]@[\w.-]{1,60}(?:@[\w.-]{1,60})?[)）]"
)
_POSTER_CHARS = 80
_ON = ("on", "auf", "sur", "en", "su", "no", "в", "на", "op", "på")
_URL = re.compile(r"https?://|www\.|\.com/|\w@\w", re.IGNORECASE)
# What follows a name: a date, a time of day, a handle, an invitation.
_AFTER = re.compile(
    r"\s*(?:[|•·●—]|\s[-–]\s|\s@\w|\(@|(?<=\w)@\w|\+\s?Follow|Follow\b|"
    r"\b(?:on|am|at|le|el|il|den|updated|published|posted|senior|staff|contributor)\s+"
    r"(?=\W?\d|[A-Z][a-z]{2,9}\s\d)|\bin\s.{1,60}\son\s+\d|"
    r"\d{1,2}[./:]\d|\b\d{1,2}(?:st|nd|rd|th)?\b|\b(?:19|20)\d\d).*$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r",\s*staff\s*:?$|[\s,]+(?:staff writer|senior editor|contributor|"
    r"correspondent|reporter|editor|"
    r"guest author|redakteur(?:in)?|autor(?:in)?|journaliste|redacción|"
    r"says|schreibt|記者|记者|の投稿|기자)\s*:?$",
    re.IGNORECASE,
)
_NOBODY = frozenset(
    {
        *("admin", "administrator", "anonymous", "guest", "name", "n/a", "none"),
        *("author", "authors", "autor", "null", "undefined", "unknown", "default"),
        *("redaktion", "staff", "user", "username", "by", "von"),
        *("about", "follow", "more", "posts", "share"),
    }
)
_EDGES = ' ,:;|-–—·•/"'
_WORD = re.compile(r"[^\W\d_]+")
# Agencies stand close together: what parts them is markup.
_GAP = re.compile(r"(?<=\S)/ (?=\S)")
_ACCOUNT = re.compile(r"[a-z0-9]{1,40}(?:[-_.][a-z0-9]{1,40}){1,5}")
# Dates of life, countries, agencies: what a catalogue sets behind a name.
_IN_BRACKETS = re.compile(r"\s*[(（\[][^()（）]*[\d,;，][^()（）]*[)）\]]$")
_CATALOGUED = re.compile(r"(?P<last>[^\W\d_][\w'’-]+),\s(?P<first>[^\W\d_][\w'’-]*\.?)")


def clean_byline(text: str | None) -> str | None:
    """Return the name or names in a byline, or None when it holds none."""
    line = plain(text, limit=NAME_CHARS)
    if not line or _URL.search(line):
        return None
    line = _once(_IN_BRACKETS.sub("", _GAP.sub("/", line)))
    for _ in range(2):
        line = _BY.sub("", line).strip(_EDGES)
    name = _AFTER.sub("", line)
    line = name if name == line else _without_month(name)
    line = _ROLE.sub("", line).strip(_EDGES)
    return line if _is_name(line) else None


def _once(line: str) -> str:
    """Return a name that stands twice in a row, for two sizes of screen, once."""
    words = line.split()
    half = len(words) // 2
    doubled = half > 1 and words[:half] == words[half:]
    return " ".join(words[:half]) if doubled else line


def is_byline_label(label: str) -> bool:
    """Whether these words announce a writer's name: "Written by", "Verfasst von"."""
    return bool(_BY.fullmatch(f"{' '.join(label.split())[:60]}: "))


def byline_in(text: str) -> str | None:
    """Return the name in running text that stands between "by" and a day."""
    match = _BYLINE_IN_TEXT.search(text)
    return clean_byline(match["name"]) if match else None


def poster_in(title: str, sites: Iterable[str]) -> str | None:
    """Return who posted, from how social networks title a post.

    "Name (@handle) …" wherever it is, "Name on Site: …" where Site is one of `sites`.
    """
    match = _POSTER.match(title)
    if match:
        return match["name"]
    for site in sites:
        for word in _ON:
            name, found, rest = title.partition(f" {word} {site}")
            if name and found and rest[:1] in {"", ":"} and len(name) <= _POSTER_CHARS:
                return name
    return None


def after_byline(text: str) -> str:
    """Return what follows such a byline in running text, its day first; or nothing."""
    match = _BYLINE_IN_TEXT.search(text)
    return text[match.end() :] if match else ""


def is_account(name: str) -> bool:
    """Whether this is the name of a login, such as `mira-vogel_2`, not of a person."""
    return bool(_ACCOUNT.fullmatch(name))


def given_name_first(name: str) -> str:
    """Return `Picasso, Pablo` as it is spoken; everything else as it is."""
    match = _CATALOGUED.fullmatch(name)
    if not match or not match["last"][0].isupper() or not match["first"][0].isupper():
        return name
    return f"{match['first']} {match['last']}"


def join_names(names: Iterable[str]) -> str | None:
    """Return several names as one line, each once, in order."""
    once: dict[str, str] = {}
    for each in names:
        once.setdefault(each.casefold(), each)
    return ", ".join(list(once.values())[:_MOST_NAMES]) or None


def _without_month(line: str) -> str:
    """Take off a month's name that was left when its day and year were cut."""
    before, _, last = line.rpartition(" ")
    month = last.strip(",.")
    return (
        before
        if before and len(month) >= _MONTH_CHARS and month_number(month)
        else line
    )


def _is_name(line: str) -> bool:
    if not line or line.casefold() in _NOBODY or line.startswith("@"):
        return False
    if len(line) == _MONTH_CHARS and month_number(line):
        # Of a date, not of a person: whoever is called May has another name too.
        return False
    return bool(_WORD.search(line)) and len(line.split()) <= _MOST_WORDS
