"""`python -m workers dispatcher | worker [--name NAME]`: one of them, until SIGTERM."""

from __future__ import annotations

import argparse
import logging
import signal
import sys

from relay.bootstrap import open_relay
from relay.settings import read_settings
from workers.dispatcher import Dispatcher
from workers.queue import JobQueue
from workers.worker import run_worker


def main() -> None:
    """Run the part that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m workers", description=__doc__)
    parser.add_argument("part", choices=["dispatcher", "worker"])
    parser.add_argument("--name", default="worker", help="how a worker is called")
    chosen = parser.parse_args()
    logging.basicConfig(
        stream=sys.stdout, format="%(levelname)s %(name)s %(message)s", level="INFO"
    )
    settings = read_settings()
    if chosen.part == "worker":
        run_worker(settings.redis, name=chosen.name)
        return
    dispatcher = Dispatcher(open_relay(settings), JobQueue.at(settings.redis))
    signal.signal(signal.SIGTERM, lambda *_: dispatcher.end())
    # Ctrl-C reaches every process of the terminal; who started us sends SIGTERM.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("relay.dispatcher").info("ready")
    dispatcher.run()


if __name__ == "__main__":
    main()
