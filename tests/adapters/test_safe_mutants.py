"""Take a stone out of the door, and a test falls: the tests can fail.

Each mutant is a copy of the software with one line changed, in which the tests that
guard that line run.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent.parent
NEEDED = ("relay", "tests/data/urls", "tests/adapters/loopback.py")

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Mutant:
    """One line that is changed, and the tests that must notice."""

    module: str
    line: str
    instead: str
    guard: str
    tests: str


TRANSPORT = "relay/adapters/safe_transport.py"
HTTP = "relay/adapters/safe_http.py"
REACH = "tests/adapters/test_safe_reach.py"
HOSTILE = "tests/adapters/test_safe_hostile.py"
TLS = "tests/adapters/test_safe_transport.py"

MUTANTS = {
    "no pin": Mutant(
        TRANSPORT,
        "return self._trip.dial(self.host, self.port)",
        "return super()._new_conn()",
        REACH,
        "changes_its_answer",
    ),
    "no check of the answer": Mutant(
        "relay/adapters/safe_resolve.py",
        "if url.place not in allow:",
        "if False:",
        REACH,
        "one_answer_that_is_not_public or every_redirect_is_resolved",
    ),
    "no check of the later answers": Mutant(
        "relay/adapters/safe_resolve.py",
        "for each in answers if not is_public(each)",
        "for each in answers[:1] if not is_public(each)",
        REACH,
        "one_answer_that_is_not_public",
    ),
    "no check of the peer": Mutant(
        "relay/adapters/safe_connect.py",
        "if ip_address(peer) != ip_address(address):",
        "if False:",
        REACH,
        "peer",
    ),
    "no check of redirects": Mutant(
        HTTP,
        "from relay.domain.urls import DEFAULT_PORTS, Url, read_url",
        "from relay.domain.urls import DEFAULT_PORTS, Url, parse_url\n"
        "def read_url(link, allow): return parse_url(link)",
        REACH,
        "redirect_to_another_port",
    ),
    "no check of the words": Mutant(
        "relay/domain/urls.py",
        "_require_public(url)",
        "pass",
        "tests/domain/test_urls.py",
        "hostile",
    ),
    "from https to http": Mutant(
        HTTP,
        "target = _stay_secure(url, target)",
        "pass",
        TLS,
        "from_https_to_http",
    ),
    "any certificate": Mutant(
        TRANSPORT,
        "context = create_urllib3_context()",
        "context = create_urllib3_context(); context.check_hostname = False",
        TLS,
        "another_name",
    ),
    "no clock while reading": Mutant(
        TRANSPORT,
        'self._sock.settimeout(self._trip.deadline.left("reading"))',
        "pass",
        HOSTILE,
        "drip_body",
    ),
    "no meter": Mutant(
        TRANSPORT,
        "self._trip.count(received or 0)",
        "pass",
        HOSTILE,
        "hint_flood",
    ),
    "no ratio": Mutant(
        "relay/adapters/safe_body.py",
        "if decoded > RATIO_COUNTS_FROM and",
        "if False and",
        HOSTILE,
        "hostile_server and behave and too_large",
    ),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second copy of the software and of the tests that guard its door."""
    folder = tmp_path_factory.mktemp("mutants")
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    for name in (*NEEDED, *{each.guard for each in MUTANTS.values()}):
        source, target = REPOSITORY / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=_leave_data)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    return folder


def _leave_data(folder: str, names: list[str]) -> list[str]:
    """Leave out what no test of the door reads and what is large."""
    large = {"static", "translations", "__pycache__", "data"}
    return [each for each in names if each in large and "tests" not in folder]


def run(copy: Path, mutant: Mutant) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "-m", "not slow", mutant.guard, "-k", mutant.tests],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("name", MUTANTS)
def test_without_it_a_test_falls(copy: Path, name: str) -> None:
    mutant = MUTANTS[name]
    module = copy / mutant.module
    whole = module.read_text(encoding="utf-8")
    assert mutant.line in whole, "the line has changed: name the new one"
    module.write_text(whole.replace(mutant.line, mutant.instead), encoding="utf-8")
    try:
        answer = run(copy, mutant)
    finally:
        module.write_text(whole, encoding="utf-8")
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert " failed" in answer.stdout


def test_the_copy_as_it_is_stands(copy: Path) -> None:
    for guard in sorted({each.guard for each in MUTANTS.values()}):
        tests = " or ".join(
            each.tests for each in MUTANTS.values() if each.guard == guard
        )
        whole = Mutant("", "", "", guard, tests)
        answer = run(copy, whole)
        assert answer.returncode == 0, answer.stdout + answer.stderr
