"""Measures making pictures: our CPU seconds beside libvips', in one interleaved run.

    python tests/bench/bench_pictures.py [--rounds 7] [--vips PYTHON]

PYTHON is an interpreter that can import pyvips; when none is named, one is made in
.venv/vips. Where that cannot be done only our side is printed. Both sides run on one
core and make the same three WebP renditions (1280, 640, 320 px, quality 80, method 2)
with a process that is already warm.

A last table sets AVIF beside our WebP at equal quality: docs/adr/0003 says what we
made of it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw

from relay.adapters.picture_decode import REDUCING_GAP, fit
from relay.demo import art
from tests.bench.picture_quality import measure_avif, measure_webp

ROOT = Path(__file__).parents[2]
RENDITIONS: list[tuple[str, int, list[str]]] = [
    ("page", 1280, ["webp"]),
    ("wall", 640, ["webp"]),
    ("small", 320, ["webp"]),
]
# Artworks of the demonstration, drawn: flat, fine, soft and busy ones.
ARTWORKS = (0, 40, 90, 120, 160)
SPEEDS = (8, 9, 10)

OURS = """
import json, resource, sys, time
sys.path.insert(0, sys.argv[1])
from relay.adapters import picture_child as child
child._prepare_libraries()
plan = json.loads(sys.argv[2])
def work(path, kind):
    data = open(path, "rb").read()
    child.make({"kind": kind, "renditions": plan, "portrait": False}, data)
"""
VIPS = """
import json, os, resource, sys, time
os.environ["VIPS_CONCURRENCY"] = "1"
import pyvips
pyvips.cache_set_max(0)
plan = json.loads(sys.argv[2])
def work(path, kind):
    data = open(path, "rb").read()
    for _, px, _ in plan:
        image = pyvips.Image.thumbnail_buffer(data, px, height=px, size="down")
        image.webpsave_buffer(Q=80, effort=2, keep="none")
"""
VIPS_CASCADE = """
import json, os, resource, sys, time
os.environ["VIPS_CONCURRENCY"] = "1"
import pyvips
pyvips.cache_set_max(0)
plan = json.loads(sys.argv[2])
def work(path, kind):
    data = open(path, "rb").read()
    image = pyvips.Image.thumbnail_buffer(
        data, plan[0][1], height=plan[0][1], size="down"
    ).copy_memory()
    for _, px, _ in plan:
        image = image.thumbnail_image(px, height=px, size="down").copy_memory()
        image.webpsave_buffer(Q=80, effort=2, keep="none")
"""
LOOP = """
for line in sys.stdin:
    path, kind = json.loads(line)
    before = time.process_time()
    work(path, kind)
    spent = time.process_time() - before
    peak = next(l for l in open("/proc/self/status") if l.startswith("VmHWM"))
    print(json.dumps([spent, int(peak.split()[1]) / 1024]), flush=True)
"""


def main() -> None:
    """Print one table a kind of picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--vips", help="an interpreter that can import pyvips")
    given = parser.parse_args()
    sides = {"ours": (sys.executable, OURS)}
    if vips := given.vips or make_vips():
        sides["libvips, cascade"] = (vips, VIPS_CASCADE)
        sides["libvips, three thumbnails"] = (vips, VIPS)
    with tempfile.TemporaryDirectory() as folder:
        for kind, path in draw(Path(folder)).items():
            report(kind, measure(kind, path, sides, given.rounds))
        report_avif(Path(folder) / "photo.jpg")


