from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import ImageOps

from relay.demo import art
from tests.making import find
from tests.web.making import Maker

if TYPE_CHECKING:
    from PIL import Image

    from relay.bootstrap import Relay
    from tests.journeys.person import Person


def encoded(image: Image.Image) -> bytes:
    out = BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=60)
    return out.getvalue()


def test_the_desk_shows_which_other_entries_look_like_one(
    moderator: Person, person: Person, relay: Relay
) -> None:
    maker, image = Maker(relay), art.draw(3, longest=400)
    maker.published(picture=encoded(image), title="The first")
    maker.published(picture=encoded(ImageOps.mirror(image)), title="The other way")
    maker.published(picture=encoded(art.draw(40, longest=400)), title="Quite different")
    moderator.open("/desk/entry/ref1")
    assert moderator.says("Looks like: No. 2 The other way")
    assert moderator.says("Left and right are exchanged.")
    assert not moderator.says("Quite different")
    small = moderator.first(".look-alikes img").attributes["src"] or ""
    assert moderator.client.get(small).headers["Content-Type"] == "image/webp"
    assert person.open(small).path == "/desk/sign-in"
    moderator.follow("The other way")
    assert moderator.path == "/desk/entry/ref2"
    moderator.open("/desk/entry/ref3")
    assert not moderator.says("Looks like")
    moderator.open("/desk/entry/ref2").send("Merge into this one")
    assert moderator.says("It is merged with the other entry.")
    assert find(relay, "ref2").merged_into == maker.id_of(1)
