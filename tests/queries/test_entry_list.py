from __future__ import annotations

from typing import TYPE_CHECKING

from relay.domain.moderation import Choice, Reason
from relay.queries import entry_list
from relay.queries.entry_list import list_entries, read_tree
from relay.queries.wall import Wanted
from tests.making import choose, find, make_moderator, send

if TYPE_CHECKING:
    import pytest

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


def test_a_tree_is_whole_from_every_entry_of_it(either_relay: Relay) -> None:
    relayed(either_relay, [None, 0, 0, 1, None])
    whole = [(1, None, 0), (2, 1, 1), (3, 1, 1), (4, 2, 2)]
    with either_relay.engine.connect() as connection:
        for no in (1, 2, 3, 4):
            found = read_tree(connection, no)
            assert found
            edges, cut = found
            assert [(e.no, e.parent, e.generation) for e in edges] == whole
            assert not cut
        assert read_tree(connection, 77) is None


def test_a_tree_that_is_too_wide_is_cut_and_says_so(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    relayed(relay, [None, 0, 0, 0])
    monkeypatch.setattr(entry_list, "TREE_MOST", 3)
    with relay.engine.connect() as connection:
        found = read_tree(connection, 1)
    assert found
    assert ([each.no for each in found[0]], found[1]) == ([1, 2, 3], True)
