from __future__ import annotations

import os
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from moto.server import ThreadedMotoServer
from obstore.store import S3Store

from relay.adapters.media_store import (
    IMMUTABLE,
    content_type_of,
    is_media_key,
    media_key,
    open_media_store,
)
from relay.domain.errors import Unavailable
from relay.domain.picture import Rendition
from relay.settings import Settings, WrongSettingError, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from obstore import Attributes

    from relay.ports import MediaStore

KEY = "ab/cdef0123.webp"
BUCKET = "relay-pictures"


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    urllib.request.urlopen(  # noqa: S310 - our own server on loopback
        urllib.request.Request(f"{address}/{BUCKET}", method="PUT")  # noqa: S310
    ).close()
    yield address
    server.stop()


@pytest.fixture
def s3(s3_address: str) -> MediaStore:
    return open_media_store(s3_settings(s3_address))


@pytest.fixture
def folder(tmp_path: Path) -> MediaStore:
    return open_media_store(Settings(media_url=(tmp_path / "my media").as_uri()))


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest) -> MediaStore:
    found: MediaStore = request.getfixturevalue(request.param)
    return found


def s3_settings(address: str) -> Settings:
    return Settings(
        media_url=f"s3://{BUCKET}/season/3",
        s3_endpoint=address,
        s3_access_key_id="somebody",
        s3_secret_access_key="something",
    )


def kept_headers(address: str, key: str) -> Attributes:
    """What another client of the same bucket reads."""
    bucket = S3Store(
        BUCKET,
        endpoint=address,
        region="us-east-1",
        access_key_id="another",
        secret_access_key="client",
        client_options={"allow_http": True},
    )
    return bucket.get(f"season/3/{key}").attributes


def test_what_was_put_is_got(store: MediaStore) -> None:
    store.put(KEY, b"pixels", content_type="image/webp")
    assert store.get(KEY) == b"pixels"


def test_putting_twice_is_harmless(store: MediaStore) -> None:
    store.put(KEY, b"pixels", content_type="image/webp")
    store.put(KEY, b"pixels", content_type="image/webp")
    assert store.get(KEY) == b"pixels"


def test_an_unknown_key_holds_nothing(store: MediaStore) -> None:
    assert store.get("ab/never-put.webp") is None


def test_what_was_deleted_is_gone_and_deleting_it_again_is_harmless(
    store: MediaStore,
) -> None:
    store.put(KEY, b"pixels", content_type="image/webp")
    store.delete(KEY)
    assert store.get(KEY) is None
    store.delete(KEY)


def test_old_keys_of_one_folder_are_listed(store: MediaStore) -> None:
    kept = ["incoming/a1", "incoming/a2", "incoming/below/b", "incoming2/c", "other/d"]
    for key in kept:
        store.put(key, b"raw", content_type="application/octet-stream")
    now = datetime.now(UTC)
    later, before = now + timedelta(seconds=2), now - timedelta(minutes=1)
    assert sorted(store.list_old("incoming", written_before=later)) == kept[:2]
    assert list(store.list_old("incoming", written_before=before)) == []
    assert list(store.list_old("never-put", written_before=later)) == []
    for key in kept:
        store.delete(key)


def test_a_key_that_is_written_again_is_not_old(
    folder: MediaStore, tmp_path: Path
) -> None:
    folder.put("incoming/a", b"raw", content_type="application/octet-stream")
    os.utime(tmp_path / "my media" / "incoming" / "a", (1, 1))
    moment = datetime.now(UTC) - timedelta(days=1)
    assert list(folder.list_old("incoming", written_before=moment)) == ["incoming/a"]
    folder.put("incoming/a", b"new", content_type="application/octet-stream")
    assert list(folder.list_old("incoming", written_before=moment)) == []


def test_more_keys_than_s3_names_at_once_are_all_listed(s3: MediaStore) -> None:
    kept = [f"many/{each:04}" for each in range(1005)]
    for key in kept:
        s3.put(key, b"", content_type="application/octet-stream")
    later = datetime.now(UTC) + timedelta(seconds=2)
    assert sorted(s3.list_old("many", written_before=later)) == kept


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../secret",
        "ab/../../secret",
        "ab/..",
        "ab//c",
        "ab/",
        ".hidden",
        "ab/.draft",
        "AB/c",
        "ab\\c",
        "ab/c\n",
        "ab/c\x00",
        "ab/ç",
        "a" * 201,
    ],
)
def test_a_key_that_could_lead_elsewhere_is_refused(
    store: MediaStore, tmp_path: Path, key: str
) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    assert not is_media_key(key)
    assert store.get(key) is None
    with pytest.raises(ValueError, match="not a media key"):
        store.put(key, b"x", content_type="image/webp")
    with pytest.raises(ValueError, match="not a media key"):
        store.delete(key)
    assert (tmp_path / "secret").read_bytes() == b"secret"


