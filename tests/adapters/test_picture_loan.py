"""Lending the process for pictures to forked processes, one after the other."""

from __future__ import annotations

import os
import signal
import time
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from relay.adapters import picture_process
from relay.adapters.pictures import SafePictures
from relay.domain.errors import PictureReason, PictureRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Interrupted(Exception):
    """What a job's time limit raises in the middle of anything."""


def draw(width: int = 90) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, 60), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def slow() -> bytes:
    """An honest picture that takes long enough to be interrupted."""
    out = BytesIO()
    noise = Image.effect_noise((5000, 5000), 60).convert("RGB")
    noise.save(out, "JPEG", quality=40, progressive=True)
    return out.getvalue()


@pytest.fixture
def maker() -> Iterator[SafePictures]:
    with SafePictures() as maker:
        before = signal.signal(signal.SIGCHLD, lambda *_: maker.tell_end())
        yield maker
        signal.signal(signal.SIGCHLD, before)


def begin(maker: SafePictures, work: Callable[[], object]) -> int:
    """Do something in a forked process, which ends with 0 when it is true."""
    maker.lend()
    forked = os.fork()
    if forked:
        return forked
    try:
        os._exit(0 if work() else 1)
    finally:
        os._exit(2)


def end(maker: SafePictures, forked: int) -> int:
    code = os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1])
    maker.take_back()
    return code


def lend(maker: SafePictures, work: Callable[[], object]) -> int:
    return end(maker, begin(maker, work))


def reason_of(maker: SafePictures, data: bytes) -> PictureReason | None:
    try:
        maker.make(data)
    except PictureRefused as refused:
        return refused.reason
    return None


def is_made(maker: SafePictures) -> bool:
    return maker.make(draw()).width == 90


def wait_until_busy(pid: int) -> None:
    """Wait until a process has used 0.1 s of processor time."""
    begun = ticks(pid)
    until = time.monotonic() + 20
    while ticks(pid) < begun + 10:
        assert time.monotonic() < until
        time.sleep(0.01)


def ticks(pid: int) -> int:
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:  # noqa: PTH123 - no path of ours
        return int(stat.read().rpartition(")")[2].split()[11])


def child_of(maker: SafePictures) -> int:
    assert maker.child_pid is not None
    return maker.child_pid


def test_borrowers_use_the_same_child_one_after_the_other(maker: SafePictures) -> None:
    maker.start()
    child = child_of(maker)
    for width in (90, 70, 50):
        assert (
            lend(
                maker,
                lambda width=width: (  # type: ignore[misc]
                    maker.make(draw(width)).width == width and maker.child_pid == child
                ),
            )
            == 0
        )
    assert child_of(maker) == child


def test_what_was_not_lent_is_not_used(maker: SafePictures) -> None:
    maker.make(draw())
    child = child_of(maker)
    forked = os.fork()
    if forked == 0:
        is_own = is_made(maker) and maker.child_pid != child
        os._exit(0 if is_own else 1)
    assert end(maker, forked) == 0


def test_a_loan_is_for_one_fork(maker: SafePictures) -> None:
    assert lend(maker, lambda: True) == 0
    child = child_of(maker)
    forked = os.fork()
    if forked == 0:
        is_own = is_made(maker) and maker.child_pid != child
        os._exit(0 if is_own else 1)
    assert end(maker, forked) == 0


def test_a_refused_picture_costs_no_child(maker: SafePictures) -> None:
    cut = draw()[:60]
    assert lend(maker, lambda: reason_of(maker, cut) is PictureReason.BROKEN) == 0
    child = child_of(maker)
    assert lend(maker, lambda: is_made(maker) and maker.child_pid == child) == 0


def test_a_borrower_that_is_killed_in_a_picture_leaves_no_answer_to_the_next(
    maker: SafePictures, slow: bytes
) -> None:
    maker.lend()
    child = child_of(maker)
    forked = begin(maker, lambda: maker.make(slow))
    wait_until_busy(child)
    os.kill(forked, signal.SIGKILL)
    assert end(maker, forked) == -signal.SIGKILL
    assert child_of(maker) != child
    assert lend(maker, lambda: maker.make(draw(70)).width == 70) == 0


