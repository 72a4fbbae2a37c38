"""`relay fetch`, `preview`, `check-link`, `thumbnail`: one link, as workers see it."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from relay.cli.sentences import sentence_of
from relay.domain.errors import FetchFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from relay.domain.preview import LinkPreview, PageFacts

FIELDS = ("title", "description", "image", "author", "publisher", "date", "lang", "url")
# A line names a file and an address, both at their longest.
LINE_BYTES = 64 * 1024
# How much of a line that is too long is passed over before we stop reading.
SKIP_BYTES = 16 * 1024 * 1024
# How the previewer notes a step on the error that ended it.
_STEP = re.compile(r"([^:]*): (.*) \(([-+.e\d]+) ms\)", re.DOTALL)


def _say(answer: dict[str, Any], *, as_json: bool) -> None:
    """Print an answer: one line of JSON for programs, one line a field for people."""
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for name, value in answer.items():
        if name in _TABLES:
            click.echo(f"{name}:")
            for line in _TABLES[name](value):
                click.echo(f"  {line}")
            continue
        shown = value if isinstance(value, str | int | float) else json.dumps(value)
        click.echo(f"{name + ':':14}{'—' if value is None else shown}")


def _origin_lines(origins: dict[str, str]) -> list[str]:
    return [f"{name + ':':13}{place}" for name, place in origins.items()]


def _step_lines(steps: list[dict[str, Any]]) -> list[str]:
    return [
        f"{each['ms']:9.1f} ms  {each['name'] + ':':12}{each['detail']}"
        for each in steps
    ]


# What is a table for people.
_TABLES: dict[str, Callable[[Any], list[str]]] = {
    "origins": _origin_lines,
    "steps": _step_lines,
}


def _facts(facts: PageFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in FIELDS}


@click.command("fetch")
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="Answer in one line of JSON.")
def fetch(url: str, *, as_json: bool) -> None:
    """Make the whole preview of URL as a worker would, and explain every step."""
    from relay.bootstrap import open_relay

    try:
        preview, origins = open_relay().previewer.explain(url)
    except FetchFailed as error:
        refusal = {
            "asked": url,
            "state": "failed" if not error.permanent else "refused",
            "reason": error.reason.value,
            "detail": error.detail,
            "retry_after": error.retry_after,
            "steps": _steps(error),
        }
        _say(refusal, as_json=as_json)
        click.echo(f"relay: {sentence_of(error)}", err=True)
        sys.exit(1)
    _say(_preview(preview, origins), as_json=as_json)


def _steps(error: FetchFailed) -> list[dict[str, Any]]:
    """Return the steps up to a failure, in the form that those of a success have."""
    steps: list[dict[str, Any]] = []
    for note in getattr(error, "__notes__", ()):
        if step := _STEP.fullmatch(note):
            name, detail, ms = step.groups()
            steps.append({"name": name, "detail": detail, "ms": round(float(ms), 1)})
    return steps


def _preview(preview: LinkPreview, origins: dict[str, str]) -> dict[str, Any]:
    return {
        "asked": preview.asked,
        "state": "ready",
        "final_url": preview.final_url,
        "platform": preview.platform,
        **_facts(preview.facts),
        "image_alt": preview.facts.image_alt,
        "image_bytes": len(preview.image) if preview.image else 0,
        "image_reason": preview.image_reason,
        "origins": origins,
        "steps": [
            {"name": each.name, "detail": each.detail, "ms": round(each.ms, 1)}
            for each in preview.steps
        ],
    }


@click.command("preview")
@click.argument(
    "file",
    required=False,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@click.option("--url", default="", help="The address that the saved page had.")
@click.option("--json", "as_json", is_flag=True, help="Answer in one line of JSON.")
@click.option(
    "--jsonl",
    is_flag=True,
    help='Read {"url","file"} lines from standard input, answer one line each.',
)
def preview(file: Path | None, url: str, *, as_json: bool, jsonl: bool) -> None:
    """Read the facts of a saved page FILE, without any network."""
    if jsonl:
        _answer_lines(sys.stdin.buffer)
        return
    if file is None or not url:
        message = "Give FILE and --url, or --jsonl with lines on standard input."
        raise click.UsageError(message)
    from relay.adapters.safe_answer import MAX_PAGE

    try:
        answer = _facts_of(_read_some(file, MAX_PAGE), url)
    except ValueError as error:
        message = f"--url {url!r} is no address: {error}."
        raise click.UsageError(message) from error
    _say(answer, as_json=as_json)


def _answer_lines(lines: BinaryIO) -> None:
    """Answer each line with one line; exit 1 at the end if any could not be read.

    Whoever asks waits for its answer before asking on, so none is held back.
    """
    bad = 0
    for line in _split(lines):
        try:
            answer = _answer(line)
        except (ValueError, TypeError, RecursionError, OSError) as error:
            answer = {"error": _why(error)}
            bad += 1
        click.echo(json.dumps(answer, ensure_ascii=False))
    if bad:
        sys.exit(1)


def _split(lines: BinaryIO) -> Iterator[bytes]:
    """Yield the lines that are not empty; of one that is too long, its beginning."""
    while line := lines.readline(LINE_BYTES + 1):
        skipped, rest = 0, line
        while len(rest) > LINE_BYTES and not rest.endswith(b"\n"):
            rest = lines.readline(LINE_BYTES + 1)
            skipped += len(rest)
            if skipped > SKIP_BYTES:  # this is no list of lines, nor does it end
                yield line
                return
        if line.strip():
            yield line


def _answer(line: bytes) -> dict[str, Any]:
    """Return the facts that a line asks for; raises what is wrong with it."""
    from relay.adapters.safe_answer import MAX_PAGE

    if len(line) > LINE_BYTES:
        message = f"the line is longer than {LINE_BYTES} bytes"
        raise ValueError(message)
    asked = json.loads(line.decode("utf-8"))
    if not isinstance(asked, dict):
        message = 'the line is no object {"url", "file"}'
        raise TypeError(message)
    for name in ("file", "url"):
        if not isinstance(asked.get(name), str) or not asked[name]:
            message = f'"{name}" is no text'
            raise TypeError(message)
    file = Path(asked["file"])
    # A device or a pipe would keep all lines behind it waiting.
    if file.exists() and not file.is_file():
        message = "this is no file"
        raise ValueError(message)
    with file.open("rb") as page:
        return _facts_of(page.read(MAX_PAGE), asked["url"])


def _facts_of(page: bytes, url: str) -> dict[str, Any]:
    """Return a saved page's facts, of as much as the fetcher would take of it.

    A wall has none, only the reason that a worker would store for it. Raises
    ValueError for an address that is none.
    """
    from relay.adapters.page_reader import read_page
    from relay.domain.platforms import platform_of, refusal_of

    url.encode()  # half a character cannot be answered, either
    began = time.perf_counter()
    facts = read_page(page, url)
    reason = refusal_of(platform_of(url), url, facts.title, tells=facts.author)
    spent = (time.perf_counter() - began) * 1000
    told = _facts(facts) if reason is None else dict.fromkeys(FIELDS)
    return {**told, "reason": reason and reason.value, "_ms": round(spent, 3)}


def _why(error: Exception) -> str:
    """Return what was wrong with a line, in words that can be printed."""
    if isinstance(error, OSError):
        return error.strerror or "the file cannot be read"
    if isinstance(error, RecursionError):
        return "the line is nested too deeply"
    return str(error).encode("utf-8", "replace").decode("utf-8")


@click.command("check-link")
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="Answer in one line of JSON.")
def check(url: str, *, as_json: bool) -> None:
    """Say whether URL may be fetched, its canonical form, and its platform."""
    from relay.domain.links import check_link
    from relay.settings import read_settings

    verdict = check_link(url, allow=frozenset(read_settings().fetch_allow))
    answer = {
        "verdict": verdict.verdict,
        "reason": verdict.reason,
        "canonical": verdict.canonical,
        "platform": verdict.platform,
    }
    _say(answer, as_json=as_json)


@click.command("thumbnail")
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
def thumbnail(source: Path, target: Path) -> None:
    """Make the page rendition (at most 1280 px) of picture SOURCE as TARGET.

    The ending of TARGET chooses the format: .webp, .jpg, .png or .avif.
    """
    from relay.adapters.picture_header import MAX_BYTES
    from relay.adapters.pictures import PAGE_FORMATS, SafePictures

    form = PAGE_FORMATS.get(target.suffix.lower())
    if form is None:
        message = f"{target.name}: end the name in {', '.join(PAGE_FORMATS)}."
        raise click.UsageError(message)
    data = _read_some(source, MAX_BYTES + 1)  # of /dev/zero, too; one more is refused
    with SafePictures() as pictures:
        made = pictures.encode_page(data, form)
    try:
        target.write_bytes(made)
    except OSError as error:
        raise click.FileError(str(target), error.strerror) from error


def _read_some(source: Path, most: int) -> bytes:
    try:
        with source.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise click.FileError(str(source), error.strerror) from error
