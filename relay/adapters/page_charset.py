"""Which alphabet a stranger's bytes are written in, by evidence and not by hope."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

# The WHATWG Encoding Standard: what browsers mean by these labels is not what
# they say. https://encoding.spec.whatwg.org/#names-and-labels
_MEANT = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-16-le",
}
# Labels that the standard knows and Python does not.
_ALIAS = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms_kanji": "cp932",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-euc-jp": "euc_jp",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "windows-949": "cp949",
    "windows-874": "cp874",
    "x-x-big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "cn-big5": "big5hkscs",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-roman": "mac_roman",
    "koi": "koi8_r",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "x-unicode20utf8": "utf-8",
    "iso-8859-8-i": "iso8859-8",
    "logical": "iso8859-8",
    "visual": "iso8859-8",
    "dos-874": "cp874",
    "sun_eu_greek": "iso8859-7",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LABEL = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:+-]{1,40})", re.IGNORECASE)
_META = re.compile(
    rb"<meta\s[^>]{0,300}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:+-]{1,40})"
    rb"|<\?xml\s[^>]{0,100}?encoding\s{0,9}=\s{0,9}[\"']([\w.:+-]{1,40})",
    re.IGNORECASE,
)
_HEAD_BYTES = 16_384
# One character in a hundred may be broken by a careless template; more means that
# the label is wrong.
_BROKEN_SHARE = 0.01
_SAMPLE_BYTES = 32_768
_NOT_ASCII = re.compile(rb"[\x80-\xff][^<>]{0,200}")


def decode(body: bytes, *, content_type: str | None) -> str:
    """Return the text of a page; never fails, whatever the bytes are.

    Asked in this order: byte order mark, HTTP, the page's own `meta`, whether it
    is UTF-8, and last a detector. A label that its own bytes disprove is passed over.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return _read(body[len(mark) :], name)
    if body.isascii() and b"\x1b" not in body and b"~{" not in body:
        return body.decode("ascii")
    strict = _read_strictly(body, "utf-8")
    if strict is not None:
        # Legacy text is almost never valid UTF-8 by chance, labels often lie; only
        # a label with shift states reads the same bytes differently.
        return _shifted(body, content_type) or strict
    best: tuple[float, str] | None = None
    for name in _claims(body, content_type):
        text = _read(body, name)
        broken = _broken(text)
        if broken <= _BROKEN_SHARE:
            return text
        if best is None or broken < best[0]:
            best = (broken, text)
    return _detected(body) or (best[1] if best else _read(body, "cp1252"))


def codec(label: str) -> str | None:
    """Return Python's codec for what a browser understands by `label`, or None."""
    wanted = label.strip().lower()
    try:
        name = codecs.lookup(_ALIAS.get(wanted, wanted)).name
        meant = _MEANT.get(name, name)
        "".encode(meant)
    except (LookupError, ValueError):
        return None
    return meant


def _claims(body: bytes, content_type: str | None) -> Iterator[str]:
    said = _LABEL.search(content_type[:300]) if content_type else None
    labels = [said.group(1)] if said else []
    meta = _META.search(body, 0, _HEAD_BYTES)
    if meta:
        labels.append((meta.group(1) or meta.group(2)).decode("ascii", "ignore"))
    for label in labels:
        name = codec(label)
        # A page whose `meta` we could read is not UTF-16, whatever it says.
        if name and not name.startswith(("utf-16", "utf-32")):
            yield name


def _shifted(body: bytes, content_type: str | None) -> str | None:
    for name in _claims(body, content_type):
        if name.startswith("iso2022"):
            return _read(body, name)
    return None


def _read(body: bytes, name: str) -> str:
    """Decode with marks for broken bytes; a character cut at the end is dropped."""
    return codecs.getincrementaldecoder(name)("replace").decode(body, final=False)


def _read_strictly(body: bytes, name: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(name)().decode(body, final=False)
    except ValueError:
        return None


def _broken(text: str) -> float:
    strange = sum(map(text.count, ("\ufffd",)))
    if not strange:
        return 0.0
    return strange / max(1, len(text.encode("utf-8", "replace")) - len(text))


def _detected(body: bytes) -> str | None:
    sample = b" ".join(_NOT_ASCII.findall(body))[:_SAMPLE_BYTES]
    found = from_bytes(sample, steps=5, chunk_size=512, threshold=0.5).best()
    name = codec(found.encoding) if found else None
    return _read(body, name) if name else None
