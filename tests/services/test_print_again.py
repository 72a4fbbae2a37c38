from __future__ import annotations

from threading import Thread
from time import sleep
from typing import TYPE_CHECKING

import pytest
from sqlmodel import Session, col, select

from relay.domain.moderation import Moderation
from relay.models import Card, Entry
from relay.services.print_again import print_if_public
from relay.services.publish import unpublish
from relay.services.writing import writing
from tests.making import choose, find, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay


@pytest.fixture
def ref(either_relay: Relay) -> str:
    sent = send(either_relay)
    choose(either_relay, sent.ref, by=make_moderator(either_relay))
    return sent.ref


def print_meanwhile(relay: Relay, ref: str) -> Thread:
    """Let a worker print the cards of an entry while somebody else changes it."""

    def work() -> None:
        with writing(relay.engine) as session:
            entry = session.exec(select(Entry).where(Entry.ref == ref)).one()
            print_if_public(session, entry, printer=relay.printer)

    worker = Thread(target=work)
    worker.start()
    sleep(0.3)
    return worker


def cards(relay: Relay, ref: str) -> list[str]:
    with Session(relay.engine) as session:
        return list(
            session.exec(
                select(Card.words)
                .where(Card.entry_id == find(relay, ref).id)
                .order_by(col(Card.lang))
            )
        )


def test_a_worker_never_prints_what_was_before_over_what_is_now(
    either_relay: Relay, ref: str
) -> None:
    with writing(either_relay.engine) as session:
        entry = session.exec(select(Entry).where(Entry.ref == ref)).one()
        entry.title = "Lanterns"
        print_if_public(session, entry, printer=either_relay.printer)
        worker = print_meanwhile(either_relay, ref)
    worker.join()
    assert all("Lanterns" in each for each in cards(either_relay, ref))


def test_a_worker_prints_no_cards_of_what_goes_out_of_the_public(
    either_relay: Relay, ref: str
) -> None:
    with writing(either_relay.engine) as session:
        entry = session.exec(select(Entry).where(Entry.ref == ref)).one()
        unpublish(
            session, entry, to=Moderation.TAKEN_DOWN, now=either_relay.clock.now()
        )
        session.flush()
        worker = print_meanwhile(either_relay, ref)
    worker.join()
    assert cards(either_relay, ref) == []
