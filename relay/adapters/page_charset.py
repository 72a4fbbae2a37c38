"""Which alphabet a stranger's bytes are written in, by evidence and not by hope."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

# The WHATWG Encoding Standard: what browsers mean by a label is often more than it
# says. https://encoding.spec.whatwg.org/#names-and-labels
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# Labels that the standard knows and Python does not.
_ALIAS = {
    "big5-hkscs": "big5hkscs",
    "cn-big5": "big5hkscs",
    "dos-874": "cp874",
    "gb_2312-80": "gb18030",
    "iso-8859-8-i": "iso8859-8",
    "koi": "koi8-r",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "logical": "iso8859-8",
    "ms_kanji": "cp932",
    "sun_eu_greek": "iso8859-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "visual": "iso8859-8",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "windows-949": "cp949",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-roman": "mac-roman",
    "x-sjis": "cp932",
    "x-x-big5": "big5hkscs",
}
# Python can decode far more, some of it dangerous (UTF-7) or no alphabet at all.
_ON_THE_WEB = frozenset(
    {
        *("utf-8", "gb18030", "big5hkscs", "cp932", "euc_jp", "iso2022_jp", "cp949"),
        *("cp866", "cp874", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic"),
        *(f"cp{number}" for number in range(1250, 1259)),
        *(f"iso8859-{number}" for number in range(2, 17)),
    }
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WESTERN = "cp1252"
_LABEL = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:+-]{1,40})", re.IGNORECASE)
_META = re.compile(
    rb"<meta\s[^>]{0,300}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:+-]{1,40})"
    rb"|<\?xml\s[^>]{0,100}?encoding\s{0,9}=\s{0,9}[\"']([\w.:+-]{1,40})",
    re.IGNORECASE,
)
# What pages without a label were written in; the detector is asked about these
# only, and where the page names its language about that language's.
_LEGACY = [
    *("gb18030", "big5", "cp932", "euc_jp", "cp949"),
    *("cp1251", "koi8_r", "cp866", "cp1250", "iso8859_2", "cp1252", "iso8859_15"),
    *("cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874"),
]
_OF_LANGUAGES = (
    ("ru be bg mk", ["cp1251", "koi8_r", "cp866"]),
    ("uk sr kk ky mn", ["cp1251", "koi8_u"]),
    ("cs hr hu pl ro sk sl", ["iso8859_2", "cp1250"]),
    ("et lt lv", ["cp1257"]),
    ("ar fa ur", ["cp1256"]),
    ("az ku tr", ["cp1254"]),
    ("el", ["cp1253"]),
    ("he", ["cp1255"]),
    ("ja", ["cp932", "euc_jp"]),
    ("ko", ["cp949"]),
    ("th", ["cp874"]),
    ("vi", ["cp1258"]),
    ("zh", ["gb18030", "big5"]),
)
_LANGUAGE = re.compile(
    rb"<html\s[^>]{0,200}?lang\s?=\s?[\"']?([a-z]{2})", re.IGNORECASE
)
# What every Chinese text is full of, in both ways of writing: simplified and
# traditional bytes read as each other are letters too, but rare ones.
_COMMON_CHINESE = frozenset(
    "的一是不了人我在有他这這中大来來上国國个個到说說们們为為子和你地出道也时時年得就那要"
    "下以生会會自着去之过過家学學对對可她里裡后後小么麼心多天而能好都然没沒日于於起还還发"
    "發成事只作当當想看文无無开開手十用主行方又如前所本见見经經头頭面公同三已老从從动動两"
)
_HEAD_BYTES = 16_384
# One character in a hundred may be broken by a careless template; more means that
# the label is wrong.
_BROKEN_SHARE = 0.01
_ESCAPE = b"\x1b$"
_ZEROS_BYTES = 64
_SAMPLE_BYTES = 32_768
_NOT_ASCII = re.compile(rb"[\x80-\xff][^<>]{0,200}")


def decode(body: bytes, *, content_type: str | None) -> str:
    """Return the text of a page; never fails, whatever the bytes are.

    Asked are the byte order mark, HTTP, the page's own `meta`, whether it is UTF-8,
    and last a detector. A label that its own bytes disprove is passed over: what is
    valid UTF-8 is almost never anything else, whatever the label says.
    """
    marked = _marked(body)
    if marked is not None:
        return marked
    strict = _read_strictly(body, "iso2022_jp") if _ESCAPE in body else None
    strict = strict or _read_strictly(body, "utf-8")
    if strict is not None:
        return strict
    claims = [*_claims(body, content_type)]
    if claims == [_WESTERN] and _likely(body) is not _LEGACY:
        # Nothing disproves this alphabet but what the page says of its language.
        found = _detected(body)
        if found is not None:
            return found
    texts = [_read(body, name) for name in (*claims, "utf-8")]
    for text in texts:
        if _broken(text) <= _BROKEN_SHARE:
            return text
    return _detected(body) or min(texts, key=_broken)


def codec(label: str) -> str | None:
    """Return Python's codec for what a browser understands by `label`, or None."""
    wanted = label.strip().lower()
    try:
        name = codecs.lookup(_ALIAS.get(wanted, wanted)).name
    except (LookupError, ValueError):
        return None
    meant = _MEANT.get(name, name)
    return meant if meant in _ON_THE_WEB else None


