"""`python -m workers dispatcher | worker [--name NAME]`: one of them, until SIGTERM."""

from __future__ import annotations

import argparse
import logging
import signal
import sys

from redis.exceptions import RedisError

from relay.adapters.logs import hide_secrets, open_log
from relay.bootstrap import open_relay
from relay.domain.errors import RelayError
from relay.settings import WrongSettingError, read_settings
from workers.dispatcher import Dispatcher
from workers.queue import JobQueue
from workers.worker import run_worker


def main() -> None:
    """Run the part that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m workers", description=__doc__)
    parser.add_argument("part", choices=["dispatcher", "worker"])
    parser.add_argument("--name", default="worker", help="how a worker is called")
    chosen = parser.parse_args()
    try:
        _run(chosen.part, name=chosen.name)
    except (RelayError, WrongSettingError) as error:
        sys.exit(f"relay: {error}")
    except RedisError as error:
        # Who started us tries again, and says when.
        sys.exit(hide_secrets(f"relay: REDIS_URL: the queue does not answer: {error}"))


def _run(part: str, *, name: str) -> None:
    settings = read_settings()
    open_log(settings.log)
    if part == "worker":
        run_worker(settings.redis, name=name)
        return
    dispatcher = Dispatcher(open_relay(settings), JobQueue.at(settings.redis))
    signal.signal(signal.SIGTERM, lambda *_: dispatcher.end())
    # Ctrl-C reaches every process of the terminal; who started us sends SIGTERM.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("relay.dispatcher").info("ready")
    dispatcher.run()


if __name__ == "__main__":
    main()
