"""The one door out: strangers' links are fetched here and nowhere else."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from relay.adapters.safe_answer import (
    DATA,
    MAX_PAGE,
    MAX_PICTURE,
    PAGE,
    PICTURE,
    Fetched,
    Over,
    Wanted,
)
from relay.adapters.safe_body import ACCEPT_ENCODING, Body
from relay.adapters.safe_deadline import Deadline
from relay.adapters.safe_door import Door
from relay.adapters.safe_resolve import resolve
from relay.adapters.safe_transport import PinnedAdapter, Trip, honest_errors, send
from relay.domain.errors import FetchFailed, FetchReason
from relay.domain.preview import Step
from relay.domain.urls import DEFAULT_PORTS, Url, read_url
from relay.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

__all__ = [
    "DATA",
    "DEADLINE",
    "MAX_PAGE",
    "MAX_PICTURE",
    "MAX_REDIRECTS",
    "PAGE",
    "PICTURE",
    "Door",
    "Fetched",
    "Over",
    "Wanted",
    "fetch",
    "post",
]

DEADLINE = 15.0
"""Seconds of wall clock for one link, names and redirects and all."""

MAX_REDIRECTS = 4
_FRAMING = 256 * 1024
"""Bytes on the wire beside the body's own: what chunks and trailers may take."""

_WORTH_TELLING = 1.0
"""Milliseconds of waiting for a turn below which it is no step."""

_TOLD = 200
"""Characters that are told of an address that we do not follow."""

_RECEIPT = Wanted("*/*", 16 * 1024, Over.CUT)
"""What is kept of the answer to something that we have sent."""

# With a scheme it stands by itself; joining would make a path of `http:a`.
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


def fetch(
    url: str,
    *,
    door: Door | None = None,
    accept: Wanted = PAGE,
    max_bytes: int | None = None,
    deadline: float = DEADLINE,
    referer: str = "",
) -> Fetched:
    """Return what is at a stranger's link; raises FetchFailed.

    Any status is an answer: `Fetched.require_ok` judges it. `deadline` is in seconds,
    for everything. Without a `door` the settings describe one. Of `referer` only the
    origin is told, as browsers do: some picture hosts answer nobody else. A door that
    takes turns may raise TooMany, too: the host is busy with another of our workers.
    """
    visit = _Visit(
        door=door or Door.of(read_settings()),
        wanted=replace(accept, max_bytes=max_bytes) if max_bytes else accept,
        deadline=Deadline(deadline),
        referer=referer,
    )
    try:
        return visit.follow(url)
    except FetchFailed as error:
        for step in visit.steps:
            error.add_note(f"{step.name}: {step.detail} ({step.ms:g} ms)")
        raise


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    door: Door | None = None,
    deadline: float = DEADLINE,
) -> Fetched:
    """Send `body` to an address once, and return its answer; raises FetchFailed.

    `headers` are sent beside our own. A redirect is a failure: what was meant for one
    address is told to no other. Of the answer's body a little is kept.
    """
    visit = _Visit(
        door=door or Door.of(read_settings()),
        wanted=_RECEIPT,
        deadline=Deadline(deadline),
        payload=_Payload(body, headers),
    )
    return visit.follow(url)


@dataclass(frozen=True)
class _Payload:
    """What is sent instead of only asking."""

    body: bytes
    headers: Mapping[str, str]


