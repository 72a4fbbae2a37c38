"""The strict grammar of a web address that we are willing to ask."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import TYPE_CHECKING
from urllib.parse import quote

from relay.domain.addresses import is_public
from relay.domain.errors import FetchFailed, FetchReason

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

MAX_URL = 4096
"""Longest address in characters; signed picture addresses reach about 1,500."""

MAX_HOST = 253
MAX_LABEL = 63
MAX_PORT = 65535
DEFAULT_PORTS = {"http": 80, "https": 443}

_PARTS = re.compile(
    r"(?P<scheme>https?)://(?P<place>[^/?#]*)"
    r"(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[a-z0-9_-]+")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
)

# Names that mean a machine nearby, by standard or by habit.
_LOCAL_ENDINGS = (
    ".localhost",
    ".localdomain",
    ".local",
    ".internal",
    ".intranet",
    ".private",
    ".corp",
    ".home",
    ".lan",
    ".home.arpa",
    ".in-addr.arpa",
    ".ip6.arpa",
    ".onion",
    # Public names whose only purpose is to answer with an address of the asker's
    # choice; the resolver's answer is checked too, this only says so earlier.
    ".localtest.me",
    ".lvh.me",
    ".vcap.me",
    ".lacolhost.com",
    ".localho.st",
    ".fuf.me",
    ".nip.io",
    ".sslip.io",
    ".xip.io",
    ".traefik.me",
    ".rbndr.us",
    ".1u.ms",
    ".metadata.tencentyun.com",
)

# Letters, marks and digits of any script, and the few signs that names carry.
_HOST_CATEGORIES = frozenset({"Ll", "Lo", "Lm", "Lu", "Mn", "Mc", "Nd", "So", "Sk"})
_HOST_SIGNS = frozenset("-_.\u00b7\u30fb\u0375\u05f3\u05f4")
_NEVER_IN_HOST = frozenset({"Cc", "Cs", "Co", "Zs", "Zl", "Zp"})
_ZWNJ, _ZWJ = "\u200c", "\u200d"
_VIRAMA = 9


@dataclass(frozen=True)
class Url:
    """One checked address, wholly in ASCII; `host` has no brackets.

    `path` starts with a slash; `query` and `fragment` are empty when there are none.
    """

    scheme: str
    host: str
    port: int
    path: str
    query: str = ""
    fragment: str = ""

    @property
    def place(self) -> str:
        """Host and port as `RELAY_FETCH_ALLOW` writes them."""
        return f"{self.bracketed}:{self.port}"

    @property
    def bracketed(self) -> str:
        """The host as a URL writes it."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def wire(self) -> str:
        """The address that goes on the wire, without a fragment."""
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        query = f"?{self.query}" if self.query else ""
        return f"{self.scheme}://{self.bracketed}{port}{self.path}{query}"

    @property
    def text(self) -> str:
        """The whole address."""
        return self.wire + (f"#{self.fragment}" if self.fragment else "")


def read_url(text: str, *, allow: AbstractSet[str] = frozenset()) -> Url:
    """Return the checked address; raises FetchFailed with a code as its detail.

    `allow` names the exact `host:port` places that may be asked beside public ones.
    """
    url = parse_url(text)
    if url.place not in allow:
        _require_public(url)
    return url


def parse_url(text: str) -> Url:
    """Return the address by grammar alone; raises FetchFailed(BAD_URL).

    Nothing may be asked by it: that is for `read_url`.
    """
    if len(text) > MAX_URL:
        raise _bad("too_long")
    if any(_is_forbidden(each) for each in text):
        raise _bad("characters")
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise _bad("scheme")
    if any(each.isspace() for each in parts["place"]):
        raise _bad("characters")
    scheme = parts["scheme"].lower()
    host, port = _read_place(parts["place"], default=DEFAULT_PORTS[scheme])
    url = Url(
        scheme,
        host,
        port,
        drop_dots(_tidy(parts["path"])) or "/",
        _tidy(parts["query"] or ""),
        _tidy(parts["fragment"] or ""),
    )
    # Escaped it is longer, and must still be an address when it is read again.
    if len(url.text) > MAX_URL:
        raise _bad("too_long")
    return url


