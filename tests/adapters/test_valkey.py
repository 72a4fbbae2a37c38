from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from redis import Redis

from relay.adapters import valkey as valkey_module
from relay.adapters.doorbell import KEY, RedisDoorbell, wait_for_ring
from relay.adapters.valkey import SOCKET_PATH_MAX, find_socket_path, start_valkey
from relay.domain.errors import Unavailable

pytestmark = pytest.mark.redis

PARENT = """
import sys, time
from pathlib import Path
from relay.adapters.valkey import start_valkey
print(start_valkey(Path(sys.argv[1])).process.pid, flush=True)
time.sleep(60)
"""


def wait_until_gone(pid: int) -> None:
    until = time.monotonic() + 60
    while Path(f"/proc/{pid}").exists():
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        if "State:\tZ" in status:
            return
        assert time.monotonic() < until, "it still runs"
        time.sleep(0.02)


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    with start_valkey(tmp_path) as server, Redis.from_url(server.url) as redis:
        redis.set("name", "Nanjing")
    with start_valkey(tmp_path) as server, Redis.from_url(server.url) as redis:
        assert redis.get("name") == b"Nanjing"


def test_what_was_written_survives_kill_9(tmp_path: Path) -> None:
    with start_valkey(tmp_path) as server, Redis.from_url(server.url) as redis:
        redis.set("name", "Nanjing")
        time.sleep(1.2)  # it is on disk after a second at the latest
        server.process.kill()
        server.process.wait()
    with start_valkey(tmp_path) as server, Redis.from_url(server.url) as redis:
        assert redis.get("name") == b"Nanjing"


def test_only_its_owner_can_reach_it_and_no_port_is_open(tmp_path: Path) -> None:
    with start_valkey(tmp_path) as server, Redis.from_url(server.url) as redis:
        assert redis.config_get("port") == {"port": "0"}
        mode = stat.S_IMODE(server.plan.socket.stat().st_mode)
        assert mode == 0o700


def test_a_socket_path_that_the_kernel_takes_stays_in_the_data_folder(
    tmp_path: Path,
) -> None:
    room = SOCKET_PATH_MAX - len(os.fsencode(tmp_path)) - len("//valkey.sock")
    assert find_socket_path(tmp_path / ("x" * room)).parent.parent == tmp_path
    assert find_socket_path(tmp_path / ("x" * (room + 1))).parent.parent != tmp_path


def test_a_long_path_gets_a_short_socket_whose_address_is_written_down(
    tmp_path: Path,
) -> None:
    data = tmp_path / ("long" * 30)
    data.mkdir()
    with start_valkey(data) as server, Redis.from_url(server.url) as redis:
        assert redis.ping()
        assert (data / "valkey.address").read_text().strip() == server.url
        assert find_socket_path(data) == server.plan.socket
    server.plan.socket.parent.rmdir()


def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        parent.kill()
    wait_until_gone(pid)


def test_a_second_server_waits_until_the_first_has_let_go_of_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(valkey_module, "LOCK_SECONDS", 0.3)
    with start_valkey(tmp_path) as server:
        with pytest.raises(Unavailable, match="still uses"):
            start_valkey(tmp_path)
        assert server.process.poll() is None
    with start_valkey(tmp_path) as again:
        assert again.process.poll() is None


def test_ctrl_c_for_the_whole_group_does_not_reach_it(tmp_path: Path) -> None:
    with start_valkey(tmp_path) as server:
        assert os.getpgid(server.process.pid) != os.getpgid(0)


def test_a_ring_wakes_who_waits_and_many_rings_count_as_one(tmp_path: Path) -> None:
    with start_valkey(tmp_path) as server, Redis.from_url(server.url) as redis:
        bell = RedisDoorbell(server.url)
        for _ in range(3):
            bell.ring()
        assert redis.llen(KEY) == 1
        assert wait_for_ring(redis, seconds=1)
        assert not wait_for_ring(redis, seconds=0.1)


def test_a_bell_without_a_server_costs_no_time_and_raises_nothing(
    tmp_path: Path,
) -> None:
    bell = RedisDoorbell(f"unix://{tmp_path}/nobody.sock")
    begun = time.monotonic()
    for _ in range(100):
        bell.ring()
    assert time.monotonic() - begun < 1


def test_a_bell_rings_again_after_a_rest(tmp_path: Path) -> None:
    now = [0.0]
    bell = RedisDoorbell(f"unix://{tmp_path}/valkey.sock", monotonic=lambda: now[0])
    bell.ring()
    with start_valkey(tmp_path) as server, Redis.from_url(server.url) as redis:
        bell.ring()
        assert redis.llen(KEY) == 0
        now[0] = 5.1
        bell.ring()
        assert redis.llen(KEY) == 1
        server.process.send_signal(signal.SIGSTOP)
        now[0] = 20.0
        begun = time.monotonic()
        bell.ring()
        assert time.monotonic() - begun < 2
        server.process.send_signal(signal.SIGCONT)
