"""An institution's pictures where media are kept in an object store, in and out."""

from __future__ import annotations

import re
import shutil
import urllib.request
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from moto.server import ThreadedMotoServer

from relay.bootstrap import open_relay
from relay.domain.moderation import Moderation
from relay.models import PictureRole
from relay.models.moderator import Role
from relay.services.import_entries import end_import
from relay.services.start_entry import incoming_key
from relay.services.undo_import import step_of, undo_import
from relay.settings import Settings
from tests.importing import ALL, begin, check, csv_of, entries_of, run_all, zip_of
from tests.making import make_moderator
from tests.services.test_import_entries import take_job
from tests.web.making import Maker, draw_picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from relay.bootstrap import Relay

BUCKET = "relay-media"


@pytest.fixture
def relay_on_s3(tmp_path: Path, migrated_file: Path) -> Iterator[Relay]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    made = urllib.request.Request(f"{address}/{BUCKET}", method="PUT")  # noqa: S310 - our own server on loopback
    urllib.request.urlopen(made).close()  # noqa: S310 - our own server on loopback
    (tmp_path / "data").mkdir()
    shutil.copy(migrated_file, tmp_path / "data" / "relay.sqlite3")
    settings = Settings(
        data=tmp_path / "data",
        secret_key="x" * 40,
        media_url=f"s3://{BUCKET}/season",
        s3_endpoint=address,
        s3_access_key_id="somebody",
        s3_secret_access_key="something",
    )
    opened = open_relay(settings)
    yield opened
    opened.engine.dispose()
    server.stop()


def keys_in(relay: Relay) -> list[str]:
    """Return what is in the bucket, as anybody with its address could list it."""
    where = f"{relay.settings.s3_endpoint}/{BUCKET}?list-type=2"
    with urllib.request.urlopen(where) as answer:  # noqa: S310 - our own server on loopback
        return re.findall(r"<Key>([^<]+)</Key>", answer.read().decode())


def test_pictures_of_an_import_come_into_the_bucket_and_leave_it_with_the_entries(
    relay_on_s3: Relay,
) -> None:
    relay, by = relay_on_s3, make_moderator(relay_on_s3, role=Role.ORGANISER)
    headings = ("Title", "Alt text", "City", "Picture")
    rows = [(f"Boat {at}", "A boat", "Nanjing", f"{at}.png") for at in (1, 2)]
    pictures = {f"{at}.png": draw_picture(400 + at, 300) for at in (1, 2)}
    data = zip_of({"list.csv": csv_of(rows, headings), **pictures})
    checked = check(relay, data, by=by)
    assert len(keys_in(relay)) == 2
    batch = begin(relay, checked.ref, replace(ALL, publish=True), by=by)
    run_all(relay, batch)
    entries, maker = entries_of(relay), Maker(relay)
    for entry in entries:
        sent = relay.media.get(incoming_key(entry.ref)) or b""
        assert sent == pictures[f"{entry.title[-1]}.png"]
        maker.add_picture(entry.id or 0, sent, role=PictureRole.OWN)
    assert len(keys_in(relay)) > len(entries)
    line: int | None = 0
    assert end_import(relay.intake, take_job(relay))
    undo_import(relay.intake, checked.ref, moderator_id=by)
    step = step_of(relay.importer, batch)
    while line is not None:
        line = step(line)
    assert {each.moderation for each in entries_of(relay)} == {Moderation.WITHDRAWN}
    assert keys_in(relay) == []
