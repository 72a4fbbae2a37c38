"""The `relay` command: one module a command, loaded only when it is asked for."""

from __future__ import annotations

from relay.cli.interrupt import ending_at_once

COMMANDS = {
    "up": "relay.cli.up:up",
    "web": "relay.cli.web:web",
    "worker": "relay.cli.worker:worker",
    "migrate": "relay.cli.migrate:migrate_tables",
    "doctor": "relay.cli.doctor:doctor",
    "moderator": "relay.cli.moderator:moderator",
    "season": "relay.cli.season:season",
    "fetch": "relay.cli.previews:fetch",
    "preview": "relay.cli.previews:preview",
    "check-link": "relay.cli.previews:check",
    "thumbnail": "relay.cli.previews:thumbnail",
    "stats": "relay.cli.stats:stats",
    "demo": "relay.cli.demo:demo",
    "bench": "relay.cli.bench:bench",
}


def main() -> None:
    """Run the command line; our own errors are one sentence on stderr, exit 1."""
    with ending_at_once():
        from relay.cli.commands import run

    run()
