"""The demo's part of `relay up --demo`: the sister site, its makers, its moderator."""

from __future__ import annotations

import signal
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING

import click
from sqlmodel import Session, select

from relay.bootstrap import open_relay
from relay.cli.ready import is_ready, reachable_host
from relay.domain.errors import Unavailable
from relay.domain.moderation import Choice, Reason
from relay.models import Entry, Moderator
from relay.models.moderator import Role
from relay.services.decide import Wish, decide
from relay.services.moderators import add_moderator
from relay.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relay.bootstrap import Relay
    from relay.settings import Settings

MEMORY_FILE = "demo.jsonl"
# Has no password, so nobody can sign in as it.
DEMO_MODERATOR = "demo-desk@relay.invalid"
READY_SECONDS = 120.0


def plan_demo(settings: Settings, *, size: str = "small") -> Mapping[str, object]:
    """Return the settings that every part of a demo shares.

    The sister site keeps its port from one run to the next, so that links still work;
    it is the only address beside public ones that the fetcher may reach.
    """
    from relay.demo.memory import Memory

    memory = Memory(settings.data / MEMORY_FILE)
    memory.remember_site(_free_port(memory.site_port))
    memory.remember_size(size)
    allowed = (*settings.fetch_allow, f"127.0.0.1:{memory.site_port}")
    # Every entry of the demo comes from one address: a limit would stop it half way.
    limits = [name for name in type(settings).model_fields if name.startswith("limit_")]
    return {
        "fetch_allow": ",".join(allowed),
        **dict.fromkeys(set(limits) - {"limit_sign_in"}, "10000 per minute"),
    }


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    message = "No free port was found for the demo's sister site."
    raise Unavailable(message)


@click.command("demo", hidden=True)
def demo() -> None:
    """Serve the sister site and send its makers' artworks in; part of `relay up`."""
    from relay.adapters.own_api import OwnApi
    from relay.demo.growth import grow
    from relay.demo.history import TimeMachine, find_era
    from relay.demo.memory import Memory
    from relay.demo.progress import TerminalProgress
    from relay.demo.run import run_demo
    from relay.demo.sister_site import open_site

    settings = read_settings()
    relay = open_relay(settings)
    memory = Memory(settings.data / MEMORY_FILE)
    ending = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: ending.set())
    cache = settings.data / "demo-art"
    with open_site(port=memory.site_port, cache=cache) as site:
        click.echo(f"The sister site with its invented artworks: {site.url}")
        desk = _DemoDesk(relay)
        began = memory.remember_began(relay.clock.now())
        era = find_era(began, is_large=memory.size == "large")
        machine = TimeMachine(relay.engine, demo=settings.demo, links=f"{site.url}/")

        def decide_in_its_time(ref: str, choice: str) -> None:
            desk.decide(ref, choice)
            if (n := memory.number_of(ref)) is not None:
                machine.set_back(ref, n, era)

        host = reachable_host(settings)
        host = f"[{host}]" if ":" in host else host
        address = f"http://{host}:{settings.port}"
        _wait_until_ready(settings, ending)
        played = run_demo(
            site_url=site.url,
            api=OwnApi(address),
            decide=decide_in_its_time,
            memory=memory,
            progress=TerminalProgress(sys.stdout),
            should_stop=ending.is_set,
        )
        if played.sent and not ending.is_set():
            click.echo(
                f"{played.sent} artworks sent in: {played.approved} on the wall, "
                f"{played.rejected} not accepted, {played.waiting} wait at the desk."
            )
        if memory.size == "large" and not memory.grown and not ending.is_set():
            click.echo("Passing them on around the world …")
            grow(
                relay.engine,
                [each.ref for each in memory.sent.values()],
                clock=relay.clock,
                gazetteer=relay.gazetteer,
            )
            memory.remember_grown()
            click.echo("The large relay is complete.")
        ending.wait()


class _DemoDesk:
    """A moderator that decides through the desk's own service."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._id = self._find() or add_moderator(
            relay.engine,
            DEMO_MODERATOR,
            role=Role.MODERATOR,
            password_hash=None,
            clock=relay.clock,
            dice=relay.dice,
        )

    def _find(self) -> int | None:
        with Session(self._relay.engine) as session:
            return session.exec(
                select(Moderator.id).where(Moderator.email == DEMO_MODERATOR)
            ).first()

    def decide(self, ref: str, choice: str) -> None:
        """Decide on the entry as it is now."""
        with Session(self._relay.engine) as session:
            version = session.exec(select(Entry.version).where(Entry.ref == ref)).one()
        wanted = Choice(choice)
        decide(
            self._relay.engine,
            ref,
            Wish(
                wanted, version, None if wanted is Choice.APPROVE else Reason.OFF_THEME
            ),
            moderator_id=self._id,
            clock=self._relay.clock,
            printer=self._relay.printer,
        )


def _wait_until_ready(settings: Settings, ending: threading.Event) -> None:
    """Wait for the web server; raises Unavailable when it does not come up."""
    until = time.monotonic() + READY_SECONDS
    while not is_ready(settings):
        if ending.wait(0.3):
            sys.exit(0)
        if time.monotonic() > until:
            message = "The web server did not come up."
            raise Unavailable(message)
