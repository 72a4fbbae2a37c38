from __future__ import annotations

import json
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from relay.adapters.own_api import OwnApi
from relay.demo.makers import Fate, Submission, plan
from relay.demo.memory import Memory
from relay.demo.run import MOST_OPEN, Played, run_demo
from relay.domain.errors import Conflict, Invalid, TooMany, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SITE = "http://127.0.0.1:9"


@dataclass
class Relay:
    """A relay that keeps what it is sent and follows the API's contract."""

    url: str = ""
    entries: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    decisions: dict[str, str] = field(default_factory=dict)
    ready_after: int = 1
    busy: int = 0
    fault: str = ""

    def take(self, fields: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        if self.busy:
            self.busy -= 1
            return 429, {"title": "Too many"}
        if self.fault:
            return 422, {"errors": [{"field": self.fault, "code": "missing"}]}
        n = len(self.entries)
        self.entries.append(fields)
        self.keys.append(key)
        return 201, {
            "ref": f"ref-{n}",
            "token": f"token-{n}",
            "status_url": f"{self.url}/api/v1/status/token-{n}",
            "mine_url": f"{self.url}/mine/token-{n}",
            "baton_url": f"{self.url}/b/baton-{n}",
            "duplicate_of": None,
        }

    def tell(self, token: str) -> tuple[int, dict[str, Any]]:
        self.asked[token] += 1
        ready = self.asked[token] > self.ready_after
        return 200, {
            "ref": token.replace("token", "ref"),
            "no": None,
            "moderation": "pending",
            "preview": {"state": "ready" if ready else "fetching"},
        }

    def decide(self, ref: str, decision: str) -> None:
        assert self.decisions.get(ref) == (
            "approve" if decision == "take_down" else None
        )
        self.decisions[ref] = decision


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    relay: Relay

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        fields = json.loads(self.rfile.read(length))
        assert self.path == "/api/v1/entries"
        self.answer(*self.relay.take(fields, self.headers["Idempotency-Key"]))

    def do_GET(self) -> None:
        assert self.path.startswith("/api/v1/status/")
        self.answer(*self.relay.tell(self.path.rsplit("/", 1)[-1]))

    def answer(self, status: int, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def relay() -> Iterator[Relay]:
    kept = Relay()
    door = type("OneDoor", (Door,), {"relay": kept})
    server = ThreadingHTTPServer(("127.0.0.1", 0), door)
    server.daemon_threads = True
    kept.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def api(relay: Relay) -> Iterator[OwnApi]:
    client = OwnApi(relay.url)
    yield client
    client.close()


def few(count: int = 12) -> list[Submission]:
    """The first entries, with one rejected and two left waiting."""
    fates = {count - 1: Fate.REJECT, count - 2: Fate.WAIT, count - 3: Fate.WAIT}
    return [
        replace(each, fate=fates.get(each.n, Fate.APPROVE)) for each in plan()[:count]
    ]


def play(
    relay: Relay,
    api: OwnApi,
    folder: Path,
    entries: list[Submission],
    **more: Any,  # noqa: ANN401 - what run_demo takes
) -> Played:
    return run_demo(
        site_url=SITE,
        api=api,
        decide=relay.decide,
        memory=Memory(folder / "demo.jsonl"),
        progress=more.pop("progress", lambda *_: None),
        entries=entries,
        per_second=400,
        ask_again=0.02,
        **more,
    )


def test_everything_is_sent_in_and_decided(
    relay: Relay, api: OwnApi, tmp_path: Path
) -> None:
    played = play(relay, api, tmp_path, few())
    assert played == Played(sent=12, approved=9, rejected=1, waiting=2)
    assert Counter(relay.decisions.values()) == {"approve": 9, "reject": 1}
    assert relay.decisions["ref-11"] == "reject"
    assert "ref-10" not in relay.decisions


def test_the_words_of_the_plan_arrive_unchanged(
    relay: Relay, api: OwnApi, tmp_path: Path
) -> None:
    entries = few()
    play(relay, api, tmp_path, entries)
    for each, sent in zip(entries, relay.entries, strict=True):
        assert sent["link"] == f"{SITE}/post/{each.n}"
        assert sent["title"] == each.title
        assert sent["alt"] == (each.alt or "")
        assert sent["city"] == each.city.id
        assert sent["lang"] == each.lang
        assert sent["consent"] is True


def test_a_childs_work_comes_with_its_guardians_consent(
    relay: Relay, api: OwnApi, tmp_path: Path
) -> None:
    entries = [
        replace(each, parent=None) for each in plan() if each.by_child or each.n == 0
    ]
    play(relay, api, tmp_path, entries)
    assert "guardian_consent" not in relay.entries[0]
    assert all(sent["guardian_consent"] is True for sent in relay.entries[1:])


def test_the_baton_comes_from_the_parents_receipt(
    relay: Relay, api: OwnApi, tmp_path: Path
) -> None:
    entries = few(30)
    play(relay, api, tmp_path, entries)
    assert any(each.parent is not None for each in entries)
    for each, sent in zip(entries, relay.entries, strict=True):
        wanted = None if each.parent is None else f"baton-{each.parent}"
        assert sent.get("baton") == wanted


def test_a_second_run_sends_nothing_again(
    relay: Relay, api: OwnApi, tmp_path: Path
) -> None:
    play(relay, api, tmp_path, few())
    again = play(relay, api, tmp_path, few())
    assert again == Played(0, 0, 0, 0)
    assert len(relay.entries) == 12


def test_an_interrupted_run_is_taken_up_where_it_ended(
    relay: Relay, api: OwnApi, tmp_path: Path
) -> None:
    stops = iter([False] * 5 + [True])
    play(relay, api, tmp_path, few(), should_stop=lambda: next(stops))
    assert len(relay.entries) == 5
    play(relay, api, tmp_path, few())
    assert [sent["title"] for sent in relay.entries] == [each.title for each in few()]
    assert len(relay.decisions) == 10


def test_a_moderator_decides_when_the_preview_is_there(
    relay: Relay, api: OwnApi, tmp_path: Path
) -> None:
    play(relay, api, tmp_path, few(4)[:1])
    assert relay.asked["token-0"] == 2


def test_no_more_is_sent_in_than_the_workers_can_take(
    relay: Relay, api: OwnApi, tmp_path: Path
) -> None:
    relay.ready_after = 10_000
    stops = iter([False] * 60 + [True])
    entries = [replace(each, fate=Fate.APPROVE) for each in few(30)]
    play(relay, api, tmp_path, entries, should_stop=lambda: next(stops))
    assert len(relay.entries) == MOST_OPEN


def test_a_preview_that_never_comes_is_not_waited_for(
    relay: Relay, api: OwnApi, tmp_path: Path
) -> None:
    relay.ready_after = 10_000
    entries = [replace(few()[0], fate=Fate.APPROVE)]
    assert play(relay, api, tmp_path, entries, patience=0.1).approved == 1


def test_a_person_at_the_desk_may_be_faster(api: OwnApi, tmp_path: Path) -> None:
    def too_late(ref: str, decision: str) -> None:
        message = f"{ref}: {decision} comes too late."
        raise Conflict(message)

    memory = Memory(tmp_path / "demo.jsonl")
    run_demo(
        site_url=SITE,
        api=api,
        decide=too_late,
        memory=memory,
        progress=lambda *_: None,
        entries=few(3)[:1],
        per_second=400,
    )
    assert memory.decided == {0}


def test_being_asked_to_slow_down_loses_nothing(
    relay: Relay, api: OwnApi, tmp_path: Path
) -> None:
    relay.busy = 3
    assert play(relay, api, tmp_path, few(4)).sent == 4
    assert len(relay.entries) == 4


def test_progress_ends_at_the_whole(relay: Relay, api: OwnApi, tmp_path: Path) -> None:
    shown: list[tuple[int, int]] = []
    play(
        relay,
        api,
        tmp_path,
        few(),
        progress=lambda done, total, _: shown.append((done, total)),
    )
    assert shown[-1] == (12, 12)
    assert shown == sorted(shown)


def test_each_entry_has_a_key_of_its_own(
    relay: Relay, api: OwnApi, tmp_path: Path
) -> None:
    play(relay, api, tmp_path, few())
    assert len(set(relay.keys)) == 12


def test_refused_fields_are_named(relay: Relay, api: OwnApi, tmp_path: Path) -> None:
    relay.fault = "title"
    with pytest.raises(Invalid, match="title"):
        play(relay, api, tmp_path, few())


def test_too_many_says_when_to_come_back(relay: Relay, api: OwnApi) -> None:
    relay.busy = 1
    with pytest.raises(TooMany) as caught:
        api.submit({"title": "x"}, key="k")
    assert caught.value.retry_after == 0


def test_a_relay_that_does_not_answer_is_unavailable() -> None:
    api = OwnApi("http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        api.status("token")
    api.close()


def test_the_last_ones_are_decided_after_all_others(
    relay: Relay, api: OwnApi, tmp_path: Path
) -> None:
    entries = [replace(each, fate=Fate.APPROVE) for each in few(6)]
    entries[1] = replace(entries[1], fate=Fate.TAKE_DOWN)
    entries[2] = replace(entries[2], fate=Fate.LATE)
    assert play(relay, api, tmp_path, entries) == Played(6, 5, 1, 0)
    assert set(list(relay.decisions)[4:]) == {"ref-1", "ref-2"}
    assert relay.decisions["ref-1"] == "take_down"
