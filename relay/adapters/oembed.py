"""What providers say of a work through oEmbed; their HTML is never used."""

from __future__ import annotations

import html
import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from relay.adapters.safe_http import DATA, DEADLINE, Door, Fetched, fetch
from relay.domain.errors import FetchFailed, FetchReason
from relay.domain.links import canonical
from relay.domain.platforms import platform_of, work_id_of
from relay.domain.preview import PageFacts

PROVIDERS = Path(__file__).parent.parent / "data" / "oembed-providers.json"
"""The public list of providers, put there when packaging; it may be absent."""

MAX_TEXT = 500
"""Characters of a title or name that are taken."""

_JSON_TYPES = frozenset({"application/json", "text/json", "text/javascript", ""})


def find_endpoint(url: str, *, providers: Path = PROVIDERS) -> str | None:
    """Return the address to ask about this work, when somebody answers for it."""
    platform = platform_of(url)
    if platform.oembed:
        return _with_url(platform.oembed, canonical(url)) if work_id_of(url) else None
    # Platforms of the table that have no endpoint there are known to want a key.
    if platform.key != "web" or not providers.is_file():
        return None
    host = urlsplit(url).netloc.lower()
    for ending, scheme, endpoint in _read_providers(providers):
        if host.endswith(ending) and _to_pattern(scheme).fullmatch(url):
            return _with_url(endpoint, url)
    return None


def ask_oembed(
    address: str, *, door: Door, deadline: float = DEADLINE
) -> tuple[PageFacts, Fetched]:
    """Return what the provider says at an endpoint's full address; raises FetchFailed.

    Addresses in the answer are absolute; HTML, scripts and sizes are left out.
    """
    answer = fetch(address, door=door, accept=DATA, deadline=deadline)
    answer.require_ok()
    return read_oembed(answer), answer


def read_oembed(answer: Fetched) -> PageFacts:
    """Return the facts of one answer; raises FetchFailed(BAD_RESPONSE)."""
    media = answer.content_type
    if media not in _JSON_TYPES and not media.endswith("+json"):
        raise FetchFailed(FetchReason.BAD_RESPONSE, f"oEmbed came as {media[:60]}")
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise FetchFailed(FetchReason.BAD_RESPONSE, "oEmbed is not JSON") from error
    if not isinstance(said, dict):
        raise FetchFailed(FetchReason.BAD_RESPONSE, "oEmbed is not an object")
    picture = said.get("thumbnail_url")
    if said.get("type") == "photo":
        picture = said.get("url") or picture
    return PageFacts(
        title=_text(said.get("title")),
        image=_address(picture, answer.final_url),
        author=_text(said.get("author_name")),
        publisher=_text(said.get("provider_name")),
    )


def _with_url(endpoint: str, url: str) -> str:
    joint = "&" if "?" in endpoint else "?"
    return f"{endpoint}{joint}url={quote(url, safe='')}"


@cache
def _read_providers(path: Path) -> tuple[tuple[str, str, str], ...]:
    """Return how the hosts of each scheme end, the scheme, and whom to ask.

    Each job has a process of its own, so that compiling all of them would cost every
    one 80 ms.
    """
    listed = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        (_ending(scheme), scheme, _json_endpoint(endpoint["url"]))
        for provider in listed
        for endpoint in provider.get("endpoints", ())
        if "json" in endpoint.get("formats", ["json"])
        for scheme in endpoint.get("schemes", ())
    )


def _ending(scheme: str) -> str:
    """Return the end of a scheme's host, as far as it has no star."""
    host = scheme.partition("://")[2].partition("/")[0]
    return host.rpartition("*")[2].lower()


def _json_endpoint(address: str) -> str:
    """Return an endpoint that answers in JSON; some answer in XML unless asked."""
    if "{format}" in address:
        return address.replace("{format}", "json")
    return f"{address}{'&' if '?' in address else '?'}format=json"


def _to_pattern(scheme: str) -> re.Pattern[str]:
    """Turn `https://*.site/a/*` into a pattern; a star in the host stays in it."""
    head, slashes, rest = scheme.partition("://")
    host, slash, path = rest.partition("/")
    return re.compile(
        re.escape(head + slashes)
        + re.escape(host).replace(r"\*", r"[\w.-]*")
        + re.escape(slash + path).replace(r"\*", ".*"),
        re.IGNORECASE,
    )


def _text(value: Any) -> str | None:  # noqa: ANN401 - whatever JSON holds
    if not isinstance(value, str):
        return None
    return " ".join(html.unescape(value).split())[:MAX_TEXT] or None


def _address(value: Any, base: str) -> str | None:  # noqa: ANN401 - whatever JSON holds
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        return urljoin(base, value.strip())
    except ValueError:
        return None
