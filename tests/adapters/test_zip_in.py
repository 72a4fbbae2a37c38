"""Archives of institutions: pictures are found, and nothing hostile gets in."""

from __future__ import annotations

import stat
import struct
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from relay.adapters.zip_in import DEPTH_MAX, MOST_MEMBERS, PictureArchive
from relay.domain.errors import Invalid
from tests.importing import csv_of, rows_of, zip_of
from tests.making import PICTURE

TABLE = {"table.csv": csv_of(rows_of(1))}


def archive(**members: bytes) -> PictureArchive:
    return PictureArchive(BytesIO(zip_of({**TABLE, **members})))


def refused(data: bytes) -> str:
    with pytest.raises(Invalid) as error:
        PictureArchive(BytesIO(data))
    (fault,) = error.value.fields
    return fault.code


def lacks(found: PictureArchive, name: str) -> str:
    with pytest.raises(Invalid) as error:
        found.find(name)
    (fault,) = error.value.fields
    assert fault.field == "picture"
    return fault.code


def written(name: str, *, mode: int = 0, how: int = ZIP_DEFLATED) -> bytes:
    """Return an archive with one member that is somehow odd."""
    info = ZipInfo(name)
    info.external_attr = mode << 16
    out = BytesIO()
    with ZipFile(out, "w", how) as opened:
        opened.writestr(info, b"/etc/passwd", compress_type=how)
    return out.getvalue()


def test_pictures_are_found_by_path_and_by_name() -> None:
    found = archive(**{"pictures/Boat.PNG": PICTURE, "a/one.png": PICTURE})
    for name in ("pictures/Boat.PNG", "boat.png", "pictures\\boat.png", "./a/one.png"):
        assert found.find(name) == PICTURE


def test_a_name_is_the_same_however_its_accents_are_made() -> None:
    assert archive(**{"bateau-e\u0301te\u0301.png": PICTURE}).find("bateau-été.png")


def test_names_that_windows_wrote_in_gbk_are_read() -> None:
    data = zip_of({**TABLE, "XXXX.png": PICTURE})
    raw = data.replace(b"XXXX.png", "纸船".encode("gbk") + b".png")
    assert PictureArchive(BytesIO(raw)).find("纸船.png") == PICTURE


def test_litter_of_systems_is_none_of_ours() -> None:
    found = archive(**{"__MACOSX/._table.csv": b"x", ".DS_Store": b"x"})
    assert found.read_table()[0] == "table.csv"


def test_what_is_wrong_with_a_picture_is_told() -> None:
    found = archive(
        **{
            "a/boat.png": PICTURE,
            "b/boat.png": PICTURE,
            "words.png": b"words",
            "none.png": b"",
        }
    )
    assert lacks(found, "boat.png") == "two_of_the_name"
    assert lacks(found, "kite.png") == "not_in_file"
    assert lacks(found, "../table.csv") == "not_in_file"
    assert lacks(found, "words.png") == "unknown_format"
    assert lacks(found, "none.png") == "empty"


@pytest.mark.parametrize(
    "name",
    [
        "../up.png",
        "a/../../up.png",
        "/etc/passwd",
        "C:/boot.ini",
        "a\\..\\up.png",
        "./here.png",
        "/".join("d" * DEPTH_MAX) + "/deep.png",
    ],
)
def test_paths_that_lead_astray_are_refused(name: str) -> None:
    assert refused(written(name)) == "bad_path"


def test_two_members_of_one_name_are_refused() -> None:
    data = zip_of({"a.png": PICTURE, "B.png": PICTURE})
    assert refused(data.replace(b"B.png", b"A.png")) == "bad_path"


def test_links_and_devices_are_refused() -> None:
    assert refused(written("link.png", mode=stat.S_IFLNK | 0o777)) == "link"
    assert refused(written("pipe.png", mode=stat.S_IFIFO | 0o644)) == "link"


def test_archives_inside_are_refused() -> None:
    assert refused(written("more.zip")) == "archive_inside"
    assert refused(written("more.tar.gz")) == "archive_inside"


def test_odd_packing_and_passwords_are_refused() -> None:
    assert refused(written("a.png", how=ZIP_BZIP2)) == "packed_oddly"
    data = bytearray(written("a.png"))
    at = data.find(b"PK\x01\x02")
    struct.pack_into("<H", data, at + 8, 1)
    assert refused(bytes(data)) == "locked"


def test_bombs_are_refused_by_what_they_say() -> None:
    assert refused(zip_of({"a.png": b"\0" * (10 * 1024 * 1024)})) == "bomb"
    assert refused(zip_of({"a.png": bytes(range(256)) * 41_000})) == "bomb"


def test_members_that_share_their_bytes_are_refused() -> None:
    one = zip_of({"a.png": PICTURE})
    at, end = one.find(b"PK\x01\x02"), one.find(b"PK\x05\x06")
    again = one[at:end].replace(b"a.png", b"b.png")
    tail = bytearray(one[end:])
    struct.pack_into("<HHL", tail, 8, 2, 2, 2 * (end - at))
    assert refused(one[:at] + one[at:end] + again + bytes(tail)) == "bomb"


def test_a_list_of_very_many_members_is_not_even_read() -> None:
    names = {f"{number}.png": b"" for number in range(MOST_MEMBERS + 1)}
    assert refused(zip_of(names)) == "too_many_members"
    data = bytearray(zip_of({"a.png": PICTURE}))
    end = data.find(b"PK\x05\x06")
    struct.pack_into("<L", data, end + 12, 2**31)
    assert refused(bytes(data)) == "too_many_members"


def test_a_damaged_picture_harms_no_other() -> None:
    data = zip_of({**TABLE, "a.png": PICTURE, "b.png": PICTURE})
    at = data.find(b"a.png") + 5
    found = PictureArchive(BytesIO(data[:at] + b"\xff" * 8 + data[at + 8 :]))
    assert lacks(found, "a.png") == "broken"
    assert found.find("b.png") == PICTURE