def test_a_borrower_that_is_interrupted_in_a_picture_and_ends_well_costs_the_child(
    maker: SafePictures, slow: bytes
) -> None:
    def interrupt(*_: object) -> None:
        raise Interrupted

    def work() -> bool:
        signal.signal(signal.SIGALRM, interrupt)
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        try:
            maker.make(slow)
        except Interrupted:
            return True
        return False

    maker.lend()
    child = child_of(maker)
    assert lend(maker, work) == 0
    assert child_of(maker) != child
    assert lend(maker, lambda: maker.make(draw(70)).width == 70) == 0


@pytest.mark.parametrize(
    ("sign", "reason"),
    [
        (signal.SIGSEGV, PictureReason.BROKEN),
        (signal.SIGXCPU, PictureReason.TOO_SLOW),
    ],
)
def test_a_borrower_learns_why_its_picture_ended_the_child(
    maker: SafePictures, slow: bytes, sign: signal.Signals, reason: PictureReason
) -> None:
    maker.lend()
    child = child_of(maker)
    forked = begin(maker, lambda: reason_of(maker, slow) is reason)
    wait_until_busy(child)
    os.kill(child, sign)
    assert end(maker, forked) == 0
    assert child_of(maker) != child
    assert lend(maker, lambda: maker.make(draw(70)).width == 70) == 0


def test_a_child_that_somebody_kills_in_a_picture_costs_only_time(
    maker: SafePictures, slow: bytes
) -> None:
    maker.lend()
    child = child_of(maker)
    forked = begin(maker, lambda: maker.make(slow).width == 5000)
    wait_until_busy(child)
    os.kill(child, signal.SIGKILL)
    assert end(maker, forked) == 0
    assert child_of(maker) != child


def test_a_child_that_dies_just_after_it_was_lent_costs_only_time(
    maker: SafePictures,
) -> None:
    maker.lend()
    child = child_of(maker)

    def work() -> bool:
        os.kill(child, signal.SIGKILL)
        time.sleep(0.1)
        return is_made(maker)

    assert lend(maker, work) == 0
    assert child_of(maker) != child


def test_a_child_that_dies_between_two_loans_is_replaced(maker: SafePictures) -> None:
    maker.lend()
    child = child_of(maker)
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert lend(maker, lambda: is_made(maker) and maker.child_pid != child) == 0


def test_a_borrower_ends_a_child_that_takes_too_long(slow: bytes) -> None:
    with SafePictures(seconds=0.3) as maker:
        maker.lend()
        child = child_of(maker)
        is_late = lend(maker, lambda: reason_of(maker, slow) is PictureReason.TOO_SLOW)
        assert is_late == 0
        assert child_of(maker) != child


def test_pictures_are_counted_over_all_borrowers(
    maker: SafePictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_process, "PICTURES_PER_CHILD", 2)
    children = []
    for _ in range(3):
        maker.lend()
        children.append(child_of(maker))
        assert lend(maker, lambda: maker.make(draw())) == 0
    assert children[0] == children[1] != children[2]


def test_the_child_inherits_nothing_that_its_owner_has_open(
    maker: SafePictures,
) -> None:
    listen, speak = os.pipe()
    os.set_inheritable(listen, True)  # noqa: FBT003 - the library's own
    os.set_inheritable(speak, True)  # noqa: FBT003 - the library's own
    maker.lend()
    open_files = sorted(os.listdir(f"/proc/{child_of(maker)}/fd"))  # noqa: PTH208 - numbers
    os.close(listen)
    os.close(speak)
    assert open_files == ["0", "1", "2"]


def test_the_child_ends_with_its_owner_even_in_a_picture(slow: bytes) -> None:
    listen, speak = os.pipe()
    forked = os.fork()
    if forked == 0:
        maker = SafePictures()
        maker.lend()
        os.write(speak, str(child_of(maker)).encode())
        maker.make(slow)
        os._exit(0)
    child = int(os.read(listen, 20))
    os.close(listen)
    os.close(speak)
    wait_until_busy(child)
    os.kill(forked, signal.SIGKILL)
    os.waitpid(forked, 0)
    until = time.monotonic() + 0.3  # much less than what is left of the picture
    while is_running(child) and time.monotonic() < until:
        time.sleep(0.01)
    assert not is_running(child)


def is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:  # noqa: PTH123 - no path of ours
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
