"""Links as people paste them: found in a text, checked, and made comparable."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

from relay.domain.errors import FetchFailed
from relay.domain.platforms import Match, find_host_platform, match_url
from relay.domain.share_text import clean_rest
from relay.domain.urls import DEFAULT_PORTS, Url, parse_url, read_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from relay.domain.platform_row import Platform

MAX_TEXT = 10_000
"""Characters of a pasted text that are searched; apps share under 1,000."""

# Parameters that say how a link travelled and nothing of where it leads.
_TRACKING = frozenset(
    {
        "_branch_match_id",
        "_ga",
        "_gl",
        "_hsenc",
        "_hsmi",
        "__tn__",
        "__cft__",
        "__cft__[0]",
        "dclid",
        "fb_action_ids",
        "fb_ref",
        "fb_source",
        "fbclid",
        "gbraid",
        "gclid",
        "gclsrc",
        "ig_mid",
        "ig_rid",
        "igsh",
        "igshid",
        "li_fat_id",
        "mc_cid",
        "mc_eid",
        "mibextid",
        "mkt_tok",
        "msclkid",
        "s_cid",
        "scm",
        "sharer_shareid",
        "sharer_shareinfo",
        "share_from_user_hidden",
        "spm",
        "spm_id_from",
        "srsltid",
        "tt_from",
        "ttclid",
        "twclid",
        "vero_id",
        "wbraid",
        "weibo_id",
        "wickedid",
        "wt_mc",
        "xhsshare",
        "yclid",
        "ysclid",
    }
)
_TRACKING_STARTS = ("utm_", "stm_", "hsa_", "oly_", "pk_", "mtm_", "share_", "shareid")
_NEVER_DROPPED = frozenset({"xsec_token", "xsec_source"})

# What a parameter's value may hold, but would end the path that it becomes part of.
_IN_A_PATH = str.maketrans({"?": "%3F", "/": "%2F"})

# Where a link ends in running text: white space, quotes, the punctuation of Chinese
# and Japanese, and whatever else an address cannot hold as it stands.
_STOP = r"\s<>\"`{}|\\^，。；！？、：“”‘’（）【】《》〈〉「」『』〔〕…｜～\u200b\ufeff"
_WITH_SCHEME = re.compile(rf"https?://[^{_STOP}]+", re.IGNORECASE)
_BARE = re.compile(
    rf"(?<![\w@./:-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{{2,24}}"
    rf"(?![\w@-])(?:/[^{_STOP}]*)?",
    re.IGNORECASE,
)
_GLUED_HOST = re.compile(
    r"(https?://[\w.-]*\.[a-z]{2,24})[^\x00-\x7f]", re.IGNORECASE | re.ASCII
)
_TRAILING = ".,;:!?'*_~"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_FILE_ENDINGS = frozenset(
    {"avif", "bmp", "doc", "docx", "gif", "heic", "heif", "jpeg", "jpg", "mov", "mp3"}
    | {"mp4", "pdf", "png", "psd", "svg", "tif", "tiff", "txt", "webp", "zip"}
)


@dataclass(frozen=True)
class FoundLink:
    """The link of a pasted text, and the rest of it cleaned, to offer as a title."""

    url: str
    rest: str


@dataclass(frozen=True)
class LinkVerdict:
    """Whether a link may be asked, by its own words; `reason` is a stable code.

    `canonical` is what two pastings of the same link share, `work` what all links to
    the same work do, even where a platform gives each of them a token of its own. Both
    are None when blocked.
    """

    verdict: Literal["allow", "block"]
    reason: str | None
    canonical: str | None
    work: str | None
    platform: str


def find_link(text: str) -> FoundLink | None:
    """Return the link in a text as apps share it; None when there is none.

    Of several links, the first that leads to a platform we know is the one. Texts are
    read as far as MAX_TEXT.
    """
    text = text[:MAX_TEXT]
    links = [*_list_links(text, _WITH_SCHEME)] or [*_list_bare(text)]
    if not links:
        return None
    start, end = next(
        (each for each in links if _is_known(text[slice(*each)])), links[0]
    )
    url = text[start:end]
    whole = url if "://" in url else f"https://{url}"
    others = _blank(text, links)
    return FoundLink(whole, clean_rest(others))


def check_link(url: str, *, allow: AbstractSet[str] = frozenset()) -> LinkVerdict:
    """Judge a link by grammar and literal address alone, without asking anybody."""
    try:
        checked = read_url(url, allow=allow)
    except FetchFailed as error:
        return LinkVerdict("block", error.detail, None, None, "web")
    match = match_url(checked)
    form = _canonical(checked, match)
    work = _work(form, match.platform)
    return LinkVerdict("allow", None, form, work, match.platform.key)


def canonical(url: str) -> str:
    """Return the form that every pasting of this link shares; raises FetchFailed.

    Applying it twice changes nothing.
    """
    checked = parse_url(url)
    return _canonical(checked, match_url(checked))


def _list_links(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for found in pattern.finditer(text):
        link = _trim(found.group())
        if link:
            yield found.start(), found.start() + len(link)


def _list_bare(text: str) -> Iterator[tuple[int, int]]:
    """Find links without a scheme: a known host anywhere, others standing alone."""
    alone = len(text.split()) == 1
    for start, end in _list_links(text, _BARE):
        link = text[start:end]
        ending = link.partition("/")[0].rpartition(".")[2].lower()
        plausible = ending not in _FILE_ENDINGS or "/" in link
        if _is_known(link) or (plausible and (alone or link.startswith("www."))):
            yield start, end


def _is_known(link: str) -> bool:
    try:
        url = parse_url(link if "://" in link else f"https://{link}")
    except FetchFailed:
        return False
    return find_host_platform(url.host) is not None


def _trim(link: str) -> str:
    """Cut off what belongs to the sentence and not to the link."""
    glued = _GLUED_HOST.match(link)
    if glued:
        return glued[1]
    foreign = re.search(r"[^\x00-\x7f]", link)
    if foreign and _is_known(link[: foreign.start()]):
        link = link[: foreign.start()]
    while link and (
        link[-1] in _TRAILING
        or (link[-1] in _PAIRS and link.count(link[-1]) > link.count(_PAIRS[link[-1]]))
    ):
        link = link[:-1]
    return link if len(link) > len("https://") or "://" not in link else ""


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    parts = []
    at = 0
    for start, end in spans:
        parts.append(text[at:start])
        at = end
    return " ".join([*parts, text[at:]])


def _canonical(url: Url, match: Match) -> str:
    platform, shape, groups = match
    known = bool(platform.hosts) and find_host_platform(url.host) is platform
    place = _secure(url) if known else url
    query = _kept(url.query, platform)
    if shape and shape.canonical:
        asked = {name: groups[name].translate(_IN_A_PATH) for name in shape.query}
        form = parse_url(shape.canonical.format(**groups | asked))
        must = _only(query, platform.keep)
        joined = "&".join(each for each in (form.query, must) if each)
        return Url(form.scheme, form.host, form.port, form.path, joined).text
    fragment = url.fragment if url.fragment.startswith(("/", "!")) else ""
    return Url(place.scheme, place.host, place.port, url.path, query, fragment).text


def _work(form: str, platform: Platform) -> str:
    """Return a canonical form without what only opens the work."""
    if not platform.opens:
        return form
    url = parse_url(form)
    pairs = url.query.split("&")
    query = "&".join(each for each in pairs if _name(each) not in platform.opens)
    return replace(url, query=query).text


def _secure(url: Url) -> Url:
    if url.port not in DEFAULT_PORTS.values():
        return url
    return Url("https", url.host, DEFAULT_PORTS["https"], url.path)


def _kept(query: str, platform: Platform) -> str:
    return "&".join(
        each
        for each in query.split("&")
        if each and not _is_tracking(_name(each), platform)
    )


def _only(query: str, names: tuple[str, ...]) -> str:
    return "&".join(each for each in query.split("&") if _name(each) in names)


def _name(pair: str) -> str:
    return unquote(pair.partition("=")[0])


def _is_tracking(name: str, platform: Platform) -> bool:
    if name in platform.keep or name in _NEVER_DROPPED:
        return False
    plain = name.lower()
    return (
        plain in _TRACKING
        or plain.startswith(_TRACKING_STARTS)
        or plain in map(str.lower, platform.drop)
    )
