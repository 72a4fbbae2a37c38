from __future__ import annotations

from datetime import UTC, datetime

from relay.domain.relay_distance import measure_distances
from relay.domain.relay_flows import Flow, Flows, measure_flows
from relay.domain.relay_forest import grow_forest
from tests.growing import BEGIN, FIJI, NANJING, PARIS, Record, entries_of


def flows(*records: Record) -> Flows:
    forest = grow_forest(entries_of(records))
    return measure_flows(forest, measure_distances(forest).starts)


def day(text: str) -> float:
    """Return days since BEGIN."""
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return (moment - BEGIN).total_seconds() / 86_400


def test_passes_are_counted_from_city_to_city_by_the_month_of_the_child() -> None:
    found = flows(
        Record(1, None, day("2026-09-01"), NANJING),
        Record(2, 1, day("2026-09-30T23:59:59"), PARIS),
        Record(3, 1, day("2026-10-01"), PARIS),
        Record(4, 1, day("2026-10-31"), PARIS),
        Record(5, 4, day("2026-12-31"), PARIS),
        Record(6, 5, day("2027-01-01"), NANJING),
    )
    assert list(found.list_flows()) == [
        Flow("2026-09", 0, 1, 1),
        Flow("2026-10", 0, 1, 2),
        Flow("2026-12", 1, 1, 1),
        Flow("2027-01", 1, 0, 1),
    ]
    assert (found.between, found.within) == (4, 1)


def test_reciprocity_is_the_share_of_pairs_with_both_directions() -> None:
    found = flows(
        Record(1, None, 0, NANJING),
        Record(2, 1, 1, PARIS),
        Record(3, 2, 2, NANJING),
        Record(4, 3, 3, FIJI),
        Record(5, 4, 4, FIJI),
    )
    assert found.reciprocity == 1 / 2


def test_passes_within_one_city_make_no_pair() -> None:
    assert flows(Record(1, None, 0), Record(2, 1, 1)).reciprocity is None
    assert flows().reciprocity is None


def test_an_entry_without_a_city_is_passed_over() -> None:
    found = flows(
        Record(1, None, 0, NANJING), Record(2, 1, 1, None), Record(3, 2, 2, PARIS)
    )
    assert list(found.list_flows()) == [Flow("2026-09", 0, 1, 1)]
