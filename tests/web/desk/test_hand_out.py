"""Working through a hand-out: what leads on to the next entry, and what stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from relay.domain.local_time import write_local
from tests.journeys.conftest import moderator

if TYPE_CHECKING:
    from tests.journeys.person import Person
    from tests.web.making import Maker

__all__ = ["moderator"]

TOMORROW = write_local(datetime.now(UTC) + timedelta(days=1), ZoneInfo("Asia/Shanghai"))
ACTS = [
    ("Put aside", {}, "It is put aside."),
    ("Merge", {"merge_into": "ref4"}, "It is merged with the other entry."),
    (
        "Approve for this time",
        {"reveal_at": TOMORROW},
        "It will be shown at its time.",
    ),
]


@pytest.fixture(autouse=True)
def four_that_wait(maker: Maker) -> None:
    for _ in range(4):
        maker.pending()


@pytest.mark.parametrize(("button", "typed", "said"), ACTS)
def test_in_a_hand_out_these_lead_on_to_the_next_entry(
    moderator: Person, button: str, typed: dict[str, str], said: str
) -> None:
    moderator.open("/desk/").send("Start deciding")
    assert moderator.path == "/desk/entry/ref1"
    assert len(moderator.page.css("form[data-goes-on]")) == 3
    moderator.send(button, **typed)
    assert moderator.path == "/desk/entry/ref2"
    assert moderator.says(said)
    moderator.follow("Look at it again")
    assert moderator.path == "/desk/entry/ref1"


@pytest.mark.parametrize(("button", "typed", "said"), ACTS)
def test_what_nobody_handed_out_stays_in_sight(
    moderator: Person, button: str, typed: dict[str, str], said: str
) -> None:
    moderator.open("/desk/entry/ref1")
    assert not moderator.page.css("form[data-goes-on]")
    moderator.send(button, **typed)
    assert moderator.path == "/desk/entry/ref1"
    assert moderator.says(said)


def test_what_was_refused_is_shown_again_in_a_hand_out_too(moderator: Person) -> None:
    moderator.open("/desk/").send("Start deciding")
    moderator.send("Merge", merge_into="no such entry")
    assert moderator.status == 422
    assert moderator.first("article").attributes["data-ref"] == "ref1"


def test_the_script_is_told_what_is_left_in_hand(moderator: Person) -> None:
    moderator.open("/desk/").send("Start deciding")
    form = {name: moderator.value(name) for name in ("csrf_token", "version")}
    answer = moderator.client.post(
        "/desk/entry/ref1/aside", data=form, headers={"X-Requested-With": "desk"}
    )
    assert answer.get_json()["handed"] == ["ref2", "ref3", "ref4"]


def test_the_last_one_leads_back_to_the_queue(moderator: Person) -> None:
    moderator.open("/desk/").send("Start deciding")
    for _ in range(4):
        moderator.send("Put aside")
    assert moderator.path == "/desk/"
    assert moderator.says("It is put aside.")


def test_an_approval_for_later_is_not_said_to_wait_for_a_moderator(
    moderator: Person,
) -> None:
    moderator.open("/desk/entry/ref1")
    assert moderator.first(".big-state").text() == "Waiting for a moderator"
    moderator.send("Approve for this time", reveal_at=TOMORROW)
    assert moderator.first(".big-state").text() == "Approved, and waits for its time"
    assert not moderator.says("Waiting for")