def drop_dots(path: str) -> str:
    """Return the path with `.` and `..` walked, as RFC 3986 section 5.2.4 says."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept) if len(segments) > 1 else path


def _bad(code: str) -> FetchFailed:
    return FetchFailed(FetchReason.BAD_URL, code)


def _is_forbidden(sign: str) -> bool:
    # Other scripts' spaces may stand behind the host, where they are escaped.
    category = unicodedata.category(sign)
    return sign in {"\\", " "} or category in {"Cc", "Cs", "Zl", "Zp"}


def _read_place(place: str, *, default: int) -> tuple[str, int]:
    if "@" in place:
        raise _bad("userinfo")
    if place.startswith("["):
        literal, closed, port = place[1:].partition("]")
        if not closed or (port and not port.startswith(":")):
            raise _bad("host")
        return _read_ipv6(literal), _read_port(port[1:], default=default)
    host, _, port = place.partition(":")
    return _read_host(host), _read_port(port, default=default)


def _read_port(port: str, *, default: int) -> int:
    if not port:
        return default
    if not re.fullmatch(r"0*[1-9][0-9]{0,4}", port) or int(port) > MAX_PORT:
        raise _bad("port")
    return int(port)


def _read_ipv6(literal: str) -> str:
    try:
        if "%" in literal:
            raise _bad("host")
        return str(IPv6Address(literal))
    except AddressValueError:
        raise _bad("host") from None


def _read_host(host: str) -> str:
    name = host.lower() if host.isascii() else _to_ascii(host)
    # The dot of the root: the same host, whose certificate is written without it.
    name = name.removesuffix(".")
    labels = name.split(".")
    if len(name) > MAX_HOST or not all(
        _LABEL.fullmatch(label) and len(label) <= MAX_LABEL for label in labels
    ):
        raise _bad("host")
    if _NUMBER.fullmatch(labels[-1]):
        return _read_ipv4(name)
    for label in labels:
        if label.startswith("xn--"):
            _check_punycode(label)
    return name


def _read_ipv4(name: str) -> str:
    """Take four plain decimal numbers, and no other way of writing an address."""
    try:
        return str(IPv4Address(name))
    except AddressValueError:
        raise _bad("number_host") from None


def _to_ascii(host: str) -> str:
    """Return the name in ASCII as browsers do (UTS 46, not transitional).

    The standard library's own codec follows IDNA 2003 and sends `straße.de` to
    another owner, so the mapping is done here; the result is all that is resolved.
    """
    plain = unicodedata.normalize("NFKC", host).replace("\u3002", ".")
    folded = "".join(each.lower() for each in plain if each != "\ufe0f")
    name = unicodedata.normalize("NFC", folded)
    for index, sign in enumerate(name):
        if not _may_stand(name, index, sign):
            raise _bad("host")
    labels = name.split(".")
    if labels[-1].isdigit() and not labels[-1].isascii():
        raise _bad("number_host")
    return ".".join(_encode_label(label) for label in labels)


def _may_stand(name: str, index: int, sign: str) -> bool:
    if sign in _HOST_SIGNS or unicodedata.category(sign) in _HOST_CATEGORIES:
        return True
    before = name[index - 1] if index else ""
    if sign in {_ZWNJ, _ZWJ} and before:
        joins = unicodedata.combining(before) == _VIRAMA
        return joins or (sign == _ZWNJ and "\u0600" <= before <= "\u08ff")
    return False


def _encode_label(label: str) -> str:
    if label.isascii():
        return label
    try:
        return "xn--" + label.encode("punycode").decode("ascii")
    except UnicodeError:
        raise _bad("host") from None


def _check_punycode(label: str) -> None:
    """Refuse a label that only pretends to hold another script."""
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, IndexError, OverflowError, ValueError):
        raise _bad("host") from None
    # An older Unicode than the registry's knows new letters as unassigned (Cn).
    categories = {unicodedata.category(each) for each in decoded}
    if decoded.isascii() or categories & _NEVER_IN_HOST:
        raise _bad("host")


def _tidy(text: str) -> str:
    """Escape what must be escaped, unescape what need not be, nothing twice."""
    escaped = quote(text, safe="%!$&'()*+,;=:@/?~-._")
    whole = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", escaped)
    return _ESCAPE.sub(_tidy_escape, whole)


def _tidy_escape(found: re.Match[str]) -> str:
    sign = chr(int(found[1], 16))
    return sign if sign in _UNRESERVED else found[0].upper()


def _require_public(url: Url) -> None:
    if ":" in url.host or _NUMBER.fullmatch(url.host.rpartition(".")[2]):
        if not is_public(url.host):
            raise FetchFailed(FetchReason.BLOCKED_ADDRESS, "address")
    elif "." not in url.host or f".{url.host}".endswith(_LOCAL_ENDINGS):
        raise FetchFailed(FetchReason.BLOCKED_ADDRESS, "local_name")
    if url.port not in DEFAULT_PORTS.values():
        raise FetchFailed(FetchReason.BAD_URL, "port")
