"""`relay fetch`, `preview`, `check-link`, `thumbnail`: one link, as workers see it."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from relay.cli.sentences import sentence_of
from relay.domain.errors import FetchFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relay.adapters.pictures import PageFormat
    from relay.domain.preview import LinkPreview, PageFacts

ENDINGS: dict[str, PageFormat] = {
    ".webp": "webp",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".png": "png",
    ".avif": "avif",
}
FIELDS = ("title", "description", "image", "author", "publisher", "date", "lang", "url")
# How the previewer notes a step on the error that ended it.
_STEP = re.compile(r"([^:]*): (.*) \(([-+.e\d]+) ms\)", re.DOTALL)


def _say(answer: dict[str, Any], *, as_json: bool) -> None:
    """Print an answer: one line of JSON for programs, one line a field for people."""
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for name, value in answer.items():
        shown = value if isinstance(value, str | int | float) else json.dumps(value)
        click.echo(f"{name + ':':14}{'—' if value is None else shown}")


def _facts(facts: PageFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in FIELDS}


@click.command("fetch")
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="Answer in one line of JSON.")
def fetch(url: str, *, as_json: bool) -> None:
    """Make the whole preview of URL as a worker would, and explain every step."""
    from relay.bootstrap import open_relay

    try:
        preview = open_relay().previewer.preview(url)
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
    _say(_preview(preview), as_json=as_json)


def _steps(error: FetchFailed) -> list[dict[str, Any]]:
    """Return the steps up to a failure, in the form that those of a success have."""
    steps: list[dict[str, Any]] = []
    for note in getattr(error, "__notes__", ()):
        if step := _STEP.fullmatch(note):
            name, detail, ms = step.groups()
            steps.append({"name": name, "detail": detail, "ms": round(float(ms), 1)})
    return steps


def _preview(preview: LinkPreview) -> dict[str, Any]:
    return {
        "asked": preview.asked,
        "state": "ready",
        "final_url": preview.final_url,
        "platform": preview.platform,
        **_facts(preview.facts),
        "image_alt": preview.facts.image_alt,
        "image_bytes": len(preview.image) if preview.image else 0,
        "image_reason": preview.image_reason,
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
        for answer in _answers():
            click.echo(json.dumps(answer, ensure_ascii=False))
        return
    if file is None or not url:
        message = "Give FILE and --url, or --jsonl with lines on standard input."
        raise click.UsageError(message)
    _say(_read(file, url), as_json=as_json)


def _answers() -> Iterator[dict[str, Any]]:
    for line in sys.stdin:
        if line.strip():
            asked = json.loads(line)
            yield _read(Path(asked["file"]), asked["url"])


def _read(file: Path, url: str) -> dict[str, Any]:
    from relay.adapters.page_reader import read_page

    body = file.read_bytes()
    began = time.perf_counter()
    facts = read_page(body, url)
    spent = (time.perf_counter() - began) * 1000
    return {**_facts(facts), "_ms": round(spent, 3)}


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

    The ending of TARGET chooses the format: .webp, .jpg or .png.
    """
    from relay.adapters.picture_header import MAX_BYTES
    from relay.adapters.pictures import SafePictures

    form = ENDINGS.get(target.suffix.lower())
    if form is None:
        message = f"{target.name}: end the name in {', '.join(ENDINGS)}."
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
