"""`relay fetch`, `preview` and `thumbnail` as an operator meets them."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from typing_extensions import override

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
    from pathlib import Path

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
