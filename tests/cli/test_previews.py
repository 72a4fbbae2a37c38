"""`relay fetch`, `preview` and `thumbnail` as an operator meets them."""

from __future__ import annotations

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO, TextIOWrapper
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from typing_extensions import override

from relay.adapters.safe_answer import MAX_PAGE
from relay.cli import main
from relay.cli.sentences import FETCH, PICTURE, sentence_of
from relay.domain.errors import (
    FetchFailed,
    FetchReason,
    FieldError,
    Invalid,
    PictureReason,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Run = Callable[..., tuple[int, str, str]]


class _Moved(BaseHTTPRequestHandler):
    """A site whose page has moved to where there is none."""

    def do_GET(self) -> None:
        self.send_response(404 if self.path == "/there" else 302)
        self.send_header("Location", "/there")
        self.send_header("Content-Length", "0")
        self.end_headers()

    @override
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Moved) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run `relay` in this process: its code, what it printed, what it complained."""
    monkeypatch.setenv("RELAY_DATA", str(tmp_path / "data"))

    def do(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["relay", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return do


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = BytesIO()
    Image.new("RGB", (400, 300), "teal").save(file, "JPEG")
    path = tmp_path / "picture.jpg"
    path.write_bytes(file.getvalue())
    return path


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text("<title>Paper boats</title>", encoding="ascii")
    return path


def test_a_failed_fetch_prints_its_steps_and_says_why_in_a_sentence(
    run: Run, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELAY_FETCH_ALLOW", site)
    code, printed, complaint = run("fetch", f"http://{site}/here", "--json")
    answer = json.loads(printed)
    assert (code, answer["state"], answer["reason"]) == (1, "refused", "gone")
    assert all(set(each) == {"name", "detail", "ms"} for each in answer["steps"])
    told = " ".join(f"{each['name']} {each['detail']}" for each in answer["steps"])
    assert "platform" in told
    assert "302" in told
    assert "404" in told
    assert complaint.startswith("relay: There is no such page")
    assert complaint.count("\n") == 1


def test_a_folder_is_no_saved_page(run: Run, tmp_path: Path) -> None:
    code, _, complaint = run("preview", str(tmp_path), "--url", "https://example.org/")
    assert code == 2
    assert "is a directory" in complaint
    assert "Traceback" not in complaint


def test_a_page_without_end_is_read_as_far_as_the_fetcher_would(run: Run) -> None:
    url = "https://example.org/"
    code, printed, _ = run("preview", "/dev/zero", "--url", url, "--json")
    assert code == 0
    assert json.loads(printed)["title"] is None


@pytest.mark.parametrize(("beyond", "title"), [(0, "Late"), (19, None)])
def test_a_page_is_read_up_to_a_mebibyte(
    run: Run, tmp_path: Path, beyond: int, title: str | None
) -> None:
    page, words = tmp_path / "page.html", "<title>Late</title>"
    filling = MAX_PAGE - len(words) + beyond
    page.write_text(f"<!--{'x' * (filling - 7)}-->{words}", encoding="ascii")
    _, printed, _ = run("preview", str(page), "--url", "https://example.org/", "--json")
    assert json.loads(printed)["title"] == title


def test_an_address_that_is_none_is_a_wrong_use(run: Run, page: Path) -> None:
    code, _, complaint = run("preview", str(page), "--url", "http://[::1")
    assert code == 2
    assert "is no address" in complaint


def lines(run: Run, monkeypatch: pytest.MonkeyPatch, asked: bytes) -> tuple[int, Any]:
    """Ask `relay preview --jsonl`: its code, and what each line was answered with."""
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(asked)))
    code, printed, complaint = run("preview", "--jsonl")
    assert complaint == ""
    return code, [json.loads(each) for each in printed.splitlines()]


def line(file: object, url: object = "https://example.org/") -> bytes:
    return json.dumps({"file": str(file) if file else file, "url": url}).encode()


def test_each_line_gets_an_answer(
    run: Run, monkeypatch: pytest.MonkeyPatch, page: Path
) -> None:
    asked = b"\n".join([line(page), b"", line(page, "https://example.org/b")])
    code, answers = lines(run, monkeypatch, asked)
    assert code == 0
    assert [each["title"] for each in answers] == ["Paper boats"] * 2
    assert "_ms" in answers[0]


WALLS = [
    ("https://weibo.com/1/AbCd", "Sina Visitor System", "login_wall"),
    ("https://example.org/", "Just a moment...", "forbidden"),
    ("https://t.me/kites/7", "Telegram: Contact @kites", "gone"),
    ("https://example.org/login", "Welcome", "login_wall"),
]


@pytest.mark.parametrize(("url", "title", "reason"), WALLS)
def test_a_saved_wall_is_no_work_and_says_why(
    run: Run, tmp_path: Path, url: str, title: str, reason: str
) -> None:
    wall = tmp_path / "wall.html"
    wall.write_text(f"<title>{title}</title><p>Visitors wait here.</p>")
    code, printed, _ = run("preview", str(wall), "--url", url, "--json")
    answer = json.loads(printed)
    assert (code, answer.pop("reason")) == (0, reason)
    assert {name for name, value in answer.items() if value is not None} == {"_ms"}


def test_a_wall_among_lines_has_every_field_and_its_reason(
    run: Run, monkeypatch: pytest.MonkeyPatch, page: Path, tmp_path: Path
) -> None:
    wall = tmp_path / "wall.html"
    wall.write_text("<title>Sina Visitor System</title>")
    asked = line(wall, "https://weibo.com/1/AbCd") + b"\n" + line(page)
    code, (refused, told) = lines(run, monkeypatch, asked)
    assert (code, list(refused)) == (0, list(told))
    assert (refused["reason"], refused["title"]) == ("login_wall", None)
    assert (told["reason"], told["title"]) == (None, "Paper boats")


@pytest.mark.parametrize(
    "bad",
    [
        b"no JSON",
        b"[]",
        b"null",
        b"7",
        b"{}",
        b"\xff\xfe",
        b"[" * 60_000,
        b"1" * 60_000,
        b'{"file": "' + b"x" * 100_000 + b'", "url": "https://example.org/"}',
        b"x" * 1_000_000,
        line(None),
        line("/nowhere/at/all"),
        line("/dev/zero"),
        line("/"),
        line("nul\x00"),
        line("half \ud800"),
        line("x" * 5_000),
        line("PAGE", None),
        line("PAGE", []),
        line("PAGE", ""),
        line("PAGE", "http://[::1"),
        line("PAGE", "https://example.org/\ud800"),
    ],
    ids=lambda bad: f"{bad[:30]!r} {len(bad)}",
)
def test_a_line_that_cannot_be_read_says_why_and_the_next_ones_go_on(
    run: Run, monkeypatch: pytest.MonkeyPatch, page: Path, bad: bytes
) -> None:
    bad = bad.replace(b"PAGE", str(page).encode())
    asked = b"\n".join([line(page), bad, line(page)])
    code, answers = lines(run, monkeypatch, asked)
    assert code == 1
    assert [list(each) == ["error"] for each in answers] == [False, True, False]
    assert answers[1]["error"]
    assert answers[2]["title"] == "Paper boats"


def test_a_pipe_that_nobody_fills_holds_nothing_up(
    run: Run, monkeypatch: pytest.MonkeyPatch, page: Path, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    asked = line(tmp_path / "pipe") + b"\n" + line(page)
    code, answers = lines(run, monkeypatch, asked)
    assert (code, answers[0]) == (1, {"error": "this is no file"})
    assert answers[1]["title"] == "Paper boats"


def test_lines_without_end_come_to_an_end(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/zero").open("rb") as zero:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=zero))
        code, printed, _ = run("preview", "--jsonl")
    assert code == 1
    assert "longer than" in json.loads(printed)["error"]


@pytest.mark.parametrize(
    "url",
    ["", "http://[::1", "a" * 100_000, "http://" + "a." * 9_999, "http://x/\udcff"],
    ids=lambda url: url[:20].encode("ascii", "replace").decode(),
)
def test_a_strange_link_is_blocked_in_one_line(run: Run, url: str) -> None:
    code, printed, complaint = run("check-link", url, "--json")
    assert (code, complaint, printed.count("\n")) == (0, "", 1)
    assert json.loads(printed)["verdict"] == "block"


def test_a_source_without_end_is_refused_as_too_large(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "made.webp"
    code, printed, complaint = run("thumbnail", "/dev/zero", str(target))
    assert (code, printed) == (1, "")
    assert complaint == (
        "relay: The picture is too large; 10 MiB is the most (10485761 bytes).\n"
    )
    assert not target.exists()


def test_what_is_no_picture_leaves_no_file(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "words.jpg"
    source.write_text("These are words. " * 20, encoding="ascii")
    code, _, complaint = run("thumbnail", str(source), str(tmp_path / "made.webp"))
    assert code == 1
    assert complaint.startswith("relay: This is no picture of a format that can be")
    assert list(tmp_path.glob("made*")) == []


def test_a_picture_becomes_a_thumbnail(run: Run, picture: Path, tmp_path: Path) -> None:
    target = tmp_path / "made.webp"
    assert run("thumbnail", str(picture), str(target)) == (0, "", "")
    with Image.open(target) as made:
        assert (made.format, made.size) == ("WEBP", (400, 300))


def test_a_target_that_cannot_be_written_is_one_sentence(
    run: Run, picture: Path, tmp_path: Path
) -> None:
    target = tmp_path / "nowhere" / "made.webp"
    code, _, complaint = run("thumbnail", str(picture), str(target))
    assert code == 1
    assert str(target) in complaint
    assert complaint.count("\n") == 1


def test_every_reason_has_a_sentence() -> None:
    assert set(FETCH) == set(FetchReason)
    assert set(PICTURE) == set(PictureReason)


def test_a_stranger_cannot_write_a_second_line_or_colours() -> None:
    told = sentence_of(FetchFailed(FetchReason.LOGIN_WALL, "Sign in\n\x1b[31mrelay:"))
    assert told.isprintable()
    assert "Sign in" in told


def test_a_field_without_a_sentence_is_still_named() -> None:
    assert sentence_of(Invalid([FieldError("city", "missing")])) == (
        "Please correct city: missing."
    )
