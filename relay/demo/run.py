"""Play the demo relay: send every entry in by the public API, and decide on most."""

from __future__ import annotations

import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from relay.demo.makers import Fate, plan
from relay.demo.memory import Sent
from relay.domain.errors import Conflict, Forbidden, TooMany
from relay.domain.preview import FINAL_STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from relay.demo.makers import Submission
    from relay.demo.memory import Memory

# Slow enough to watch the wall fill, quick enough not to wait for it.
PER_SECOND = 6.0
# No more than these wait for the workers at once, so that works come to the wall with
# their pictures, however slow the machine is.
MOST_OPEN = 12
# A moderator does not wait for a machine for ever.
PATIENCE_SECONDS = 25.0
ASK_AGAIN_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 60.0

_LAST = frozenset({Fate.LATE, Fate.TAKE_DOWN})
# What the moderator decides, one after the other.
_CHOICES = {
    Fate.APPROVE: ("approve",),
    Fate.REJECT: ("reject",),
    Fate.WAIT: (),
    Fate.LATE: ("approve",),
    Fate.TAKE_DOWN: ("approve", "take_down"),
}


class ApiClient(Protocol):
    """The public API, as `relay.adapters.own_api.OwnApi` speaks it."""

    def submit(self, fields: Mapping[str, object], *, key: str) -> dict[str, Any]:
        """Send an entry in and return its receipt."""

    def status(self, token: str) -> dict[str, Any]:
        """Return how far an entry is."""


@dataclass(frozen=True)
class Played:
    """What one run did."""

    sent: int
    approved: int
    rejected: int
    waiting: int


@dataclass
class _Open:
    """An entry that was sent in and is not decided."""

    entry: Submission
    sent: Sent
    since: float
    asked: float


def run_demo(  # noqa: PLR0913 - a run needs its neighbours, and tests its pace
    *,
    site_url: str,
    api: ApiClient,
    decide: Callable[[str, str], object],
    memory: Memory,
    progress: Callable[[int, int, str], None],
    entries: Sequence[Submission] | None = None,
    per_second: float = PER_SECOND,
    patience: float = PATIENCE_SECONDS,
    ask_again: float = ASK_AGAIN_SECONDS,
    should_stop: Callable[[], bool] = lambda: False,
) -> Played:
    """Send in what `memory` does not hold yet, and decide once previews are there.

    `decide` is called with an entry's ref and `approve`, `reject` or `take_down`.
    Parents are sent before their children, whose baton is theirs. Raises what `api` and
    `decide` raise, but waits when asked too often, and lets a Conflict of `decide` be.
    `should_stop` is asked between all steps.
    """
    run = _Run(
        site_url=site_url,
        api=api,
        decide=decide,
        memory=memory,
        progress=progress,
        plan=tuple(plan() if entries is None else entries),
        patience=patience,
        ask_again=ask_again,
    )
    step = 1 / per_second
    while not should_stop() and run.is_unfinished:
        began = time.monotonic()
        run.send_next()
        run.decide_ready(until=began + step)
        time.sleep(max(0.0, began + step - time.monotonic()))
    return run.played


class _Run:
    def __init__(
        self,
        *,
        site_url: str,
        api: ApiClient,
        decide: Callable[[str, str], object],
        memory: Memory,
        progress: Callable[[int, int, str], None],
        plan: tuple[Submission, ...],
        patience: float,
        ask_again: float,
    ) -> None:
        self._site, self._api, self._decide = site_url.rstrip("/"), api, decide
        self._memory, self._progress = memory, progress
        self._patience, self._ask_again = patience, ask_again
        self._plan = plan
        self._unsent = deque(each for each in plan if each.n not in memory.sent)
        now = time.monotonic()
        self._open = deque(
            _Open(each, memory.sent[each.n], now, 0.0)
            for each in plan
            if each.n in memory.sent and each.n not in memory.decided
        )
        self.played = Played(0, 0, 0, 0)

    @property
    def is_unfinished(self) -> bool:
        return bool(self._unsent or self._open)

    def send_next(self) -> None:
        """Send the next entry in, if there is one and the workers keep up."""
        if not self._unsent or len(self._open) >= MOST_OPEN:
            return
        entry = self._unsent[0]
        receipt = self._patiently(
            lambda: self._api.submit(self._fields(entry), key=f"demo-{entry.n}")
        )
        self._unsent.popleft()
        baton = str(receipt["baton_url"]).rstrip("/").rsplit("/", 1)[-1]
        sent = Sent(str(receipt["ref"]), str(receipt["token"]), baton)
        self._memory.remember_sent(entry.n, sent)
        now = time.monotonic()
        self._open.append(_Open(entry, sent, now, now))
        self._count(sent=1)

    def decide_ready(self, *, until: float) -> None:
        """Ask about open entries, the longest unasked first, and decide the ready."""
        for _ in range(len(self._open)):
            now = time.monotonic()
            if now >= until or now - self._open[0].asked < self._ask_again:
                return
            each = self._open.popleft()
            each.asked = now
            if self._is_ready(each, now):
                self._finish(each)
            else:
                self._open.append(each)

    def _is_ready(self, each: _Open, now: float) -> bool:
        if each.entry.fate is Fate.WAIT:
            return True
        if each.entry.fate in _LAST and not self._only_last_ones:
            return False
        status = self._patiently(lambda: self._api.status(each.sent.token))
        arrived = status["preview"]["state"] in FINAL_STATES
        return arrived or now - each.since >= self._patience

    @property
    def _only_last_ones(self) -> bool:
        return not self._unsent and all(each.entry.fate in _LAST for each in self._open)

    def _finish(self, each: _Open) -> None:
        fate = each.entry.fate
        for choice in _CHOICES[fate]:
            # Whoever watches may be at the desk and faster: theirs stands.
            with suppress(Conflict, Forbidden):
                self._decide(each.sent.ref, choice)
        self._memory.remember_decided(each.entry.n)
        self._count(
            approved=fate in {Fate.APPROVE, Fate.LATE},
            rejected=fate in {Fate.REJECT, Fate.TAKE_DOWN},
            waiting=fate is Fate.WAIT,
        )

    def _fields(self, entry: Submission) -> dict[str, object]:
        fields: dict[str, object] = {
            "link": f"{self._site}/post/{entry.n}",
            "title": entry.title,
            "alt": entry.alt or "",
            "description": entry.description or "",
            "name": entry.name,
            "kind": entry.kind,
            "city": entry.city.id,
            "lang": entry.lang,
            "consent": True,
        }
        if entry.parent is not None:
            fields["baton"] = self._memory.sent[entry.parent].baton
        if entry.by_child:
            fields["guardian_consent"] = True
        return fields

    def _patiently(self, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        while True:
            try:
                return ask()
            except TooMany as error:
                time.sleep(min(error.retry_after, _LONGEST_WAIT_SECONDS))

    def _count(
        self,
        *,
        sent: int = 0,
        approved: int = 0,
        rejected: int = 0,
        waiting: int = 0,
    ) -> None:
        old = self.played
        self.played = Played(
            old.sent + sent,
            old.approved + approved,
            old.rejected + rejected,
            old.waiting + waiting,
        )
        done, total = len(self._memory.decided), len(self._plan)
        words = f"artworks ({len(self._memory.sent)} sent in)"
        self._progress(done, total, words)