def _marked(body: bytes) -> str | None:
    """Read what begins with a byte order mark, or shows two bytes a character."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return _read(body[len(mark) :], name)
    start = body[:_ZEROS_BYTES]
    for name, zeros in (("utf-16-le", start[1::2]), ("utf-16-be", start[::2])):
        if len(zeros) > 1 and zeros.count(0) > len(zeros) * 3 // 4:
            return _read(body, name)
    return None


def _claims(body: bytes, content_type: str | None) -> Iterator[str]:
    said = _LABEL.search((content_type or "")[:300])
    written = _META.search(body, 0, _HEAD_BYTES)
    labels = [said[1]] if said else []
    if written:
        labels.append((written[1] or written[2]).decode("ascii", "ignore"))
    names = list(dict.fromkeys(filter(None, map(codec, labels))))
    # What servers say by default is not a claim about this page; its own words are.
    yield from reversed(names) if names[:1] == [_WESTERN] else names


def _read(body: bytes, name: str) -> str:
    """Decode with marks for broken bytes; a character cut at the end is dropped."""
    return codecs.getincrementaldecoder(name)("replace").decode(body, final=False)


def _read_strictly(body: bytes, name: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(name)().decode(body, final=False)
    except ValueError:
        return None


def _broken(text: str) -> float:
    """Return which share of the letters beyond ASCII could not be read."""
    broken = text.count("\ufffd")
    beyond = len(text.encode("utf-8", "replace")) - len(text)
    return broken / beyond if broken else 0.0


def _detected(body: bytes) -> str | None:
    sample = b" ".join(_NOT_ASCII.findall(body))[:_SAMPLE_BYTES]
    likely = _most_lettered(sample, _likely(body))
    found = from_bytes(
        sample, steps=5, chunk_size=512, threshold=0.5, cp_isolation=likely
    ).best()
    name = codec(found.encoding) if found else None
    if name is None and likely is not _LEGACY:
        # Too short for statistics; its language leaves few to choose from.
        name = min(likely, key=lambda each: _broken(_read(sample, each)))
    return _read(body, name) if name else None


def _likely(body: bytes) -> list[str]:
    said = _LANGUAGE.search(body, 0, _HEAD_BYTES)
    language = said[1].decode("ascii").lower() if said else "none"
    return next(
        (each for name, each in _OF_LANGUAGES if language in name.split()), _LEGACY
    )


def _most_lettered(sample: bytes, names: list[str]) -> list[str]:
    """Keep those that read the most letters: two alphabets of one language differ so.

    Asked about all alphabets this would prefer the largest, which read anything.
    """
    if names is _LEGACY:
        return names
    is_telling = _COMMON_CHINESE.__contains__ if "big5" in names else str.isalpha
    counts = {name: sum(map(is_telling, _read(sample, name))) for name in names}
    return [name for name in names if counts[name] == max(counts.values())]
