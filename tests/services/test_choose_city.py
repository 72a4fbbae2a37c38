from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from relay.domain.errors import Invalid
from relay.services.choose_city import MOST_OFFERED, choose_city, require_city
from tests.making import NANJING

if TYPE_CHECKING:
    from relay.bootstrap import Relay


@pytest.mark.parametrize(
    "typed",
    [
        *("Nanjing", "nanjing, CN", "Nanjing, China", "南京", "南京市", "중국 난징"),
        *("Nankin", "Нанкин", "난징", "נאנג'ינג", " 1799962 "),
    ],
)
def test_every_spelling_of_nanjing_is_nanjing(relay: Relay, typed: str) -> None:
    chosen = choose_city(relay.gazetteer, typed)
    if chosen.city is None:  # asked back, with the right one to choose
        assert NANJING in [each.id for each in chosen.offered], typed
    else:
        assert chosen.city.id == NANJING


@pytest.mark.parametrize("typed", ["Nanjing", "南京", "Nankin", "Нанкин", "난징"])
def test_the_spellings_that_we_promise_need_no_second_question(
    relay: Relay, typed: str
) -> None:
    city = choose_city(relay.gazetteer, typed).city
    assert city
    assert city.id == NANJING


@pytest.mark.parametrize("typed", ["Cambridge", "Springfield"])
def test_a_name_of_several_cities_is_asked_back(relay: Relay, typed: str) -> None:
    chosen = choose_city(relay.gazetteer, typed)
    assert chosen.city is None
    assert 1 < len(chosen.offered) <= MOST_OFFERED
    with pytest.raises(Invalid, match=r"city \(which_one\)"):
        require_city(relay.gazetteer, typed)


def test_a_country_settles_it(relay: Relay) -> None:
    city = choose_city(relay.gazetteer, "Cambridge, GB").city
    assert city
    assert city.country == "GB"


def test_a_great_city_is_meant_before_its_small_namesakes(relay: Relay) -> None:
    city = choose_city(relay.gazetteer, "Paris").city
    assert city
    assert city.country == "FR"


def test_a_slip_of_the_pen_is_offered(relay: Relay) -> None:
    chosen = choose_city(relay.gazetteer, "Nanjign")
    assert chosen.city is None
    assert NANJING in [each.id for each in chosen.offered]


@pytest.mark.parametrize("typed", ["", "  ", "\x00", "\u200b"])
def test_nothing_typed_means_no_city(relay: Relay, typed: str) -> None:
    assert choose_city(relay.gazetteer, typed).city is None
    with pytest.raises(Invalid, match="city"):
        require_city(relay.gazetteer, typed)


@pytest.mark.parametrize(
    "typed",
    [
        *("0", "-1", "99999999999", "9" * 199, "9" * 5_000, "²", "\ud800", "a" * 9_999),
        *("%", "_", "'", '"; --', "*", "\x00abc", ",", ", ,", "🏮" * 300),
    ],
)
def test_nonsense_is_an_unknown_city(relay: Relay, typed: str) -> None:
    with pytest.raises(Invalid, match="city"):
        require_city(relay.gazetteer, typed)
