from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, ImageEnhance, ImageOps
from sqlalchemy import event

from relay.demo import art
from relay.domain.moderation import Moderation
from relay.domain.scope import Scope
from relay.queries.look_alikes import (
    LOOK_ALIKES_SHOWN,
    find_small_picture,
    list_look_alikes,
)
from tests.web.making import Maker

if TYPE_CHECKING:
    from relay.bootstrap import Relay
    from relay.queries.look_alikes import LookAlike


def drawn(index: int = 3) -> Image.Image:
    return art.draw(index, longest=400).convert("RGB")


def encoded(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:  # noqa: ANN401 - Pillow's own
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def looks(relay: Relay, maker: Maker, no: int) -> tuple[LookAlike, ...]:
    with relay.engine.connect() as connection:
        return list_look_alikes(connection, maker.id_of(no))


def test_copies_are_found_and_other_works_are_not(either_relay: Relay) -> None:
    maker, image = Maker(either_relay), drawn()
    width, height = image.size
    first = maker.published(picture=encoded(image))
    for index in (20, 40, 60):
        maker.published(picture=encoded(drawn(index)))
    copies = [
        image.resize((width // 2, height // 2)),
        ImageEnhance.Brightness(image).enhance(1.1),
        image.crop((4, 4, width - 4, height - 4)),
    ]
    made = {
        maker.published(picture=encoded(each, "JPEG", quality=40)) for each in copies
    }
    found = looks(either_relay, maker, first)
    assert {each.no for each in found} == made
    assert [each.bits for each in found] == sorted(each.bits for each in found)
    assert not any(each.is_mirrored for each in found)
    assert (found[0].width, found[0].height) != (0, 0)


def test_a_mirrored_copy_is_found_and_said_to_be_one(relay: Relay) -> None:
    maker, image = Maker(relay), drawn()
    first = maker.published(picture=encoded(image))
    copy = maker.published(picture=encoded(ImageOps.mirror(image), "JPEG", quality=50))
    assert [(each.no, each.is_mirrored) for each in looks(relay, maker, first)] == [
        (copy, True)
    ]


def test_plain_pictures_do_not_look_like_each_other(relay: Relay) -> None:
    maker = Maker(relay)
    plain = [Image.new("RGB", (300, 200), colour) for colour in ("red", "blue", "#777")]
    # A lonely dot makes no structure either.
    ImageDraw.Draw(plain[2]).ellipse((40, 40, 46, 46), fill="black")
    numbers = [maker.published(picture=encoded(each)) for each in plain]
    assert [looks(relay, maker, no) for no in numbers] == [(), (), ()]


def test_only_entries_of_the_season_that_were_sent_and_not_taken_back_are_shown(
    relay: Relay,
) -> None:
    maker, data = Maker(relay), encoded(drawn())
    first, hidden, rejected = (maker.published(picture=data) for _ in range(3))
    maker.take_away(hidden, Moderation.WITHDRAWN)
    maker.take_away(rejected, Moderation.TAKEN_DOWN)
    found = looks(relay, maker, first)
    assert [(each.no, each.moderation) for each in found] == [
        (rejected, Moderation.TAKEN_DOWN)
    ]


def test_the_nearest_few_are_shown_each_once(relay: Relay) -> None:
    maker, data = Maker(relay), encoded(drawn())
    numbers = [maker.published(picture=data) for _ in range(LOOK_ALIKES_SHOWN + 2)]
    found = looks(relay, maker, numbers[0])
    assert len({each.no for each in found}) == len(found) == LOOK_ALIKES_SHOWN
    assert numbers[0] not in {each.no for each in found}


def test_an_entry_without_a_picture_looks_like_nothing(relay: Relay) -> None:
    maker = Maker(relay)
    maker.published(picture=encoded(drawn()))
    assert looks(relay, maker, maker.published()) == ()


def test_every_part_is_looked_up_in_its_index(relay: Relay) -> None:
    maker, data = Maker(relay), encoded(drawn())
    no = maker.published(picture=data)
    maker.published(picture=data)
    asked: list[tuple[str, object]] = []

    @event.listens_for(relay.engine, "before_cursor_execute")
    def note(*given: object) -> None:
        asked.append((str(given[2]), given[3]))

    looks(relay, maker, no)
    with relay.engine.connect() as connection:
        plans = [
            [
                str(step)
                for step in connection.exec_driver_sql(
                    f"EXPLAIN QUERY PLAN {statement}",
                    values,  # type: ignore[arg-type]
                )
            ]
            for statement, values in list(asked)
            if "FROM picture" in statement
        ]
    assert plans
    for plan in plans:
        assert not any("SCAN" in step for step in plan)
    assert any("USING INDEX ix_picture_band_" in str(plan) for plan in plans)


def test_small_pictures_are_given_of_what_may_be_seen_only(relay: Relay) -> None:
    maker, data = Maker(relay), encoded(drawn())
    shown, hidden = maker.published(picture=data), maker.published(picture=data)
    other = maker.published(picture=data)
    refs = {
        each.no: each.ref
        for no in (shown, other)
        for each in looks(relay, maker, no)
        if each.no in (shown, hidden)
    }
    maker.take_away(hidden, Moderation.WITHDRAWN)
    with relay.engine.connect() as connection:
        anyone = Scope()
        found = find_small_picture(connection, refs[shown], "post", scope=anyone)
        assert found
        assert found[1] == "webp"
        assert relay.media.get(found[0])
        assert find_small_picture(connection, refs[shown], "own", scope=anyone) is None
        assert (
            find_small_picture(connection, refs[hidden], "post", scope=anyone) is None
        )