@dataclass
class _Visit:
    """One link, followed to where it leads."""

    door: Door
    wanted: Wanted
    deadline: Deadline
    referer: str = ""
    payload: _Payload | None = None
    steps: list[Step] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)

    def follow(self, asked: str) -> Fetched:
        url = read_url(asked, allow=self.door.allow)
        while True:
            answer = self._ask(url, asked)
            if isinstance(answer, Fetched):
                return answer
            if self.payload is not None:
                raise FetchFailed(FetchReason.BAD_REDIRECT, "it sends us elsewhere")
            url = self._next(url, answer)

    def _ask(self, url: Url, asked: str) -> Fetched | str:
        """Return the answer, or the Location that it sends us to, in our turn."""
        began = self.deadline.ms
        self.door.turns.take(url)
        if self._since(began) >= _WORTH_TELLING:
            self.steps.append(Step("waited", f"for {url.host}", self._since(began)))
        failed: FetchFailed | None = None
        try:
            answer = self._exchange(url, asked)
            failed = _failure_of(answer)
        except FetchFailed as error:
            failed = error
            raise
        finally:
            self.door.turns.end(url, failed)
        return answer

    def _exchange(self, url: Url, asked: str) -> Fetched | str:
        trip = Trip(url, self._resolve(url), self.deadline)
        headers = self._headers(url)
        adapter = PinnedAdapter(trip, ca_bundle=self.door.ca_bundle)
        began = self.deadline.ms
        with closing(adapter), closing(self._send(trip, adapter, headers)) as response:
            status = response.status_code
            detail = f"{trip.address} answered {status}"
            self.steps.append(Step("asked", detail, self._since(began)))
            if status in _REDIRECTS:
                return _location(response)
            body, truncated = self._read(response, trip)
        return Fetched(
            url=asked,
            final_url=url.text,
            status=status,
            headers={name.lower(): text for name, text in response.headers.items()},
            body=body,
            truncated=truncated,
            redirects=tuple(self.passed),
            address=trip.address,
            wire_bytes=trip.received,
            ms=self.deadline.ms,
            steps=tuple(self.steps),
        )

    def _send(
        self, trip: Trip, adapter: PinnedAdapter, headers: dict[str, str]
    ) -> requests.Response:
        if self.payload is None:
            return send(trip, adapter, headers)
        headers = {**self.payload.headers, **headers}
        return send(trip, adapter, headers, method="POST", body=self.payload.body)

    def _headers(self, url: Url) -> dict[str, str]:
        headers = {
            "User-Agent": self.door.user_agent,
            "Accept": self.wanted.accept,
            "Accept-Encoding": ACCEPT_ENCODING,
            "Connection": "close",
        }
        origin = urlsplit(self.referer)
        if origin.netloc and origin.scheme in {url.scheme, "http"}:
            headers["Referer"] = f"{origin.scheme}://{origin.netloc}/"
        return headers

    def _resolve(self, url: Url) -> tuple[str, ...]:
        began = self.deadline.ms
        try:
            addresses = resolve(
                url,
                resolver=self.door.resolver,
                allow=self.door.allow,
                deadline=self.deadline,
            )
        except FetchFailed as error:
            self.steps.append(Step("resolved", f"failed, {error}", self._since(began)))
            if self.passed:
                raise _led_on(url.text, error) from error
            raise
        detail = f"{url.host} is at {', '.join(addresses)}"
        self.steps.append(Step("resolved", detail, self._since(began)))
        return addresses

    def _next(self, url: Url, location: str) -> Url:
        """Check where a redirect leads, as strictly as the first link."""
        self.passed.append(url.text)
        place = _join(url, location)
        try:
            _require_few(self.passed)
            target = read_url(place, allow=self.door.allow)
            target = _stay_secure(url, target)
        except FetchFailed as error:
            self.steps.append(Step("redirected", f"to {_printable(place)}", 0.0))
            raise _led_on(place, error) from error
        self.steps.append(Step("redirected", f"to {target.text}", 0.0))
        if target.wire in {each.partition("#")[0] for each in self.passed}:
            raise FetchFailed(FetchReason.BAD_REDIRECT, "it leads in a circle")
        return target

    def _read(self, response: requests.Response, trip: Trip) -> tuple[bytes, bool]:
        began = self.deadline.ms
        wanted = self._fit(response.headers.get("Content-Type", ""))
        trip.limit = 2 * wanted.max_bytes + _FRAMING
        coding = response.headers.get("Content-Encoding", "")
        body = Body(wanted, coding)
        read = partial(response.raw.read, decode_content=False)
        trip.may_break = True
        with honest_errors(trip):
            body.read(read, self.deadline)
        if trip.broken and not body.truncated:
            body.end_early(trip.broken)
        detail = f"{len(body.data)} bytes, {body.wire} on the wire"
        detail += ", cut" if body.truncated else ""
        self.steps.append(Step("read", detail, self._since(began)))
        return bytes(body.data), body.truncated

    def _fit(self, content_type: str) -> Wanted:
        """Give a picture that was linked directly the limits of a picture."""
        is_picture = content_type.strip().lower().startswith("image/")
        return (
            PICTURE if is_picture and self.wanted.accept == PAGE.accept else self.wanted
        )

    def _since(self, began: float) -> float:
        return round(self.deadline.ms - began, 1)


def _failure_of(answer: Fetched | str) -> FetchFailed | None:
    """Return what the answer amounts to, if that is a failure."""
    if isinstance(answer, str):
        return None
    try:
        answer.require_ok()
    except FetchFailed as failed:
        return failed
    return None


def _location(response: requests.Response) -> str:
    """Return the Location; servers send UTF-8 and spaces where they may not."""
    location = response.headers.get("Location", "").strip().replace(" ", "%20")
    if not location:
        raise FetchFailed(FetchReason.BAD_REDIRECT, "it leads nowhere")
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def _join(url: Url, location: str) -> str:
    """Return where a Location leads, as it stands when it cannot be understood."""
    if _SCHEME.match(location):
        return location
    try:
        return urljoin(url.text, location)
    except ValueError:
        return location


def _require_few(passed: list[str]) -> None:
    if len(passed) > MAX_REDIRECTS:
        detail = f"more than {MAX_REDIRECTS} redirects"
        raise FetchFailed(FetchReason.BAD_REDIRECT, detail)


def _led_on(place: str, error: FetchFailed) -> FetchFailed:
    """Return the failure with the address that the link led on to."""
    detail = f"the link led on to {_printable(place)}: {error.detail}"
    return FetchFailed(error.reason, detail, retry_after=error.retry_after)


def _printable(place: str) -> str:
    """Return an address that a stranger wrote as text that does nothing when shown."""
    cut = place if len(place) <= _TOLD else f"{place[:_TOLD]}..."
    return "".join(each if each.isprintable() else f"%u{ord(each):04X}" for each in cut)


def _stay_secure(url: Url, target: Url) -> Url:
    """Ask a plain target over TLS when we came over TLS; raises FetchFailed."""
    if target.scheme in {url.scheme, "https"}:
        return target
    if target.port != DEFAULT_PORTS["http"]:
        raise FetchFailed(FetchReason.BAD_REDIRECT, "from https to http")
    return replace(target, scheme="https", port=DEFAULT_PORTS["https"])
