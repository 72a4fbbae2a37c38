"""Measures the page reader beside metascraper: pages a second, and who is right.

    python -m tests.bench.bench_previews [--corpus DIR] [--rounds 5]

Both are processes of one thread that take turns, page by page, so that a busy machine
hits them alike; each tells its own time for a page, the file read before the clock
starts. A corpus has a manifest.json and a score.py, which is asked to judge; where
there is none, the pages of our own tests are read, whose first lines say what is
wanted. They are far smaller than real pages, so the clock says less there.
metascraper comes from npm into a folder of the user's cache, never into this one.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from tests.bench.measuring import PRACTICE, ROOT

PROMISE = 10.0
FIELDS = ("title", "description", "image", "author", "publisher", "date", "lang")
DIALECTS = ROOT / "tests" / "data" / "pages" / "dialects"
RELAY = Path(sys.executable).with_name("relay")
PEER = Path(__file__).with_name("metascraper_peer.mjs")
CACHE = Path.home() / ".cache" / "force-of-culture-relay" / "metascraper"
PACKAGES = ("metascraper", *(f"metascraper-{each}" for each in (*FIELDS, "url")))
DAY_CHARS = len("2026-03-04")


@dataclass
class Reader:
    """A process that answers a line a page, and what its answers were worth."""

    name: str
    process: subprocess.Popen[str]
    ms: list[float] = field(default_factory=list)
    right: Counter[str] = field(default_factory=Counter)

    def read(self, url: str, file: Path) -> dict[str, Any]:
        """Return the facts of one page and note the time that it took."""
        if self.process.stdin is None or self.process.stdout is None:
            raise BrokenPipeError
        self.process.stdin.write(json.dumps({"url": url, "file": str(file)}) + "\n")
        self.process.stdin.flush()
        facts: dict[str, Any] = json.loads(self.process.stdout.readline())
        self.ms.append(float(facts.get("_ms", 0.0)))
        return facts


@dataclass(frozen=True)
class Page:
    """A page on disk, its address and what a person reads in it."""

    url: str
    file: Path
    wanted: dict[str, Any]


@click.command()
@click.option("--corpus", type=click.Path(exists=True, path_type=Path), default=None)
@click.option("--rounds", type=click.IntRange(1, 50), default=5)
@click.option("--peer", type=click.Path(path_type=Path), default=CACHE, hidden=True)
def main(*, corpus: Path | None, rounds: int, peer: Path) -> None:
    """Print accuracy and pages a second of both."""
    commands = {"relay": [str(RELAY), "preview", "--jsonl"]}
    node = _install(peer)
    if node:
        commands["metascraper"] = [node, str(PEER)]
    else:
        click.echo("metascraper was not measured: no Node, or npm could not install it")
    chosen = corpus or PRACTICE
    if not (chosen / "manifest.json").is_file():
        _compare(commands, peer, rounds=rounds)
    else:
        _score(chosen, commands, peer)


def _install(peer: Path) -> str | None:
    """Return Node's path once metascraper can be loaded by it, or None."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    # npm writes this last, when everything is there.
    if not (peer / "node_modules" / ".package-lock.json").is_file():
        peer.mkdir(parents=True, exist_ok=True)
        (peer / "package.json").write_text('{"private": true}', encoding="utf-8")
        done = subprocess.run(
            [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", *PACKAGES],
            cwd=peer,
            check=False,
            capture_output=True,
        )
        if done.returncode:
            return None
    return node


def _score(corpus: Path, commands: dict[str, list[str]], peer: Path) -> None:
    here = {"relay": ROOT, "metascraper": peer}
    targets = [
        f"{name}=cmd:cd {here[name]} && exec {' '.join(command)}"
        for name, command in commands.items()
    ]
    subprocess.run([sys.executable, str(corpus / "score.py"), *targets], check=True)


def _compare(commands: dict[str, list[str]], peer: Path, *, rounds: int) -> None:
    here = {"relay": ROOT, "metascraper": peer}
    with tempfile.TemporaryDirectory() as folder:
        pages = _load(Path(folder))
        readers = [
            Reader(
                name,
                subprocess.Popen(
                    command,
                    cwd=here[name],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                ),
            )
            for name, command in commands.items()
        ]
        try:
            asked = _take_turns(readers, pages, rounds=rounds)
        finally:
            for reader in readers:
                reader.process.terminate()
                reader.process.wait()
    _report(readers, asked)


def _load(folder: Path) -> list[Page]:
    """Copy the pages without their first lines, which would be a hint.

    metascraper refuses addresses whose last part is no registered one.
    """
    pages = []
    for path in sorted(DIALECTS.glob("*.html")):
        text = path.read_text(encoding="utf-8").replace(".example", ".com")
        said, markup = text.split("\n", 1)
        wanted = json.loads(said.removeprefix("<!--").removesuffix("-->"))
        file = folder / path.name
        file.write_text(markup, encoding="utf-8")
        pages.append(Page(url=wanted.pop("url"), file=file, wanted=wanted))
    return pages


def _take_turns(
    readers: list[Reader], pages: list[Page], *, rounds: int
) -> Counter[str]:
    """Read every page with every reader; the first round only warms up and judges."""
    asked: Counter[str] = Counter()
    for page in pages:
        asked.update(list(page.wanted))
        for reader in readers:
            facts = reader.read(page.url, page.file)
            for name, wanted in page.wanted.items():
                reader.right[name] += _same(name, facts.get(name), wanted)
    for reader in readers:
        reader.ms.clear()
    for turn in range(rounds):
        for number, page in enumerate(pages):
            for step in range(len(readers)):
                reader = readers[(turn + number + step) % len(readers)]
                reader.read(page.url, page.file)
    return asked


def _same(name: str, found: object, wanted: object) -> bool:
    if not found or not wanted:
        return not found and not wanted
    return _worth(name, str(found)) == _worth(name, str(wanted))


def _worth(name: str, value: str) -> str:
    """Return what of a value counts: the day, the language, the address."""
    if name == "date":
        return value[:DAY_CHARS]
    if name == "image":
        return value.partition(":")[2]
    return value[:2] if name == "lang" else value


def _report(readers: list[Reader], asked: Counter[str]) -> None:
    click.echo(f"{'':<12}" + "".join(f"{each:>13}" for each in FIELDS) + "  pages/s")
    speed = {}
    for reader in readers:
        shares = (reader.right[each] / max(1, asked[each]) for each in FIELDS)
        speed[reader.name] = 1000 / statistics.mean(reader.ms)
        line = "".join(f"{share:>13.1%}" for share in shares)
        click.echo(f"{reader.name:<12}{line}{speed[reader.name]:>9.0f}")
    if "metascraper" in speed:
        ratio = speed["relay"] / speed["metascraper"]
        click.echo(f"relay reads {ratio:.1f} × as many pages (promised: {PROMISE:.0f})")


if __name__ == "__main__":
    main()