def test_the_folder_is_made_when_it_is_first_needed(
    folder: MediaStore, tmp_path: Path
) -> None:
    assert folder.get(KEY) is None
    folder.put(KEY, b"pixels", content_type="image/webp")
    assert (tmp_path / "my media" / KEY).read_bytes() == b"pixels"


def test_a_write_that_fails_leaves_neither_half_a_file_nor_a_draft(
    folder: MediaStore, tmp_path: Path
) -> None:
    # A folder stands where the file should go: the rename fails after the write.
    (tmp_path / "my media" / KEY / "in-the-way").mkdir(parents=True)
    with pytest.raises(Unavailable):
        folder.put(KEY, b"pixels", content_type="image/webp")
    assert [path.name for path in (tmp_path / "my media" / "ab").iterdir()] == [
        "cdef0123.webp"
    ]
    assert folder.get(KEY) is None


def test_a_reader_sees_the_old_picture_or_the_new_one_but_no_part(
    folder: MediaStore,
) -> None:
    old, new = b"o" * 1_000_000, b"n" * 1_000_000
    folder.put(KEY, old, content_type="image/webp")
    child = os.fork()
    if child == 0:
        for each in range(40):
            folder.put(KEY, (new, old)[each % 2], content_type="image/webp")
        os._exit(0)
    seen = set()
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        seen.add(folder.get(KEY))
    assert seen <= {old, new}


def test_s3_remembers_the_type_and_that_a_picture_never_changes(
    s3: MediaStore, s3_address: str
) -> None:
    s3.put(KEY, b"pixels", content_type="image/webp")
    headers = kept_headers(s3_address, KEY)
    assert headers["Content-Type"] == "image/webp"
    assert headers["Cache-Control"] == IMMUTABLE


def test_s3_that_does_not_answer_is_unavailable() -> None:
    store = open_media_store(s3_settings("http://127.0.0.1:9"))
    with pytest.raises(Unavailable, match="does not answer"):
        store.list_old("incoming", written_before=datetime.now(UTC))
    with pytest.raises(Unavailable, match="does not answer") as refused:
        store.get(KEY)
    assert "something" not in str(refused.value)


def test_s3_with_a_wrong_bucket_is_unavailable(s3_address: str) -> None:
    settings = s3_settings(s3_address).model_copy(
        update={"media_url": "s3://no-such-bucket/x"}
    )
    with pytest.raises(Unavailable):
        open_media_store(settings).put(KEY, b"pixels", content_type="image/webp")


def test_s3_says_so_instead_of_hanging_in_a_forked_process(s3: MediaStore) -> None:
    s3.put(KEY, b"pixels", content_type="image/webp")
    child = os.fork()
    if child == 0:
        try:
            s3.get(KEY)
        except Unavailable:
            os._exit(7)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_the_secret_is_not_printed(s3_address: str) -> None:
    assert "something" not in repr(s3_settings(s3_address))


@pytest.mark.parametrize(
    "url", ["ftp://host/x", "file://elsewhere/folder", "s3://", "folder", "s3:/x"]
)
def test_a_store_of_another_kind_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(WrongSettingError, match="RELAY_MEDIA_URL"):
        open_media_store(read_settings(media_url=url))


def test_the_default_is_a_folder_in_the_data_folder(tmp_path: Path) -> None:
    open_media_store(Settings(data=tmp_path)).put(
        KEY, b"pixels", content_type="image/webp"
    )
    assert (tmp_path / "media" / KEY).read_bytes() == b"pixels"


def test_the_same_bytes_have_the_same_name_and_others_another() -> None:
    page = Rendition("page", "webp", 8, 8, b"pixels")
    wall = Rendition("wall", "webp", 8, 8, b"pixels")
    other = Rendition("wall", "webp", 8, 8, b"pixelz")
    assert media_key(page) == media_key(wall)
    assert media_key(page) != media_key(other)


@pytest.mark.parametrize(
    ("form", "suffix", "content_type"),
    [
        ("webp", ".webp", "image/webp"),
        ("jpeg", ".jpg", "image/jpeg"),
        ("avif", ".avif", "image/avif"),
    ],
)
def test_names_are_keys_and_end_like_their_format(
    form: str, suffix: str, content_type: str
) -> None:
    key = media_key(Rendition("page", form, 8, 8, b"pixels"))
    assert is_media_key(key)
    assert key.endswith(suffix)
    assert content_type_of(form) == content_type


def test_only_pictures_are_immutable(s3: MediaStore, s3_address: str) -> None:
    s3.put("incoming/abc", b"raw", content_type="application/octet-stream")
    assert "Cache-Control" not in kept_headers(s3_address, "incoming/abc")
