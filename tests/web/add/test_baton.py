"""The page of a baton, codes that are typed, and who is counted as a visitor."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlmodel import Session, select

from relay.bootstrap import open_relay
from relay.domain.baton import ALPHABET, MOST_MADE
from relay.models import Baton, Entry, Season
from relay.services.batons import make_baton, revoke_baton
from relay.web.app import build_app
from tests.making import choose, make_moderator, send
from tests.web.making import NANJING, draw_picture

if TYPE_CHECKING:
    from datetime import datetime

    from flask.testing import FlaskClient

    from relay.bootstrap import Relay
    from tests.web.making import Maker

BROWSER = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile",
    "Accept": "text/html,*/*;q=0.8",
    "Sec-Fetch-Mode": "navigate",
}
WHOLE = {
    "link": "https://example.org/2",
    "title": "Kite",
    "name": "Wei",
    "city": str(NANJING),
    "consent": True,
}


TAKEN = "Somebody whose artwork is not on the wall yet"


class SeenOnce:
    """Visits kept in memory, as Redis would keep them."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str, str]] = set()

    def is_first(self, visited: str, visitor: str, *, now: datetime) -> bool:
        one = (visited, visitor, str(now.date()))
        is_first = one not in self.seen
        self.seen.add(one)
        return is_first


def with_slip(code: str) -> str:
    """Return a code with its third character wrong."""
    return code[:2] + ALPHABET[(ALPHABET.index(code[2]) + 9) % 29] + code[3:]


def code_of(relay: Relay, no: int) -> str:
    with Session(relay.engine) as session:
        return session.exec(select(Baton.code).join(Entry).where(Entry.no == no)).one()


def opened(relay: Relay, code: str) -> int:
    with Session(relay.engine) as session:
        return session.get_one(Baton, code).opened


def meta(text: str) -> dict[str, str]:
    """Return what a messenger reads of a page."""
    return {
        each.attributes["property"] or "": each.attributes["content"] or ""
        for each in LexborHTMLParser(text).css("meta[property]")
    }