def make_vips() -> str | None:
    """Return an interpreter with pyvips, in an environment of its own."""
    folder = ROOT / ".venv" / "vips"
    python = folder / "bin" / "python"
    steps = (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", "pyvips-binary", "pyvips"],
    )
    try:
        for step in () if is_ready(python) else steps:
            subprocess.run(step, check=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as error:
        sys.stdout.write(
            f"libvips could not be installed, so it is left out: {error}\n"
        )
        return None
    return str(python)


def is_ready(python: Path) -> bool:
    """Whether an interpreter is there and can import pyvips."""
    if not python.exists():
        return False
    asked = subprocess.run([python, "-c", "import pyvips"], check=False)
    return asked.returncode == 0


def draw(folder: Path) -> dict[str, Path]:
    """Draw a 12-megapixel JPEG and a 4k PNG that compress like photographs."""
    photo = Image.merge(
        "RGB",
        [
            Image.effect_noise((500, 375), spread).resize(
                (4000, 3000), Image.Resampling.BICUBIC
            )
            for spread in (40, 60, 80)
        ],
    )
    pen = ImageDraw.Draw(photo)
    for each in range(60):
        pen.ellipse(
            (each * 60, each * 40, each * 60 + 500, each * 40 + 300),
            outline=(each * 4, 90, 160),
            width=9,
        )
    jpeg, png = folder / "photo.jpg", folder / "screen.png"
    photo.save(jpeg, quality=90)
    photo.resize((3840, 2160)).save(png)
    return {"jpeg": jpeg, "png": png}


def measure(
    kind: str, path: Path, sides: dict[str, tuple[str, str]], rounds: int
) -> dict[str, list[tuple[float, float]]]:
    """Let the sides take turns; the first turn warms up and is not counted."""
    processes = {
        name: subprocess.Popen(
            [python, "-c", code + LOOP, str(ROOT), json.dumps(RENDITIONS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name, (python, code) in sides.items()
    }
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for turn in range(rounds + 1):
        for name, process in processes.items():
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps([str(path), kind]) + "\n")
            process.stdin.flush()
            spent, peak = json.loads(process.stdout.readline())
            if turn:
                found[name].append((spent, peak))
    for process in processes.values():
        process.communicate()
    return found


def report(kind: str, found: dict[str, list[tuple[float, float]]]) -> None:
    """Print medians; the ratio is the other side's CPU time divided by ours."""
    write = sys.stdout.write
    write(f"\n{kind}: three WebP renditions, {len(found['ours'])} rounds, medians\n")
    write(f"{'':28}{'CPU ms':>8}{'peak MB':>9}{'÷ ours':>8}\n")
    ours = statistics.median(spent for spent, _ in found["ours"])
    for name, runs in found.items():
        spent = statistics.median(each for each, _ in runs)
        peak = max(each for _, each in runs)
        write(f"{name:28}{spent * 1000:8.0f}{peak:9.0f}{spent / ours:8.2f}\n")


def report_avif(photo: Path) -> None:
    """Print what AVIF costs beside our WebP where both are equally good (SSIM)."""
    write = sys.stdout.write
    pictures = [art.draw(at, longest=2560).convert("RGB") for at in ARTWORKS]
    with Image.open(photo) as opened:
        pictures.append(opened.convert("RGB"))
    write(f"\nAVIF: bytes / CPU against WebP at equal SSIM, {len(pictures)} pictures\n")
    for name, px, _ in RENDITIONS[:2]:
        images = [
            each.resize(
                fit(each.size, px), Image.Resampling.LANCZOS, reducing_gap=REDUCING_GAP
            )
            for each in pictures
        ]
        webp = [measure_webp(each) for each in images]
        for speed in SPEEDS:
            avif = [
                measure_avif(image, speed=speed, wanted=cost.ssim)
                for image, cost in zip(images, webp, strict=True)
            ]
            pairs = list(zip(avif, webp, strict=True))
            size = statistics.median(ours.size / their.size for ours, their in pairs)
            cpu = statistics.median(
                ours.seconds / their.seconds for ours, their in pairs
            )
            row = f"{name}, AVIF speed {speed}"
            write(f"{row:28}{size:8.2f} × bytes{cpu:8.2f} × CPU, medians\n")


if __name__ == "__main__":
    main()
