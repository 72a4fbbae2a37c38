from __future__ import annotations

from typing import TYPE_CHECKING

from relay.domain.moderation import Choice, Reason
from relay.queries.entry_list import list_entries
from relay.queries.wall import Wanted
from tests.making import choose, find, make_moderator, send

if TYPE_CHECKING:
    from relay.bootstrap import Relay


def relayed(relay: Relay, parents: list[int | None]) -> list[str]:
    """Publish entries; each names the place in the list that passed it the baton."""
    by = make_moderator(relay)
    batons: list[str] = []
    refs: list[str] = []
    for at, parent in enumerate(parents):
        baton = batons[parent] if parent is not None else ""
        sent = send(relay, f"https://example.org/{at}", baton=baton)
        choose(relay, sent.ref, by=by)
        batons.append(sent.baton)
        refs.append(sent.ref)
    return refs


def test_only_what_is_published_is_listed_newest_first(either_relay: Relay) -> None:
    refs = relayed(either_relay, [None, 0, 1])
    send(either_relay, "https://example.org/waits")
    by = make_moderator(either_relay, "other@example.org")
    choose(either_relay, refs[1], Choice.TAKE_DOWN, by=by, reason=Reason.OTHER)
    season_id = find(either_relay, refs[0]).season_id
    with either_relay.engine.connect() as connection:
        found = list_entries(
            connection, season_id, wanted=Wanted(), before=None, limit=9
        )
        assert [(each.no, each.from_no) for each in found] == [(3, 1), (1, None)]
        rest = list_entries(connection, season_id, wanted=Wanted(), before=3, limit=9)
        assert [each.no for each in rest] == [1]
        assert (
            list_entries(
                connection, season_id + 1, wanted=Wanted(), before=None, limit=9
            )
            == []
        )