def test_it_says_who_hands_it_and_from_where(
    client: FlaskClient, relay: Relay, maker: Maker
) -> None:
    no = maker.published(
        name="Lin & <b>", title="Paper boats", city_id=NANJING, picture=draw_picture()
    )
    code = code_of(relay, no)
    page = client.get(f"/b/{code}", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "Lin &amp; &lt;b&gt;" in page.text
    assert "from Nanjing" in page.text
    assert f"/en/add?baton={code}" in page.text
    picture = LexborHTMLParser(page.text).css_first(".baton-picture img")
    assert picture is not None
    assert picture.attributes["alt"] == "What can be seen on work 1"
    shown = meta(page.text)
    assert shown["og:title"] == "Lin & <b>, Nanjing: a baton for you"
    assert shown["og:url"] == f"{relay.settings.base_url}/b/{code}"
    assert client.get(shown["og:image"]).mimetype == "image/jpeg"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert {"Accept-Language", "Cookie"} <= set(page.vary)
    chinese = client.get(f"/b/{code}", headers={"Accept-Language": "zh-CN"})
    assert "南京" in chinese.text


def test_a_giver_who_waits_is_not_named(client: FlaskClient, relay: Relay) -> None:
    code = send(relay, name="Somebody secret", title="A secret work").baton
    page = client.get(f"/b/{code}")
    assert page.status_code == 200
    assert "secret" not in page.text
    assert "waits for a moderator" in page.text
    assert f"/add?baton={code}" in page.text


def test_a_baton_that_was_taken_back_explains_itself(
    client: FlaskClient, relay: Relay
) -> None:
    sent = send(relay)
    choose(relay, sent.ref, by=make_moderator(relay))
    revoke_baton(relay.engine, sent.token, sent.baton, clock=relay.clock)
    page = client.get(f"/b/{sent.baton}")
    assert page.status_code == 410
    assert "This baton was taken back" in page.text
    assert "Ask whoever gave it to you for a new one" in page.text
    assert "/en/add" in page.text
    assert f"baton={sent.baton}" not in page.text
    for part in ("qr.svg", "qr.png", "card"):
        assert client.get(f"/b/{sent.baton}/{part}").status_code == 410


def test_the_form_does_not_lose_a_baton_without_a_word(
    client: FlaskClient, relay: Relay
) -> None:
    sent = send(relay)
    assert sent.baton in client.get(f"/en/add?baton={sent.baton}").text
    revoke_baton(relay.engine, sent.token, sent.baton, clock=relay.clock)
    page = client.get(f"/en/add?baton={sent.baton}", follow_redirects=True)
    assert page.status_code == 410
    assert "This baton was taken back" in page.text
    page = client.get("/en/add?baton=a/b", follow_redirects=True)
    assert page.status_code == 404
    assert 'value="a/b"' in page.text


def test_when_the_season_is_closed_it_says_so(relay: Relay) -> None:
    sent = send(relay)
    with Session(relay.engine) as session:
        session.exec(select(Season)).one().closes_at = relay.clock.now()
        session.commit()
    page = build_app(relay).test_client().get(f"/b/{sent.baton}")
    assert page.status_code == 200
    assert "This season closed on" in page.text
    assert "/add?baton=" not in page.text


def test_a_baton_of_an_earlier_season_says_so(relay: Relay) -> None:
    sent = send(relay)
    with Session(relay.engine) as session:
        older = session.exec(select(Season)).one()
        kept = older.model_dump(exclude={"id"})
        session.add(Season(**kept | {"slug": "next", "number": older.number + 1}))
        session.commit()
    page = build_app(relay).test_client().get(f"/b/{sent.baton}")
    assert page.status_code == 200
    assert "another season" in page.text
    assert "/add?baton=" not in page.text
    assert "/en/add" in page.text


@pytest.mark.parametrize("where", ["/b/?code={}", "/b/{}"])
def test_one_wrong_character_is_named(
    client: FlaskClient, relay: Relay, where: str
) -> None:
    code = send(relay).baton
    page = client.get(where.format(with_slip(code).lower()))
    assert page.status_code == 404
    assert "Did you mean this baton?" in page.text
    assert f"Character 3 is another one: “{code[2]}”" in page.text
    assert f'href="/b/{code}"' in page.text


def test_a_code_of_nobody_names_no_baton(client: FlaskClient, relay: Relay) -> None:
    code = send(relay).baton
    for typed, said in (
        ("222222222222", "we have no such baton"),
        ("2222-2222-2223", "at least one character is wrong"),
        ("hello", "at least one character is wrong"),
    ):
        page = client.get("/b/", query_string={"code": typed}, follow_redirects=True)
        assert page.status_code == 404
        assert said in page.text
        assert "Did you mean" not in page.text
        assert code not in page.text
    empty = client.get("/b/")
    assert empty.status_code == 200
    assert 'role="alert"' not in empty.text


def test_slips_are_put_right_only_so_often_and_good_codes_always(
    relay: Relay,
) -> None:
    code = send(relay).baton
    settings = relay.settings.model_copy(update={"limit_code": "2 per hour"})
    client = build_app(open_relay(settings)).test_client()
    # What leads to a baton is no miss, and costs nothing.
    typed = "2345-6789-ABC2"
    first = [client.get(f"/b/?code={typed}") for _ in range(3)]
    assert [each.status_code for each in first] == [404, 404, 429]
    assert f'value="{typed}"' in first[-1].text
    assert 0 < int(first[-1].headers["Retry-After"]) <= 3600
    assert "Please wait a moment" in first[-1].text
    assert client.get(f"/b/{with_slip(code)}").status_code == 429
    assert client.get(f"/b/{code}").status_code == 200


def test_guessing_whole_codes_is_limited(relay: Relay) -> None:
    settings = relay.settings.model_copy(update={"limit_token": "2 per minute"})
    client = build_app(open_relay(settings)).test_client()
    pages = [client.get("/b/?code=222222222222") for _ in range(3)]
    assert [each.status_code for each in pages] == [302, 302, 429]
    assert 'value="222222222222"' in pages[-1].text
    # The first page of the form would tell of a baton, too.
    assert client.get("/en/add?baton=222222222222").status_code == 429
    assert client.get("/en/add").status_code == 200


def test_entries_with_codes_of_nobody_are_limited(relay: Relay) -> None:
    settings = relay.settings.model_copy(update={"limit_code": "2 per hour"})
    client = build_app(open_relay(settings)).test_client()
    wrong = {**WHOLE, "baton": "222222222222"}
    answers = [client.post("/api/v1/entries", json=wrong) for _ in range(3)]
    assert [each.status_code for each in answers] == [422, 422, 429]
    assert answers[0].get_json()["errors"] == [{"field": "baton", "code": "unknown"}]
    assert client.post("/api/v1/entries", json=WHOLE).status_code == 201


def test_a_code_that_works_is_not_refused_for_others_misses(relay: Relay) -> None:
    code = send(relay).baton
    client = limited_client(relay, limit_code="1 per hour")
    wrong = {**WHOLE, "baton": "222222222222"}
    answers = [client.post("/api/v1/entries", json=wrong) for _ in range(2)]
    assert [each.status_code for each in answers] == [422, 429]
    right = {**WHOLE, "link": "https://example.org/3", "baton": code}
    assert client.post("/api/v1/entries", json=right).status_code == 201


# The counts are looked at in the order of their spans: neither may hide the other.
@pytest.mark.parametrize("misses", ["1 per hour", "1 per minute"])
def test_guesses_that_are_refused_count_as_tries(relay: Relay, misses: str) -> None:
    code = send(relay).baton
    span = "3 per hour" if "minute" in misses else "3 per minute"
    client = limited_client(relay, limit_code=misses, limit_token=span)
    wrong = {**WHOLE, "baton": "222222222222"}
    answers = [client.post("/api/v1/entries", json=wrong) for _ in range(3)]
    assert [each.status_code for each in answers] == [422, 429, 429]
    right = {**WHOLE, "baton": code}
    assert client.post("/api/v1/entries", json=right).status_code == 429
    assert client.get(f"/b/{code}").status_code == 429
    assert client.post("/api/v1/entries", json=WHOLE).status_code == 201


def test_the_buttons_of_the_form_are_no_way_to_guess(relay: Relay) -> None:
    giver = send(relay).baton
    client = limited_client(relay, limit_code="2 per hour")
    page = begin(client)
    wrong = {"baton": "222222222222", "find": "1", "title": "Boats"}
    answers = [client.post(page, data=wrong) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert 'value="222222222222"' in answers[-1].text
    assert 'value="Boats"' in answers[-1].text
    # Not for a code that works, nor where none is looked up.
    for typed in ({"baton": giver}, {"baton": ""}, {**wrong, "passed": "saw"}):
        answer = client.post(page, data={"find": "1", "passed": "baton", **typed})
        assert answer.status_code == 200
    sent = {**WHOLE, "consent": "yes", "alt": "A kite", "baton": giver, "send": "1"}
    answer = client.post(page, data=sent)
    assert answer.status_code == 303


def test_a_page_that_asks_to_wait_tells_of_no_baton(relay: Relay) -> None:
    giver = send(relay).baton
    client = limited_client(relay, limit_token="3 per hour")
    page = begin(client)
    typed = {"baton": giver, "find": "1"}
    answers = [client.post(page, data=typed) for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert TAKEN in answers[0].text
    assert TAKEN not in answers[-1].text
    assert giver in answers[-1].text
    first = client.post("/en/add", data={"baton": giver, "passed": "saw"})
    assert first.status_code == 429
    assert "Somebody has passed you" not in first.text
    # It is kept for the next try.
    assert f'name="baton" value="{giver}"' in " ".join(first.text.split())


def test_who_has_made_all_batons_hears_so_and_finds_the_oldest(
    relay: Relay,
) -> None:
    sent = send(relay)
    now = relay.clock.now()
    with Session(relay.engine) as session:
        session.get_one(Baton, sent.baton).revoked_at = now - timedelta(days=9)
        for _ in range(MOST_MADE - 1):
            session.add(
                Baton(
                    code=relay.dice.baton_code(),
                    entry_id=sent.entry_id,
                    created_at=now,
                    revoked_at=now,
                )
            )
        session.commit()
    client = limited_client(relay)
    mine = f"/en/mine/{sent.token}/batons"
    answer = client.post(mine, data={"baton_name": "for Wei"})
    assert answer.status_code == 422
    assert f"You have made {MOST_MADE} batons for this artwork" in answer.text
    assert 'value="for Wei"' in answer.text
    assert client.get(f"{mine}/{sent.baton}").status_code == 200


def test_the_first_page_tells_of_no_baton_in_its_address_once_it_is_sent(
    relay: Relay,
) -> None:
    giver = send(relay).baton
    client = limited_client(relay, limit_draft="1 per hour")
    answers = [client.post(f"/en/add?baton={giver}") for _ in range(2)]
    assert [each.status_code for each in answers] == [422, 429]
    assert not any("Somebody has passed you" in each.text for each in answers)


def test_a_strange_entry_with_a_baton_is_refused_as_any(relay: Relay) -> None:
    client = limited_client(relay)
    faults: list[dict[str, object]] = [{"passed": []}, {"baton": [1]}]
    for strange in faults:
        answer = client.post("/api/v1/entries", json={**WHOLE, "baton": "x", **strange})
        assert answer.status_code == 422


def limited_client(relay: Relay, **limits: str) -> FlaskClient:
    """A reader of a relay with limits of its own."""
    app = build_app(open_relay(relay.settings.model_copy(update=limits)))
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def begin(client: FlaskClient) -> str:
    """Begin a draft, and return the address of its form."""
    return client.post("/en/add", data={"link": "https://example.org/9"}).location


def test_the_api_says_that_a_baton_was_taken_back(
    client: FlaskClient, relay: Relay
) -> None:
    sent = send(relay)
    revoke_baton(relay.engine, sent.token, sent.baton, clock=relay.clock)
    answer = client.post(
        "/api/v1/entries",
        json={**WHOLE, "baton": sent.baton},
    )
    assert answer.status_code == 422
    assert answer.get_json()["errors"] == [{"field": "baton", "code": "revoked"}]


def test_the_status_gives_the_first_baton_that_works(
    client: FlaskClient, relay: Relay
) -> None:
    sent = send(relay)
    second = make_baton(relay.engine, sent.token, clock=relay.clock, dice=relay.dice)

    def given() -> str:
        url = client.get(f"/api/v1/status/{sent.token}").get_json()["baton_url"]
        return url.rsplit("/", 1)[-1] if url else ""

    assert given() == sent.baton
    revoke_baton(relay.engine, sent.token, sent.baton, clock=relay.clock)
    assert given() == second
    revoke_baton(relay.engine, sent.token, second, clock=relay.clock)
    assert given() == ""


def test_people_are_counted_once_a_day_and_programs_never(relay: Relay) -> None:
    code = send(relay).baton
    object.__setattr__(relay, "visits", SeenOnce())
    client = build_app(relay).test_client()

    def visit(address: str = "192.0.2.7", **headers: str) -> int:
        client.get(
            f"/b/{code}",
            headers={**BROWSER, **headers},
            environ_base={"REMOTE_ADDR": address},
        )
        return opened(relay, code)

    assert visit() == 1
    assert visit() == 1
    assert visit("2001:db8:1:2::7") == 2
    assert visit("2001:db8:1:2::8") == 2
    assert visit("192.0.2.8", **{"User-Agent": "WhatsApp/2.24"}) == 2
    assert visit("192.0.2.8", **{"Sec-Purpose": "prefetch"}) == 2
    assert visit("192.0.2.8", Purpose="prefetch") == 2
    assert visit("192.0.2.8", Accept="image/*") == 2
    client.head(f"/b/{code}", headers=BROWSER)
    assert opened(relay, code) == 2
    assert visit("192.0.2.8") == 3


def test_the_page_comes_also_when_nothing_can_be_counted(relay: Relay) -> None:
    # There is no Redis here; and the database cannot be written to.
    code = send(relay).baton
    client = build_app(relay).test_client()
    assert client.get(f"/b/{code}", headers=BROWSER).status_code == 200
    assert opened(relay, code) == 0
    object.__setattr__(relay, "visits", SeenOnce())
    with relay.engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE UPDATE ON baton"
            " BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
        connection.commit()
    assert client.get(f"/b/{code}", headers=BROWSER).status_code == 200
